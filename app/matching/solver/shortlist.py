"""Leaves long lists of one person to the most promising pairs of each hour, where nothing is to be proven by it."""

from app.matching.compiling import compiled
from app.matching.problem import Ints, Numbers
from app.matching.solver.scratch import Scratch

LONG = 160
"""So many pairs are looked at one and all."""
AN_HOUR = 60
A_START = 10
"""How many that begin in the same hour are kept."""
HALVINGS = 9
WEEKS = 4


@compiled
def shortlisted(week_left: int, begin: int, end: int, room: Scratch) -> int:
    """Move those pairs from `begin` to `end` that gain most in each hour, or are noted, to the front; where they end.

    What a pair gains is its worth less its minutes at the price at which the worthwhile ones would fill several weeks.
    """
    price = price_of_minutes(week_left, begin, end, room.worth, room.minutes)
    count, first = begin, begin
    while first < end:
        last = first + 1
        while last < end and room.starts[last] // AN_HOUR == room.starts[first] // AN_HOUR:
            last += 1
        least = _least(price, first, last, room.worth, room.minutes) if last - first > A_START else -1e18
        for at in range(first, last):
            chosen = len(room.noted) > 0 and room.noted[room.pair[at]] > 0
            if chosen or room.worth[at] - price * room.minutes[at] >= least:
                keep(room, at, count)
                count += 1
        first = last
    return count


@compiled
def _least(price: float, first: int, last: int, worth: Numbers, minutes: Ints) -> float:
    """What a pair must gain for about `A_START` of them to do so."""
    low, high = 1e18, -1e18
    for at in range(first, last):
        gain = worth[at] - price * minutes[at]
        low, high = min(low, gain), max(high, gain)
    for _ in range(HALVINGS):
        middle, count = (low + high) / 2, 0
        for at in range(first, last):
            if worth[at] - price * minutes[at] >= middle:
                count += 1
        if count > A_START:
            low = middle
        else:
            high = middle
    return low


@compiled
def price_of_minutes(week_left: int, begin: int, end: int, worth: Numbers, minutes: Ints) -> float:
    """What a minute may cost at most for the pairs worth that to have several weeks' minutes."""
    low, high = 0.0, 0.0
    for at in range(begin, end):
        high = max(high, worth[at] / minutes[at])
    for _ in range(HALVINGS):
        middle, total = (low + high) / 2, 0
        for at in range(begin, end):
            if worth[at] > middle * minutes[at]:
                total += minutes[at]
        if total > WEEKS * week_left:
            low = middle
        else:
            high = middle
    return high


@compiled
def keep(room: Scratch, at: int, to: int) -> None:
    """Move a pair's row."""
    room.pair[to], room.worth[to] = room.pair[at], room.worth[at]
    room.starts[to], room.ends[to] = room.starts[at], room.ends[at]
    room.x[to], room.y[to] = room.x[at], room.y[at]
    room.day[to], room.week[to], room.minutes[to] = room.day[at], room.week[at], room.minutes[at]
