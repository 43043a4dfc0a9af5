"""When a shift may be published or changed, and what its seats may be."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.programs.rules import PeriodStatus, ProgramStatus
from app.shifts.rules.constraints import ENDS_BEFORE_START, LEAST_BEYOND_NEEDED, LONGER_THAN_A_DAY, NEEDS_SOMEONE
from app.shifts.rules.statuses import ActivityStatus, ShiftStatus

LONGEST_SHIFT = timedelta(hours=24)
MOST_SEATS_A_ROLE = 500
MOST_ROLES = 20
SECRET_BYTES = 20

USUAL_PRIORITY = 3
PRIORITY_WORDS: dict[int, str] = {
    5: N_("Urgent"),
    4: N_("Important"),
    3: N_("Usual"),
    2: N_("If possible"),
    1: N_("Can wait"),
}

ENDED_PROGRAMS = frozenset({ProgramStatus.EVALUATED, ProgramStatus.CLOSED, ProgramStatus.CANCELLED})

NOT_OPEN = Refusal(
    "activity_not_open",
    N_("This activity is not open, so no shift can be published under it."),
    N_("Open the activity first."),
)
PROGRAM_ENDED = Refusal("program_ended", N_("The program this activity belongs to has ended."))
IN_THE_PAST = Refusal(
    "shift_in_the_past",
    N_("The shift would begin in the past."),
    N_("Choose a time that is still to come."),
)
OUTSIDE_CONTRACT = Refusal(
    "outside_contract",
    N_("%(day)s lies outside contract %(contract)s, which runs from %(first)s to %(last)s."),
    N_("Choose a day inside the contract, or open the activity under the line of another contract."),
)
NO_PERIOD = Refusal(
    "no_period",
    N_("No reporting period of contract %(contract)s covers %(day)s, so its hours could not be reported."),
    N_("Ask the funder to add a period that covers this day."),
)
PERIOD_LOCKED = Refusal(
    "period_locked",
    N_("The reporting period that covers %(day)s was already handed in, so its hours could not be reported."),
    N_("Choose a later day, or ask the funder to return the period."),
)
NO_DAYS = Refusal("no_days", N_("No date is chosen."), N_("Tick at least one date."))
NO_SEATS = Refusal("no_seats", N_("A shift needs at least one role with places."), N_("Name a role and how many."))
NO_ROLE_NAME = Refusal("seat_without_role", N_("Every row of places needs the name of its role."))
TOO_MANY_SEATS = Refusal("too_many_seats", N_("A role may have 500 places at most, and a shift 20 roles."))
ALREADY_CANCELLED = Refusal("cancelled_already", N_("This shift was already cancelled."))
BEGUN = Refusal(
    "shift_begun",
    N_("This shift has begun, so it can no longer be changed or cancelled."),
    N_("Who did not come is simply not punched in; wrong times are corrected afterwards, with a reason."),
)
SEATS_CLOSED = Refusal("seats_closed", N_("This shift is over, so its places no longer change."))
PUNCHED_ALREADY = Refusal(
    "shift_punched_already",
    N_("Someone was already punched in, so this shift can no longer be moved or cancelled."),
    N_("Undo the punch first if it was a mistake."),
)
ELSEWHERE_THEN = Refusal(
    "people_elsewhere_then",
    N_("%(count)s of the people signed up are somewhere else at the new time, and nobody can be in two places."),
    N_("Choose another time, or cancel this shift and publish a new one."),
)
ROLE_HAS_HISTORY = Refusal(
    "role_has_history",
    N_("Someone has signed up or was asked for this role, so it cannot be taken away."),
    N_("Lower its places to those that are taken."),
)
BELOW_TAKEN = Refusal(
    "seat_below_taken",
    N_("More people are signed up for a role than the places you want to leave."),
    N_("Keep at least as many places as are taken, or ask someone to give theirs back."),
)


class Capacity(StrEnum):
    """Whose time a seat is for: paid time is never volunteer time."""

    VOLUNTEER = "volunteer"
    STAFF = "staff"


class SeatWanted(Struct, frozen=True, kw_only=True):
    """A role with a head count, as the agency wants it."""

    role: str
    needed: int
    capacity: Capacity = Capacity.VOLUNTEER
    leads: bool = False
    skill: str | None = None
    language: str | None = None
    credentials: tuple[str, ...] = ()
    """Kinds of credential, besides what the city's safeguards ask for."""
    least: int = 0
    """With fewer heads than this the shift does not take place."""


