"""The only place that reads the clock. Everything else takes `now` as an argument."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from app.settings import settings


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


@cache
def city_zone() -> ZoneInfo:
    """The zone in which this city's people read their clocks."""
    return ZoneInfo(settings().zone)


def local(instant: datetime) -> datetime:
    """The same instant as the city's clocks show it."""
    return instant.astimezone(city_zone())


def local_day(instant: datetime) -> date:
    """The calendar day of an instant in the city."""
    return local(instant).date()
