"""What may be asked for, by whom, in which words, and by when it is answered."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from app.kit.rules import N_, Refusal


class Channel(StrEnum):
    """How a request reached us."""

    WEB = "web"
    WINDOW = "window"
    PHONE = "phone"
    ROUND = "round"


class AskedBy(StrEnum):
    """Who speaks."""

    SELF = "self"
    RELATIVE = "relative"
    NEIGHBOUR = "neighbour"
    WORKER = "worker"


class TimeOfDay(StrEnum):
    """When someone is at home."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Recurs(StrEnum):
    """How often help is wanted."""

    ONCE = "once"
    WEEKLY = "weekly"


class Risk(StrEnum):
    """What a visitor must know before the door opens."""

    STAIRS = "stairs"
    WHEELCHAIR = "wheelchair"
    HEARING = "hearing"
    SIGHT = "sight"
    MEMORY = "memory"
    DOG = "dog"
    INFECTION = "infection"


class Declined(StrEnum):
    """Why a request could not be taken. Declined requests are kept: they are the unmet need."""

    NO_PROGRAM = "no_program"
    NO_CAPACITY = "no_capacity"
    OUTSIDE_AREA = "outside_area"
    NEEDS_PROFESSIONAL = "needs_professional"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"


CHANNEL_WORDS: Mapping[str, str] = {
    Channel.WEB: N_("Online form"),
    Channel.WINDOW: N_("At the window"),
    Channel.PHONE: N_("By phone"),
    Channel.ROUND: N_("On a round"),
}
ASKED_BY_WORDS: Mapping[str, str] = {
    AskedBy.SELF: N_("The person themselves"),
    AskedBy.RELATIVE: N_("A relative"),
    AskedBy.NEIGHBOUR: N_("A neighbour or friend"),
    AskedBy.WORKER: N_("A community worker"),
}
TIME_WORDS: Mapping[str, str] = {
    TimeOfDay.MORNING: N_("Morning"),
    TimeOfDay.AFTERNOON: N_("Afternoon"),
    TimeOfDay.EVENING: N_("Evening"),
}
RECURS_WORDS: Mapping[str, str] = {Recurs.ONCE: N_("Once"), Recurs.WEEKLY: N_("Every week")}
RISK_WORDS: Mapping[str, str] = {
    Risk.STAIRS: N_("There are stairs and no lift"),
    Risk.WHEELCHAIR: N_("Uses a wheelchair or cannot get up"),
    Risk.HEARING: N_("Hears badly"),
    Risk.SIGHT: N_("Sees badly"),
    Risk.MEMORY: N_("Forgets things or gets confused"),
    Risk.DOG: N_("There is a dog"),
    Risk.INFECTION: N_("Has an illness others can catch"),
}
DECLINED_WORDS: Mapping[str, str] = {
    Declined.NO_PROGRAM: N_("No program here offers this help at the moment"),
    Declined.NO_CAPACITY: N_("There are not enough people at the moment"),
    Declined.OUTSIDE_AREA: N_("The address belongs to another community"),
    Declined.NEEDS_PROFESSIONAL: N_("This needs a doctor, nurse or another professional"),
    Declined.DUPLICATE: N_("The same request is already being handled"),
    Declined.WITHDRAWN: N_("The person no longer wants the help"),
    Declined.UNREACHABLE: N_("We could not reach the person"),
}

EVERYDAY_WORDS: Mapping[str, str] = {
    "elder_visit": N_("Someone who comes by, talks and sees that all is well"),
    "after_school": N_("Someone to look after a child after school and help with homework"),
    "disability_rehab": N_("Exercises and company for a person with a disability"),
    "home_help": N_("A hand with shopping, small repairs, cleaning or papers"),
    "companionship": N_("Someone to come along to the hospital or an office"),
    "family_counselling": N_("A talk with a social worker about worries at home"),
    "other": N_("Something else: tell us in your own words"),
}
"""Kinds of service in words people use at home. A kind that is not here is shown by its name alone."""

FOR_MANY_PEOPLE = frozenset(
    {"group_work", "community_event", "environment", "culture_sport", "health_promotion", "emergency"}
)
"""Kinds that are announced, not asked for by one household."""


class AnswerTime(Struct, frozen=True):
    """From `since` on, a request is answered within so many working days."""

    since: date
    workdays: int


ANSWER_TIMES = (AnswerTime(date(2020, 1, 1), workdays=2),)
"""Newest last."""

CONSENT_PURPOSE = "service_request"
CONSENT_VERSION = "2026-11"
"""Changes whenever the sentence people agree to in the form changes."""

GUARDED_UNTIL = 14
"""Under this age only a parent or guardian can agree (PIPL Art. 31)."""

OLDEST = 120

NEEDS_GUARDIAN = Refusal(
    "needs_guardian",
    N_("A child under 14 cannot agree for themselves."),
    N_("Let a parent or guardian ask: choose “A relative”."),
)
NO_CONSENT = Refusal(
    "no_consent",
    N_("Without agreement we may not pass this on."),
    N_("Ask the person, then tick the box."),
    status=422,
)
UNKNOWN_KIND = Refusal("unknown_kind", N_("This kind of help is not in the list."), status=422)
UNKNOWN_REGION = Refusal(
    "unknown_region",
    N_("This community is not in the list."),
    N_("Choose the community from the list."),
    status=422,
)
OUTSIDE_REGION = Refusal(
    "outside_region",
    N_("This community is not in your area."),
    N_("Take requests for your own area only; pass others on by phone."),
)
NO_PROGRAM_FITS = Refusal(
    "line_does_not_fit",
    N_("This program cannot take the request: it is not active, covers another area, or buys another kind of help."),
    N_("Choose one of the programs in the list."),
)
NOT_HANDED_OVER = Refusal(
    "not_handed_over",
    N_("No program has taken this request yet."),
    N_("Hand it to a program first."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "request_declined_with_reason": Refusal(
        "decline_needs_reason", N_("Say why the request is declined."), N_("Choose a reason.")
    ),
    "request_link_once": Refusal("link_taken", N_("This link is already in use."), N_("Please try again.")),
}


def number(received_at: datetime, request_id: int) -> str:
    """`R-2026-000123`: the year and the row's own number. Pass the instant by the city's clocks."""
    return f"R-{received_at.year}-{request_id:06d}"


def id_in_number(typed: str) -> int | None:
    """The row's number in `R-2026-000123`, or in the digits alone."""
    tail = typed.strip().rsplit("-", 1)[-1]
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) <= 12 else None


def answer_workdays(on: date) -> int:
    """Within how many working days a request received on a local day `on` is answered."""
    known = [time for time in ANSWER_TIMES if time.since <= on] or [ANSWER_TIMES[0]]
    return known[-1].workdays


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def consent_giver(asked_by: AskedBy, born: date | None, today: date) -> str:
    """Whose agreement is on record: the person's own, or that of whoever speaks for them."""
    if asked_by == AskedBy.RELATIVE:
        return "guardian" if born and age(born, today) < GUARDED_UNTIL else "relative"
    # A worker writes down what the person said themselves; a neighbour's word is recorded as a neighbour's.
    return "neighbour" if asked_by == AskedBy.NEIGHBOUR else "self"


def consent_refusal(asked_by: AskedBy, born: date | None, today: date) -> Refusal | None:
    """Why this agreement does not hold, if it does not."""
    child = born is not None and age(born, today) < GUARDED_UNTIL
    return NEEDS_GUARDIAN if child and asked_by != AskedBy.RELATIVE else None
