"""Which days a choice like "this weekend" means."""

from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5
DAY = timedelta(days=1)


class When(StrEnum):
    """The days people ask for in words."""

    ANY = ""
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"
    WEEK = "week"


def days_of(when: When, first: date | None, last: date | None, today: date) -> tuple[date | None, date | None]:
    """The half-open span of days that was asked for; None where it is open. Days that were typed win over words."""
    if first or last:
        first, last = (last, first) if first and last and last < first else (first, last)
        return first, last + DAY if last else None
    if when == When.TODAY:
        return today, today + DAY
    if when == When.TOMORROW:
        return today + DAY, today + 2 * DAY
    if when == When.WEEK:
        return today, today + 7 * DAY
    if when == When.WEEKEND:
        # On a Sunday "this weekend" is what is left of it.
        saturday = today + (SATURDAY - today.weekday()) * DAY
        return max(saturday, today), saturday + 2 * DAY
    return None, None
