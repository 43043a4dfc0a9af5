"""What is asked of the matcher's process, what it answers, and under which keys of Valkey both travel."""

from datetime import datetime

from msgspec import Struct

from app.settings import settings

WAITS = 2
"""Seconds for which a page waits. A question older than this is answered by nobody."""
KEPT = 30
"""Seconds after which an answer that nobody fetched is gone."""


class Question(Struct, frozen=True, kw_only=True):
    """Who could take this seat?"""

    id: str
    seat_id: int
    count: int
    asked_at: datetime


class Pair(Struct, frozen=True, kw_only=True):
    """One person with one seat: what that is worth, part by part, and the figures behind the parts."""

    person_id: int
    seat_id: int
    points: int
    parts: dict[str, int]
    metres: int | None
    """In a straight line from home to the place; None when either is unknown."""
    free_from: datetime | None
    free_until: datetime | None
    """The stretch around the shift in which they say they are free."""
    days_unasked: int
    served_minutes: int
    of_activity: bool = False
    """What they know, if they know anything, is the activity and not a person served."""


class Ranking(Struct, frozen=True, kw_only=True):
    """The best people for a seat out of everybody, and what keeps the others away."""

    seat_id: int
    as_of: datetime
    people: list[Pair]
    everyone: int
    """Who this kind of place is for at all: volunteers, or the agency's own staff."""
    could: int
    """How many of them could come."""
    failing: dict[str, int]
    """How many of the others a rule keeps away, by the rule's name; a person may be counted under several."""
    alone: dict[str, int]
    """How many are kept away by this rule only."""


class Answer(Struct, frozen=True, kw_only=True):
    """What the process says. Without a ranking there is no such open seat."""

    ranking: Ranking | None


def questions_key() -> str:
    """The list on which this city's questions wait."""
    return f"linli:matching:{settings().schema}:questions"


def answer_key(question_id: str) -> str:
    """Where one question's answer is put."""
    return f"linli:matching:{settings().schema}:answers:{question_id}"