class SeatChange(Struct, frozen=True, kw_only=True):
    """A seat that is there already, as it is to be: `needed` of 0 takes it away if nobody ever signed up for it."""

    seat_id: int
    role: str
    needed: int
    leads: bool
    least: int = 0


class PeriodSpan(Struct, frozen=True, kw_only=True):
    """One reporting period, half-open."""

    starts_on: date
    ends_before: date
    status: PeriodStatus


class Ground(Struct, frozen=True, kw_only=True):
    """What a shift of an activity stands on: the activity's state, its program's, and its contract's dates."""

    status: ActivityStatus
    program_status: ProgramStatus | None
    contract_number: str
    starts_on: date
    ends_before: date
    periods: tuple[PeriodSpan, ...]


def span_of(day: date, begins: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants of a shift by the zone's clocks; an end that is not after the start is on the next day.

    Both ends keep their wall time over a change of clocks, so the night of a change is an hour shorter or longer.
    """
    last = day if ends > begins else day + timedelta(days=1)
    return datetime.combine(day, begins, zone), datetime.combine(last, ends, zone)


def day_refusal(ground: Ground, day: date) -> Refusal | None:
    """Why hours of this day could not be reported, if they could not."""
    named = {"day": day.isoformat(), "contract": ground.contract_number}
    if not ground.starts_on <= day < ground.ends_before:
        last = ground.ends_before - timedelta(days=1)
        return OUTSIDE_CONTRACT.with_params(**named, first=ground.starts_on.isoformat(), last=last.isoformat())
    covering = next((period for period in ground.periods if period.starts_on <= day < period.ends_before), None)
    if covering is None:
        return NO_PERIOD.with_params(**named)
    return PERIOD_LOCKED.with_params(**named) if covering.status.locked else None


def time_refusals(starts: datetime, ends: datetime, *, now: datetime) -> list[Refusal]:
    """What is wrong with a shift's times in themselves."""
    found = []
    if ends <= starts:
        found.append(ENDS_BEFORE_START)
    elif ends - starts > LONGEST_SHIFT:
        found.append(LONGER_THAN_A_DAY)
    if starts <= now:
        found.append(IN_THE_PAST)
    return found


def series_refusals(ground: Ground, spans: Sequence[tuple[datetime, datetime]], *, now: datetime) -> list[Refusal]:
    """What is wrong with the shifts of a series: each reason once, with the first day it holds for."""
    found: dict[str, Refusal] = {} if spans else {NO_DAYS.code: NO_DAYS}
    for starts, ends in spans:
        for refusal in [*time_refusals(starts, ends, now=now), day_refusal(ground, starts.date())]:
            if refusal:
                found.setdefault(refusal.code, refusal)
    return list(found.values())


def seat_refusals(seats: Sequence[SeatWanted]) -> list[Refusal]:
    """What is wrong with the seats in themselves."""
    found = []
    if not seats:
        found.append(NO_SEATS)
    if any(not seat.role.strip() for seat in seats):
        found.append(NO_ROLE_NAME)
    if any(seat.needed < 1 for seat in seats):
        found.append(NEEDS_SOMEONE)
    if any(seat.least > seat.needed for seat in seats):
        found.append(LEAST_BEYOND_NEEDED)
    if len(seats) > MOST_ROLES or any(seat.needed > MOST_SEATS_A_ROLE for seat in seats):
        found.append(TOO_MANY_SEATS)
    return found


def ground_refusals(ground: Ground) -> list[Refusal]:
    """Why nothing at all can be published under this activity now."""
    found = []
    if ground.status != ActivityStatus.OPEN:
        found.append(NOT_OPEN)
    if ground.program_status in ENDED_PROGRAMS:
        found.append(PROGRAM_ENDED)
    return found


def change_refusal(status: ShiftStatus) -> Refusal | None:
    """Why title, place and time of a shift no longer change, if they do not."""
    if status == ShiftStatus.CANCELLED:
        return ALREADY_CANCELLED
    return None if status in (ShiftStatus.PLANNED, ShiftStatus.PUBLISHED) else BEGUN


def seats_change_refusal(status: ShiftStatus, ends: datetime, now: datetime) -> Refusal | None:
    """Why places of a shift no longer change, if they do not: more hands may still come while it runs."""
    if status == ShiftStatus.CANCELLED:
        return ALREADY_CANCELLED
    return SEATS_CLOSED if now >= ends else None
