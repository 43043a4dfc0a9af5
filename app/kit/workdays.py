"""Which days China works: weekends and public holidays off, and the weekend days that are swapped for them worked."""

from datetime import date, datetime, timedelta
from functools import cache

import chinese_calendar
from chinese_calendar.constants import holidays

from app.kit import clock

SATURDAY = 5


@cache
def _years() -> range:
    return range(min(holidays).year, max(holidays).year + 1)


def known(year: int) -> bool:
    """Whether the State Council's calendar of that year is known here. It is published each November for the next."""
    return year in _years()


def is_workday(day: date) -> bool:
    """Whether offices work on a day; Monday to Friday where the year's calendar is not known."""
    if known(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < SATURDAY


def add_workdays(day: date, count: int) -> date:
    """The working day that is `count` working days after `day`; the day itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; below 0 when `end` has passed."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + timedelta(days=step)) for step in range(1, (end - start).days + 1))


def assumed(due: date | datetime) -> bool:
    """Whether a date was reckoned without that year's holidays, which nobody knew yet."""
    return not known((clock.local_day(due) if isinstance(due, datetime) else due).year)
