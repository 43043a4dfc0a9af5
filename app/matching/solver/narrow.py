"""Leaves out of a long list what cannot be in a person's best week, so that the exact search stays short.

With a price on the week's minutes the cap can be forgotten: what the best week is worth then, plus the cap at that
price, is at least what the best week under the cap is worth. A pair that falls short by more than what this exceeds a
week that does keep the caps is in no best week.
"""

from app.matching.compiling import compiled
from app.matching.problem import Ints, Longs, Numbers
from app.matching.solver.scratch import Scratch
from app.matching.solver.shortlist import keep, price_of_minutes
from app.matching.solver.ways import way_minutes

MANY = 40
HALVINGS = 9


@compiled
def narrowed(day_left: Ints, week_left: int, travel: Longs, begin: int, end: int, room: Scratch) -> int:
    """Move the pairs from `begin` to `end` that can matter to the front, and say where they end."""
    low, high = 0.0, _dearest(begin, end, room.worth, room.minutes)
    first_price = price_of_minutes(week_left, begin, end, room.worth, room.minutes)
    ceiling, floor, price, middle = 1e18, 0.0, 0.0, 0.0
    for _ in range(HALVINGS):
        above, minutes = _penalised(travel, middle, begin, end, room)
        if middle * week_left + above < ceiling:
            ceiling, price = middle * week_left + above, middle
        floor = max(floor, _kept(day_left, week_left, room, minutes[0]))
        if minutes[1] > week_left:
            low = middle
        elif middle == 0:
            break
        else:
            high = middle
        middle = (low + high) / 2 if middle > 0 else first_price
    count, first, spare = begin, begin, ceiling - floor + 1.0
    while first < end:
        last = first + 1
        while last < end and room.day[last] == room.day[first]:
            last += 1
        best = _through(
            travel,
            price,
            first,
            last,
            room.starts,
            room.ends,
            room.x,
            room.y,
            room.worth,
            room.minutes,
            room.sum,
            room.rest,
        )
        for at in range(first, last):
            if room.sum[at] + room.rest[at] >= best - spare:
                keep(room, at, count)
                count += 1
        first = last
    return count


@compiled
def _through(
    travel: Longs,
    price: float,
    first: int,
    last: int,
    starts: Ints,
    ends: Ints,
    x: Numbers,
    y: Numbers,
    worth: Numbers,
    minutes: Ints,
    total: Numbers,
    rest: Numbers,
) -> float:
    """The most a day can be worth, with no caps; and through each pair: `total` up to it, `rest` after it."""
    start, detour, speed, unknown = travel[0], travel[1], travel[2], travel[3]
    for at in range(first, last):
        total[at], rest[at] = 0.0, 0.0
        for other in range(first, at):
            gap = starts[at] - ends[other]
            if gap < 0 or total[other] <= total[at]:
                continue
            if gap >= way_minutes(x[at] - x[other], y[at] - y[other], start, detour, speed, unknown):
                total[at] = total[other]
        total[at] += worth[at] - price * minutes[at]
    best = 0.0
    for at in range(last - 1, first - 1, -1):
        best = max(best, total[at])
        after = rest[at] + worth[at] - price * minutes[at]
        for other in range(first, at):
            gap = starts[at] - ends[other]
            if gap < 0 or after <= rest[other]:
                continue
            if gap >= way_minutes(x[at] - x[other], y[at] - y[other], start, detour, speed, unknown):
                rest[other] = after
    return best


@compiled
def _dearest(begin: int, end: int, worth: Numbers, minutes: Ints) -> float:
    """The most that a minute of any pair is worth."""
    most = 0.0
    for at in range(begin, end):
        most = max(most, worth[at] / minutes[at])
    return most


@compiled
def _penalised(travel: Longs, price: float, begin: int, end: int, room: Scratch) -> tuple[float, tuple[int, int]]:
    """The most a week is worth when its minutes cost so much and nothing caps them.

    Also of how many pairs it is made (they stand in `room.marked`, the last one first), and their minutes.
    """
    total, chosen, minutes, first = 0.0, 0, 0, begin
    while first < end:
        last = first + 1
        while last < end and room.day[last] == room.day[first]:
            last += 1
        at = _best_chain(
            travel,
            price,
            first,
            last,
            room.starts,
            room.ends,
            room.x,
            room.y,
            room.worth,
            room.minutes,
            room.link,
            room.sum,
        )
        if at >= 0:
            total += room.sum[at]
        while at >= 0:
            room.marked[chosen] = at
            minutes += room.minutes[at]
            chosen += 1
            at = room.link[at]
        first = last
    return total, (chosen, minutes)


@compiled
def _best_chain(
    travel: Longs,
    price: float,
    first: int,
    last: int,
    starts: Ints,
    ends: Ints,
    x: Numbers,
    y: Numbers,
    worth: Numbers,
    minutes: Ints,
    link: Ints,
    total: Numbers,
) -> int:
    """The last pair of the day's best chain; -1 when none is worth its minutes. `link` leads back through it."""
    start, detour, speed, unknown = travel[0], travel[1], travel[2], travel[3]
    best = -1
    for at in range(first, last):
        own = worth[at] - price * minutes[at]
        total[at], link[at] = own, -1
        if own <= 0:
            continue
        for other in range(first, at):
            gap = starts[at] - ends[other]
            if gap < 0 or total[other] + own <= total[at]:
                continue
            if gap >= way_minutes(x[at] - x[other], y[at] - y[other], start, detour, speed, unknown):
                total[at] = total[other] + own
                link[at] = other
        if best < 0 or total[at] > total[best]:
            best = at
    return best


@compiled
def _kept(day_left: Ints, week_left: int, room: Scratch, chosen: int) -> float:
    """What is left of the marked week when whatever breaks a cap is left out."""
    total, day, day_minutes, week_minutes = 0.0, -2, 0, 0
    for mark in range(chosen):
        at = room.marked[mark]
        if room.day[at] != day:
            day, day_minutes = room.day[at], 0
        minutes = room.minutes[at]
        if day_minutes + minutes <= day_left[day] and week_minutes + minutes <= week_left:
            day_minutes += minutes
            week_minutes += minutes
            total += room.worth[at]
    return total
