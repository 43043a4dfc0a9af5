"""The best that one person could do at given prices: exact, over all sets of shifts that they can serve together."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from app.matching.problem import Travel

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

MOST_LABELS = 200_000
"""Beyond this many half-finished schedules of one person we say that we do not know."""

UNKNOWN = -1


class Work(NamedTuple):
    """What is offered to one person, ordered by start: a row a shift, and what is left of each day and week."""

    starts: Whole
    ends: Whole
    x: Real
    y: Real
    worth: Whole
    """More than nothing."""
    day: Whole
    week: Whole
    """-1 where no cap applies."""
    day_left: Whole
    week_left: Whole


class Speed(NamedTuple):
    """`Travel`, as a kernel takes it."""

    start_minutes: int
    detour_percent: int
    metres_per_minute: int
    unknown_minutes: int


def speed(travel: Travel) -> Speed:
    """The kernel's own copy."""
    return Speed(travel.start_minutes, travel.detour_percent, travel.metres_per_minute, travel.unknown_minutes)


@njit(cache=True)
def _way(work: Work, speed: Speed, one: int, other: int) -> int:
    metres = np.sqrt((work.x[one] - work.x[other]) ** 2 + (work.y[one] - work.y[other]) ** 2)
    if np.isnan(metres):
        return speed.unknown_minutes
    if metres < 1:
        return 0
    return speed.start_minutes + int(np.ceil(metres * speed.detour_percent / 100 / speed.metres_per_minute))


@njit(cache=True)
def _follows(work: Work, speed: Speed, early: int, late: int) -> bool:
    return bool(work.ends[early] + _way(work, speed, early, late) <= work.starts[late])


@njit(cache=True)
def _fits_all(work: Work, speed: Speed, last: Whole, parent: Whole, label: int, item: int) -> bool:
    """Whether an item can follow a whole schedule: where places are unknown, its last shift alone does not say."""
    while label > 0:
        if not _follows(work, speed, last[label], item):
            return False
        label = parent[label]
    return True


@njit(cache=True)
def _dominated(
    day_used: Whole, week_used: Whole, worth: Whole, first: int, past: int, day: int, week: int, value: int
) -> bool:
    for label in range(first, past):
        if day_used[label] <= day and week_used[label] <= week and worth[label] >= value:
            return True
    return False


@njit(cache=True)
def best_schedule(work: Work, speed: Speed, triangle: bool) -> int:
    """The worth of the best schedule, or UNKNOWN.

    Labels are half-finished schedules: the last shift, and the minutes used on its day and in its week. Of two with the
    same last shift the one that is worth less and leaves no more room is dropped; but only if places are all known,
    for otherwise what may follow depends on more than the last (`triangle`).
    """
    items = len(work.worth)
    rest = np.zeros(items + 1, dtype=np.int64)
    for item in range(items - 1, -1, -1):
        rest[item] = rest[item + 1] + work.worth[item]
    size = 1024
    last = np.full(size, -1, dtype=np.int64)
    parent = np.zeros(size, dtype=np.int64)
    day_used = np.zeros(size, dtype=np.int64)
    week_used = np.zeros(size, dtype=np.int64)
    worth = np.zeros(size, dtype=np.int64)
    count, best = 1, 0
    for item in range(items):
        minutes = work.ends[item] - work.starts[item]
        day, week = work.day[item], work.week[item]
        first = count
        for label in range(first):
            value = worth[label] + work.worth[item]
            if value + rest[item + 1] <= best:
                continue
            before = last[label]
            if before >= 0 and not _follows(work, speed, before, item):
                continue
            if not triangle and not _fits_all(work, speed, last, parent, label, item):
                continue
            of_day = day_used[label] if before >= 0 and work.day[before] == day else 0
            of_week = week_used[label] if before >= 0 and work.week[before] == week else 0
            of_day, of_week = of_day + minutes, of_week + minutes
            if (day >= 0 and of_day > work.day_left[day]) or (week >= 0 and of_week > work.week_left[week]):
                continue
            if triangle and _dominated(day_used, week_used, worth, first, count, of_day, of_week, value):
                continue
            if count == MOST_LABELS:
                return UNKNOWN
            if count == len(last):
                last = np.concatenate((last, last))
                parent = np.concatenate((parent, parent))
                day_used = np.concatenate((day_used, day_used))
                week_used = np.concatenate((week_used, week_used))
                worth = np.concatenate((worth, worth))
            last[count], parent[count], worth[count] = item, label, value
            day_used[count], week_used[count] = of_day, of_week
            count += 1
            best = max(best, value)
    return best
