"""What the city asks of everybody who does one kind of service, and whether a shift's places allow for it."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.shifts.rules.publishing import Capacity, SeatWanted

NEVER_ALONE = Refusal(
    "never_alone",
    N_("Nobody does this kind of service alone, so a shift needs at least two places."),
    N_("Make it two places or more."),
)
STAFF_MISSING = Refusal(
    "staff_missing",
    N_("Volunteers do this kind of service only together with a social worker."),
    N_("Add a place for staff."),
)
IN_THE_PAST = Refusal(
    "safeguard_in_the_past",
    N_("A change holds from today on at the earliest."),
    N_("Choose today or a later day."),
)
UNKNOWN_KIND = Refusal("safeguard_unknown_kind", N_("This kind of service is not offered here."), status=422)
UNKNOWN_CREDENTIAL = Refusal("unknown_credential", N_("This kind of credential is not in the list."), status=422)

BY_LAW = N_(
    "Law on the Protection of Minors, Art. 62: no record of offences, asked before the work begins and each year"
)
"""The reason of the row that every city starts with; what people write themselves stands as they wrote it."""


class Asks(Struct, frozen=True, kw_only=True):
    """What one kind of service asks of everybody who does it."""

    credentials: list[str] = []
    adults_only: bool = False
    two_people: bool = False
    staff_present: bool = False
    same_sex: bool = False


class Dated(Asks, frozen=True, kw_only=True):
    """The same, from a day on until something else is decided."""

    applies_from: date


NOTHING = Asks()


def holding(rows: Sequence[Dated], day: date) -> Asks:
    """What holds on a day."""
    return max((row for row in rows if row.applies_from <= day), key=lambda row: row.applies_from, default=NOTHING)


def publish_refusals(rows: Sequence[Dated], days: Iterable[date], seats: Sequence[SeatWanted]) -> list[Refusal]:
    """Why these places cannot keep to what is asked on any of these days, each reason once."""
    found = {refusal.code: refusal for day in days for refusal in seat_refusals(holding(rows, day), seats)}
    return list(found.values())


def seat_refusals(asks: Asks, seats: Sequence[SeatWanted]) -> list[Refusal]:
    """Why these places cannot keep to what is asked."""
    found = []
    if asks.two_people and sum(seat.needed for seat in seats) < 2:
        found.append(NEVER_ALONE)
    capacities = {seat.capacity for seat in seats}
    if asks.staff_present and Capacity.VOLUNTEER in capacities and Capacity.STAFF not in capacities:
        found.append(STAFF_MISSING)
    return found


def decision_refusal(applies_from: date, *, today: date) -> Refusal | None:
    """Why a change cannot hold from that day; what held in the past is never rewritten."""
    return IN_THE_PAST if applies_from < today else None
