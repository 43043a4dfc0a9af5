"""Where someone's hours are: at which stage an attendance stands, who holds it now, and by when they have to act."""

from enum import StrEnum

from msgspec import Struct

from app.hours.rules.objecting import Side
from app.hours.rules.rule_book import Tier
from app.hours.rules.statuses import Status
from app.kit.rules import N_


class Holder(StrEnum):
    """Who has to do something next."""

    NOBODY = "nobody"
    AGENCY = "agency"
    SECOND = "second"
    PARENT = "parent"
    RULE_BOOK = "rule_book"


class Stage(StrEnum):
    """How far an attendance has come, in the person's eyes."""

    AHEAD = "ahead"
    HERE = "here"
    PUNCH_MISSING = "punch_missing"
    APPROVING = "approving"
    TO_CORRECT = "to_correct"
    CONTESTED = "contested"
    COUNTED = "counted"
    NOT_COME = "not_come"


STAGES: dict[Stage, tuple[str, str]] = {
    Stage.AHEAD: (N_("Not over yet"), "neutral"),
    Stage.HERE: (N_("Under way"), "active"),
    Stage.PUNCH_MISSING: (N_("Punch missing"), "bad"),
    Stage.APPROVING: (N_("Waiting for approval"), "waiting"),
    Stage.TO_CORRECT: (N_("Being corrected"), "waiting"),
    Stage.CONTESTED: (N_("You contested it"), "waiting"),
    Stage.COUNTED: (N_("Counted"), "good"),
    Stage.NOT_COME: (N_("Did not come"), "bad"),
}

HAS_TO_ACT = frozenset({Stage.PUNCH_MISSING, Stage.APPROVING, Stage.TO_CORRECT, Stage.CONTESTED})
"""Stages in which somebody has a deadline."""


class Whereabouts(Struct, frozen=True):
    """The stage, and who holds it."""

    stage: Stage
    holder: Holder


_OF_TIER = {
    Tier.RULE: Holder.RULE_BOOK,
    Tier.AGENCY: Holder.AGENCY,
    Tier.SECOND: Holder.SECOND,
    Tier.PARENT: Holder.PARENT,
}


def whereabouts(status: Status, *, over: bool, asked: bool, next_tier: Tier, contested_at: Side | None) -> Whereabouts:
    """Where the hours are. `asked` says that somebody has to vouch; `contested_at` who answers an open objection."""
    if contested_at is not None:
        return Whereabouts(Stage.CONTESTED, Holder.PARENT if contested_at is Side.PARENT else Holder.AGENCY)
    if status.waits_for_word:
        return Whereabouts(Stage.APPROVING, _OF_TIER[next_tier] if asked else Holder.RULE_BOOK)
    if status in (Status.EXPECTED, Status.PRESENT):
        if over:
            return Whereabouts(Stage.PUNCH_MISSING, Holder.AGENCY)
        return Whereabouts(Stage.HERE if status is Status.PRESENT else Stage.AHEAD, Holder.NOBODY)
    return _SETTLED[status]


_SETTLED = {
    Status.RETURNED: Whereabouts(Stage.TO_CORRECT, Holder.AGENCY),
    Status.POSTED: Whereabouts(Stage.COUNTED, Holder.NOBODY),
    Status.NO_SHOW: Whereabouts(Stage.NOT_COME, Holder.NOBODY),
}

ENTRY_WORKDAYS = 10
"""Within how many working days of the service hours are entered and decided, where no rule-book says otherwise."""
