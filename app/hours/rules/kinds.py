"""Kinds of time and capacities: what the time was, and whose account it is on. They never mix."""

from enum import StrEnum

from app.kit.rules import N_


class Kind(StrEnum):
    """What someone did in the time."""

    SERVICE = "service"
    PREPARATION = "preparation"
    WRITE_UP = "write_up"
    TRAINING = "training"
    SUPERVISION = "supervision"
    TRAVEL = "travel"


KINDS: dict[Kind, str] = {
    Kind.SERVICE: N_("Service"),
    Kind.PREPARATION: N_("Preparation"),
    Kind.WRITE_UP: N_("Write-up"),
    Kind.TRAINING: N_("Training"),
    Kind.SUPERVISION: N_("Supervision"),
    Kind.TRAVEL: N_("Travel"),
}


class Capacity(StrEnum):
    """Whose account time is on. A volunteer's training is a record of its own (志愿服务记录与证明出具办法 Art. 8)."""

    VOLUNTEER = "volunteer"
    STAFF = "staff"
    TRAINING = "training"


def capacity_of(seat: str, kind: str) -> Capacity:
    """The account that time of this kind goes to when the seat was taken in this capacity."""
    return Capacity.TRAINING if kind == Kind.TRAINING and seat == Capacity.VOLUNTEER else Capacity(seat)
