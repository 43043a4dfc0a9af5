"""How fairly people are asked and work is spread: pure figures over counts."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from app.kit.rules import N_


class Group(StrEnum):
    """What people are grouped by. Ages are not among them: dates of birth stay sealed."""

    SEX = "sex"
    SINCE = "since"
    LANGUAGE = "language"
    STREET = "street"


GROUP_NAMES: dict[Group, str] = {
    Group.SEX: N_("By sex"),
    Group.SINCE: N_("By how long they have been here"),
    Group.LANGUAGE: N_("By language"),
    Group.STREET: N_("By where they live"),
}

KEY_NAMES: dict[str, str] = {
    "": N_("Not said"),
    "female": N_("Women"),
    "male": N_("Men"),
    "new": N_("Registered in this time"),
    "established": N_("Registered before"),
}
"""Keys that have no name of their own in a table."""

TIMES_ASKED: tuple[tuple[str, int, int], ...] = (
    (N_("Never"), 0, 0),
    (N_("Once"), 1, 1),
    (N_("Twice or three times"), 2, 3),
    (N_("More often"), 4, 10**9),
)
"""Words with the least and the most offers of that class."""

DAYS = (30, 90, 180, 365)
"""How far back the report can look."""


class Reached(Struct, frozen=True, kw_only=True):
    """One group of volunteers: how many there are, how many were asked, and what became of the offers."""

    group: str
    key: str
    name: str = ""
    name_en: str = ""
    people: int
    free: int
    """Who said when they are free: only they can be matched."""
    asked: int
    offers: int
    accepted: int
    declined: int
    expired: int
    served: int
    """Who served at least once, asked or not."""
    minutes: int

    @property
    def answered(self) -> int:
        return self.accepted + self.declined

    @property
    def asked_share(self) -> float:
        """Of the people in the group."""
        return self.asked / self.people if self.people else 0.0

    @property
    def acceptance(self) -> float | None:
        """Of the offers that were answered or ran out; None when there were none."""
        done = self.answered + self.expired
        return self.accepted / done if done else None


class Spread(Struct, frozen=True, kw_only=True):
    """How work is spread over people."""

    people: int
    minutes: int
    busiest_share: float
    """Share of all minutes that the busiest tenth served."""


def spread(minutes: Sequence[int]) -> Spread:
    """What the busiest tenth of those who served did; the tenth is rounded up, so that it is never nobody."""
    served = sorted((each for each in minutes if each > 0), reverse=True)
    tenth = served[: -(-len(served) // 10)]
    whole = sum(served)
    return Spread(people=len(served), minutes=whole, busiest_share=sum(tenth) / whole if whole else 0.0)
