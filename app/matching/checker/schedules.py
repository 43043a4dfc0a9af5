"""The best that one person could do at given prices: exact, over all sets of shifts that they can serve together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.matching.compiling import compiled
from app.matching.problem import Travel

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

MOST_LABELS = 20_000
"""Schedules of one person that are followed one by one."""
FRONT = 128
"""Choices of a day that are kept apart: there are not so many quarters of an hour in one."""
UNLIMITED = 2**40
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


@compiled
def _way(work: Work, speed: Speed, one: int, other: int) -> int:
    metres = np.sqrt((work.x[one] - work.x[other]) ** 2 + (work.y[one] - work.y[other]) ** 2)
    if np.isnan(metres):
        return speed.unknown_minutes
    if metres < 1:
        return 0
    return speed.start_minutes + int(np.ceil(metres * speed.detour_percent / 100 / speed.metres_per_minute))


@compiled
def _follows(work: Work, speed: Speed, early: int, late: int) -> bool:
    return bool(work.ends[early] + _way(work, speed, early, late) <= work.starts[late])


@compiled
def best_schedule(work: Work, speed: Speed) -> int:
    """The worth of the best schedule.

    Where a day's last shift never bars one of the next day, each day is solved by itself, and what it can be worth in
    so many minutes is put together week by week. Otherwise, or where places are unknown so that a shift bars more than
    those next to it, every schedule is followed; should there be too many of them, days solved by themselves are still
    never worth less than the best.
    """
    by_days = _best_by_days(work, speed)
    if by_days == 0 or _simple(work, speed):
        return by_days
    followed = _best_followed(work, speed)
    return by_days if followed == UNKNOWN else followed


@compiled
def _simple(work: Work, speed: Speed) -> bool:
    items = len(work.worth)
    for early in range(items):
        if np.isnan(work.x[early]) or np.isnan(work.y[early]) or work.day[early] < 0:
            return False
        for late in range(early + 1, items):
            if work.day[late] != work.day[early] and not _follows(work, speed, early, late):
                return False
    return True


@compiled
def _best_by_days(work: Work, speed: Speed) -> int:
    items, total, item = len(work.worth), 0, 0
    week, minutes, worth = -1, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    while item < items:
        past = item
        while past < items and work.day[past] == work.day[item]:
            past += 1
        if work.week[item] != week or week < 0:
            total += worth.max()
            week, minutes, worth = work.week[item], np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        day = work.day[item]
        day_minutes, day_worth = _fronts_of_day(work, speed, item, past, work.day_left[day] if day >= 0 else UNLIMITED)
        most = work.week_left[week] if week >= 0 else UNLIMITED
        minutes, worth = _together(minutes, worth, day_minutes, day_worth, most)
        item = past
    return int(total + worth.max())


@compiled
def _fronts_of_day(work: Work, speed: Speed, first: int, past: int, most: int) -> tuple[Whole, Whole]:
    """What the shifts of one day can be worth together, by the minutes they take; nothing is one choice."""
    count = past - first
    used = np.zeros((count, FRONT), dtype=np.int64)
    worth = np.zeros((count, FRONT), dtype=np.int64)
    sizes = np.zeros(count, dtype=np.int64)
    every_minutes, every_worth = [0], [0]
    for row in range(count):
        item = first + row
        minutes = work.ends[item] - work.starts[item]
        if minutes > most:
            continue
        sizes[row] = _kept(used[row], worth[row], sizes[row], minutes, work.worth[item])
        for before in range(row):
            if sizes[before] and _follows(work, speed, first + before, item):
                for label in range(sizes[before]):
                    if used[before, label] + minutes <= most:
                        sizes[row] = _kept(
                            used[row],
                            worth[row],
                            sizes[row],
                            used[before, label] + minutes,
                            worth[before, label] + work.worth[item],
                        )
        for label in range(sizes[row]):
            every_minutes.append(used[row, label])
            every_worth.append(worth[row, label])
    return _front(np.array(every_minutes), np.array(every_worth))


@compiled
def _kept(used: Whole, worth: Whole, size: int, minutes: int, value: int) -> int:
    """Add a choice unless one takes no longer and is worth as much; drop those that it makes useless. The new size.

    Should there be no room, the choice that takes longest is taken for shorter: that is never worth less.
    """
    for row in range(size):
        if used[row] <= minutes and worth[row] >= value:
            return size
    stay = 0
    for row in range(size):
        if not (minutes <= used[row] and value >= worth[row]):
            used[stay], worth[stay] = used[row], worth[row]
            stay += 1
    if stay == FRONT:
        longest = used[:stay].argmax()
        used[longest], worth[longest] = min(used[longest], minutes), max(worth[longest], value)
        return stay
    used[stay], worth[stay] = minutes, value
    return stay + 1


@compiled
def _together(minutes: Whole, worth: Whole, more_minutes: Whole, more_worth: Whole, most: int) -> tuple[Whole, Whole]:
    """Every choice of one with every choice of the other that takes no more than `most` minutes."""
    size = 0
    sums = np.empty(len(minutes) * len(more_minutes), dtype=np.int64)
    values = np.empty(len(sums), dtype=np.int64)
    for one in range(len(minutes)):
        for other in range(len(more_minutes)):
            if minutes[one] + more_minutes[other] <= most or more_minutes[other] == 0:
                sums[size], values[size] = minutes[one] + more_minutes[other], worth[one] + more_worth[other]
                size += 1
    return _front(sums[:size], values[:size])


@compiled
def _front(minutes: Whole, worth: Whole) -> tuple[Whole, Whole]:
    """Without choices that take longer than another and are worth no more."""
    order = np.argsort(minutes, kind="mergesort")
    kept = np.zeros(len(order), dtype=np.int64)
    size, best = 0, -1
    for row in order:
        if worth[row] > best:
            if size and minutes[kept[size - 1]] == minutes[row]:
                size -= 1
            kept[size] = row
            size += 1
            best = worth[row]
    return minutes[kept[:size]], worth[kept[:size]]


@compiled
def _best_followed(work: Work, speed: Speed) -> int:
    """The worth of the best schedule by following them all, shift after shift; UNKNOWN when there are too many."""
    items = len(work.worth)
    rest = np.zeros(items + 1, dtype=np.int64)
    for item in range(items - 1, -1, -1):
        rest[item] = rest[item + 1] + work.worth[item]
    last = np.full(MOST_LABELS, -1, dtype=np.int64)
    parent, worth = np.zeros(MOST_LABELS, dtype=np.int64), np.zeros(MOST_LABELS, dtype=np.int64)
    count, best = 1, 0
    for item in range(items):
        for label in range(count):
            value = worth[label] + work.worth[item]
            if value + rest[item + 1] <= best or not _fits(work, speed, last, parent, label, item):
                continue
            if count == MOST_LABELS:
                return UNKNOWN
            last[count], parent[count], worth[count] = item, label, value
            count += 1
            best = max(best, value)
    return best


@compiled
def _fits(work: Work, speed: Speed, last: Whole, parent: Whole, label: int, item: int) -> bool:
    """Whether an item can follow a whole schedule, and the caps leave room for it."""
    day = week = work.ends[item] - work.starts[item]
    while label > 0:
        before = last[label]
        if not _follows(work, speed, before, item):
            return False
        minutes = work.ends[before] - work.starts[before]
        if work.day[before] == work.day[item]:
            day += minutes
        if work.week[before] == work.week[item]:
            week += minutes
        label = parent[label]
    within_day = work.day[item] < 0 or day <= work.day_left[work.day[item]]
    return bool(within_day and (work.week[item] < 0 or week <= work.week_left[work.week[item]]))
