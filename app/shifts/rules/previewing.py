"""What would be published, before it is: every date with what stands in its way."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.kit.rules import Refusal
from app.shifts.rules.publishing import Ground, day_refusal, span_of, time_refusals


class PreviewedDate(Struct, frozen=True, kw_only=True):
    """One date of a series: its instants, and why it cannot be published, if it cannot."""

    day: date
    starts: datetime
    ends: datetime
    refusal: Refusal | None


def preview(
    days: Sequence[date], begins: time, ends: time, ground: Ground, *, zone: ZoneInfo, now: datetime
) -> list[PreviewedDate]:
    """The dates as they would be published."""
    shown = []
    for day in days:
        first, last = span_of(day, begins, ends, zone)
        reasons = [*time_refusals(first, last, now=now), day_refusal(ground, day)]
        refusal = next((reason for reason in reasons if reason), None)
        shown.append(PreviewedDate(day=day, starts=first, ends=last, refusal=refusal))
    return shown
