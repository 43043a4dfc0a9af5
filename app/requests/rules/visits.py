"""Visits: when the address opens, how the door card works, and when a visit can be confirmed."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.kit.rules import N_, Refusal

OPENS_BEFORE = timedelta(hours=24)
CLOSES_AFTER = timedelta(hours=12)
"""The address of a visit is open to its visitors from so long before the start until so long after the end."""

LINK_OPEN_FOR = timedelta(days=30)
"""How long after a visit its resident can confirm it by the private link."""

CODES_A_CARD = 12
CODE_DIGITS = 6
BEST_RATING = 5
MOST_WEEKS = 12
LONGEST_VISIT_MINUTES = 8 * 60
USUAL_MINUTES = 90


class How(StrEnum):
    """How the person served confirmed."""

    LINK = "link"
    CARD = "card"


NOT_YET = Refusal(
    "visit_not_begun",
    N_("This visit has not begun yet, so it cannot be confirmed."),
    N_("Come back during or after the visit."),
)
NOT_OVER = Refusal(
    "visit_not_over",
    N_("This visit is not over yet."),
    N_("Please tell us how it was when the visitors have left."),
)
TOO_LATE = Refusal(
    "visit_long_ago",
    N_("This visit was too long ago to be confirmed here."),
    N_("Call your community's service point instead."),
)
CANCELLED = Refusal("visit_cancelled", N_("This visit was cancelled."))
NO_CARD = Refusal(
    "no_door_card",
    N_("There is no door-card code for this visit."),
    N_("The person can confirm by their private link, or the community can print a new door card."),
)
OLD_CARD = Refusal(
    "old_door_card",
    N_("A newer door card was printed, so this one no longer holds."),
    N_("Open the newest card."),
)
WRONG_CODE = Refusal(
    "wrong_code",
    N_("This is not code number %(position)s of the newest door card."),
    N_("Ask for code number %(position)s and check that the card is the newest one."),
    status=422,
)
ALREADY_CONFIRMED = Refusal(
    "already_confirmed",
    N_("This visit was already confirmed."),
    N_("Nothing more needs to be done."),
)
NO_VISITORS = Refusal(
    "visit_without_visitors",
    N_("A visit needs at least one visitor."),
    N_("Ask for volunteers, staff, or both."),
    status=422,
)
SEX_UNKNOWN = Refusal(
    "sex_of_served_unknown",
    N_("This kind of service is done by people of the same sex, and that of the person served is not written down."),
    N_("Choose women or men under who may come."),
    status=422,
)
WRONG_ACTIVITY = Refusal(
    "activity_of_another_line",
    N_("This activity does not belong to the line the request was handed to."),
    N_("Choose one of the activities in the list."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "confirmation_once": ALREADY_CONFIRMED,
    "confirmation_rating_in_range": Refusal("rating_out_of_range", N_("Choose a number from 1 to 5."), status=422),
    "visit_shift_once": Refusal("visit_shift_once", N_("This shift already belongs to a visit.")),
}


def opens_at(starts: datetime) -> datetime:
    """From when the visitors may see the address."""
    return starts - OPENS_BEFORE


def address_is_open(starts: datetime, ends: datetime, now: datetime) -> bool:
    """Whether the visitors may see the address now."""
    return opens_at(starts) <= now < ends + CLOSES_AFTER


def code_refusal(starts: datetime, ends: datetime, cancelled: bool, now: datetime) -> Refusal | None:
    """Why a door-card code is not taken now: it is worth nothing before the visit and nothing afterwards."""
    if cancelled:
        return CANCELLED
    if now < starts:
        return NOT_YET
    return TOO_LATE if now >= ends + CLOSES_AFTER else None


def link_refusal(ends: datetime, cancelled: bool, now: datetime) -> Refusal | None:
    """Why a visit cannot be confirmed by link now."""
    if cancelled:
        return CANCELLED
    if now < ends:
        return NOT_OVER
    return TOO_LATE if now >= ends + LINK_OPEN_FOR else None


def positions(count: int, used: int = 0) -> list[int | None]:
    """The next `count` places on a card of which `used` are given away; None where the card has run out."""
    return [place if place <= CODES_A_CARD else None for place in range(used + 1, used + count + 1)]


def digits(secret: bytes) -> str:
    """Six digits of a keyed digest. Eight bytes make the unevenness of the remainder immaterial."""
    return f"{int.from_bytes(secret[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
