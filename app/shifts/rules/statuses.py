"""The states of activities, shifts and sign-ups, and the moves between them, as tables."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)


class ActivityStatus(StrEnum):
    """Only an open activity has shifts published under it."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ShiftStatus(StrEnum):
    """Where a shift stands between plan and past."""

    PLANNED = "planned"
    PUBLISHED = "published"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class SignupStatus(StrEnum):
    """Where one person's claim on a seat stands."""

    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    EXCUSED = "excused"
    CANCELLED = "cancelled"
    RELEASED = "released"


HOLDS_A_PLACE = frozenset({SignupStatus.OFFERED, SignupStatus.CONFIRMED, SignupStatus.ATTENDED})
"""These count in `seat.taken` and keep their person from being elsewhere (constraint `signup_one_place_at_a_time`)."""

EXPECTED = frozenset({SignupStatus.CONFIRMED, SignupStatus.ATTENDED, SignupStatus.NO_SHOW})
"""These stand on the leader's board."""

ACTIVITY_MOVES: Mapping[tuple[ActivityStatus, str], ActivityStatus] = {
    (ActivityStatus.DRAFT, "open"): ActivityStatus.OPEN,
    (ActivityStatus.CLOSED, "open"): ActivityStatus.OPEN,
    (ActivityStatus.DRAFT, "close"): ActivityStatus.CLOSED,
    (ActivityStatus.OPEN, "close"): ActivityStatus.CLOSED,
}

SHIFT_MOVES: Mapping[tuple[ShiftStatus, str], ShiftStatus] = {
    (ShiftStatus.PLANNED, "publish"): ShiftStatus.PUBLISHED,
    (ShiftStatus.PLANNED, "cancel"): ShiftStatus.CANCELLED,
    (ShiftStatus.PUBLISHED, "cancel"): ShiftStatus.CANCELLED,
    (ShiftStatus.PUBLISHED, "begin"): ShiftStatus.RUNNING,
    (ShiftStatus.RUNNING, "end"): ShiftStatus.DONE,
}

SIGNUP_MOVES: Mapping[tuple[SignupStatus, str], SignupStatus] = {
    (SignupStatus.OFFERED, "accept"): SignupStatus.CONFIRMED,
    (SignupStatus.WAITLISTED, "offer"): SignupStatus.OFFERED,
    (SignupStatus.WAITLISTED, "cancel"): SignupStatus.CANCELLED,
    (SignupStatus.CONFIRMED, "cancel"): SignupStatus.CANCELLED,
    (SignupStatus.CONFIRMED, "release"): SignupStatus.RELEASED,
    (SignupStatus.CONFIRMED, "excuse"): SignupStatus.EXCUSED,
    (SignupStatus.CONFIRMED, "arrive"): SignupStatus.ATTENDED,
    (SignupStatus.CONFIRMED, "miss"): SignupStatus.NO_SHOW,
    (SignupStatus.ATTENDED, "undo_arrival"): SignupStatus.CONFIRMED,
    (SignupStatus.NO_SHOW, "excuse"): SignupStatus.EXCUSED,
}


def after(moves: Mapping[tuple[State, str], State], state: State, event: str) -> State | None:
    """The state an event leads to, or None when it may not happen in this state."""
    return moves.get((state, event))


def before(moves: Mapping[tuple[State, str], State], event: str) -> list[str]:
    """The states in which an event may happen, for the WHERE of a compare-and-set."""
    return [str(state) for state, known in moves if known == event]
