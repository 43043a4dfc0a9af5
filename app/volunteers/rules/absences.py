"""A stretch in which somebody cannot serve: whole days by the city's clocks unless times are given."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.kit.rules import N_, Refusal

LONGEST = timedelta(days=366)

ENDS_BEFORE_START = Refusal(
    "absence_ends_before_start", N_("You would be back before you leave."), N_("Look at both days.")
)
OVER_ALREADY = Refusal(
    "absence_over_already", N_("This time is over already."), N_("Choose an end that is still to come.")
)
TOO_LONG = Refusal(
    "absence_too_long",
    N_("This is longer than a year."),
    N_("Take the times when you are usually free out of your profile instead."),
)
NOT_STAFF = Refusal(
    "absence_not_staff",
    N_("An agency writes down absences of its own staff only; volunteers do it themselves."),
)


class Reason(StrEnum):
    """Why somebody is away; nobody has to say."""

    ILL = "ill"
    AWAY = "away"
    UNSAID = ""


REASON_WORDS: dict[Reason, str] = {Reason.ILL: N_("Ill"), Reason.AWAY: N_("Away"), Reason.UNSAID: N_("Not said")}


def span_of(
    from_on: date, until_on: date, zone: ZoneInfo, *, from_at: time | None = None, until_at: time | None = None
) -> tuple[datetime, datetime]:
    """The instants of an absence: without times from the first midnight to the end of the last day."""
    starts = datetime.combine(from_on, from_at or time.min, zone)
    ends = (
        datetime.combine(until_on, until_at, zone)
        if until_at
        else datetime.combine(until_on + timedelta(days=1), time.min, zone)
    )
    return starts, ends


def refusal(starts: datetime, ends: datetime, *, now: datetime) -> Refusal | None:
    """Why such an absence cannot be."""
    if ends <= starts:
        return ENDS_BEFORE_START
    if ends <= now:
        return OVER_ALREADY
    return TOO_LONG if ends - starts > LONGEST else None
