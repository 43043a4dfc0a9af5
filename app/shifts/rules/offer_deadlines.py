"""Until when an offer can be answered: shorter the nearer the shift, and never in the night if it can wait."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.shifts.rules.offers import LAST_CALL

NIGHT_BEGINS, NIGHT_ENDS, MORNING = time(22), time(8), time(9)
"""Nobody has to answer in the night: what would end then ends in the morning."""
SHORTEST = timedelta(minutes=15)
"""For when no row fits."""


class Step(Struct, frozen=True, kw_only=True):
    """For shifts that begin in at least so many hours, so many minutes to answer."""

    hours_before: int
    minutes_to_answer: int


def answer_by(steps: Sequence[Step], starts: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """Until when someone who is asked now has time. Only for shifts that are further away than `LAST_CALL`."""
    latest = starts - LAST_CALL
    until = min(now + _allowed(steps, starts - now), latest)
    morning = _morning_after(until, zone)
    return morning if morning and morning <= latest else until


def _allowed(steps: Sequence[Step], ahead: timedelta) -> timedelta:
    fitting = [step for step in steps if timedelta(hours=step.hours_before) <= ahead]
    if not fitting:
        return SHORTEST
    return timedelta(minutes=max(fitting, key=lambda step: step.hours_before).minutes_to_answer)


def _morning_after(until: datetime, zone: ZoneInfo) -> datetime | None:
    """The morning that ends the night an instant falls in; None by day."""
    local = until.astimezone(zone)
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return None
    day = local.date() + timedelta(days=1 if local.time() >= NIGHT_BEGINS else 0)
    return datetime.combine(day, MORNING, zone)
