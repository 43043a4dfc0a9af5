"""A horizon cut into slots, local days and local weeks, whatever the city's clocks do in it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from app.matching.problem import SLOT_MINUTES, Ints, Masks

WORD = 64


class Horizon(Struct, frozen=True, kw_only=True):
    """A stretch of time, beginning at a quarter of an hour."""

    starts: datetime
    minutes: int
    zone: str

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(minutes=self.minutes)

    @property
    def words(self) -> int:
        """How many 64-bit words hold a bit for each of its slots."""
        slots = -(-self.minutes // SLOT_MINUTES)
        return max(1, -(-slots // WORD))

    def minute(self, instant: datetime) -> int:
        """Whole minutes after the start; negative before it."""
        return int((instant - self.starts).total_seconds() // 60)

    def days(self) -> list[date]:
        """The local days that it touches."""
        zone = ZoneInfo(self.zone)
        first = self.starts.astimezone(zone).date()
        last = (self.ends - timedelta(microseconds=1)).astimezone(zone).date()
        return [first + timedelta(days=n) for n in range(max(0, (last - first).days) + 1)]

    def at(self, day: date, minute: int = 0) -> int:
        """The minute at which the local clocks show that time of that day."""
        # Wall time first: a day on which clocks change is not 24 hours long.
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        return self.minute(wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC))


def horizon(starts: datetime, ends: datetime, zone: str) -> Horizon:
    """The horizon from the quarter of an hour that holds `starts` to `ends`."""
    begins = starts.astimezone(UTC).replace(second=0, microsecond=0)
    begins -= timedelta(minutes=begins.minute % SLOT_MINUTES)
    minutes = max(0, -(-int((ends - begins).total_seconds()) // 60))
    return Horizon(starts=begins, minutes=minutes, zone=zone)


def day_edges(over: Horizon) -> Ints:
    """(d + 1) where each local day begins, and where the last one ends."""
    days = over.days()
    return np.array([over.at(day) for day in [*days, days[-1] + timedelta(days=1)]], dtype=np.int32)


def week_edges(over: Horizon) -> Ints:
    """(w + 1) the same for weeks, which begin on Monday."""
    days = over.days()
    monday = days[0] - timedelta(days=days[0].weekday())
    count = (days[-1] - monday).days // 7 + 1
    return np.array([over.at(monday + timedelta(weeks=n)) for n in range(count + 1)], dtype=np.int32)


def weekly(over: Horizon, weekday: int, from_minute: int, to_minute: int) -> Masks:
    """The slots that lie wholly within these local minutes of each such weekday, as a row of bits."""
    row = np.zeros(over.words, dtype=np.uint64)
    for slot in _slots(over, weekday, from_minute, to_minute):
        row[slot // WORD] |= np.uint64(1) << np.uint64(slot % WORD)
    return row


def _slots(over: Horizon, weekday: int, from_minute: int, to_minute: int) -> Iterator[int]:
    most = -(-over.minutes // SLOT_MINUTES)
    for day in over.days():
        if day.weekday() == weekday:
            first = max(0, -(-over.at(day, from_minute) // SLOT_MINUTES))
            yield from range(first, min(most, over.at(day, to_minute) // SLOT_MINUTES))
