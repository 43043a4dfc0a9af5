"""The best week of one person at given prices: no overlap, travel between places, caps of days and weeks."""

from app.matching.compiling import compiled
from app.matching.problem import Ints, Longs, Numbers
from app.matching.solver.model import LARGE_UNIT, Model
from app.matching.solver.narrow import MANY, narrowed
from app.matching.solver.scratch import WIDEST, Scratch
from app.matching.solver.shortlist import LONG, keep, shortlisted
from app.matching.solver.ways import way_minutes

NOTHING = -1e18


@compiled
def best_schedule(model: Model, person: int, cost: Numbers, room: Scratch) -> tuple[float, int]:
    """What the person's best schedule is worth at these costs of a head on each seat, and of how many pairs it is made.

    The pairs themselves stand in `room.chosen`. Shifts of two days are taken never to meet, which can only add worth.
    """
    count = collect(model.first[person], model.first[person + 1], model.points, model.seat, cost, room.pair, room.worth)
    if count == 0:
        return 0.0, 0
    if count == 1:
        room.chosen[0] = room.pair[0]
        return room.worth[0], 1
    return best_of_collected(model, person, count, room)


@compiled
def collect(begin: int, end: int, points: Ints, seats: Ints, cost: Numbers, pairs: Ints, worths: Numbers) -> int:
    """Keep the pairs that are worth more than they cost."""
    count = 0
    for pair in range(begin, end):
        worth = points[pair] - cost[seats[pair]]
        if worth > 0:
            pairs[count] = pair
            worths[count] = worth
            count += 1
    return count


@compiled
def best_of_collected(model: Model, person: int, count: int, room: Scratch) -> tuple[float, int]:
    """As `best_schedule`, over the first pairs of `room`."""
    for at in range(count):
        shift = model.shift[model.seat[room.pair[at]]]
        room.day[at], room.week[at], room.minutes[at] = model.day[shift], model.week[shift], model.minutes[shift]
    total, chosen, begin = 0.0, 0, 0
    while begin < count:
        end = begin + 1
        while end < count and room.week[end] == room.week[begin]:
            end += 1
        week_left, day_left = model.week_left[person, room.week[begin]], model.day_left[person]
        last, pair, alone = set_apart(day_left, week_left, begin, end, room)
        for at in range(begin, last):
            shift = model.shift[model.seat[room.pair[at]]]
            room.starts[at], room.ends[at] = model.starts[shift], model.ends[shift]
            room.x[at], room.y[at] = model.x[shift], model.y[shift]
        if last - begin > LONG and not room.whole[0]:
            last = shortlisted(week_left, begin, last, room)
        if last - begin > MANY:
            last = narrowed(day_left, week_left, model.travel, begin, last, room)
        worth, past = 0.0, chosen
        if last > begin:
            worth, past = _best_week(day_left, week_left, model.unit, model.travel, begin, last, chosen, room)
        if alone > worth:
            room.chosen[chosen] = pair
            worth, past = alone, chosen + 1
        total += worth
        begin, chosen = end, past
    return total, chosen


@compiled
def set_apart(day_left: Ints, week_left: int, begin: int, end: int, room: Scratch) -> tuple[int, int, float]:
    """Move the pairs with which anything else fits into the week to the front; where they end.

    Also the best of the others, which are all that is done in their week if they are done, and its worth. Most people
    give a few hours: then there is nothing, or little, to be searched.
    """
    shortest = room.minutes[begin]
    for at in range(begin + 1, end):
        shortest = min(shortest, room.minutes[at])
    last, pair, alone = begin, -1, 0.0
    for at in range(begin, end):
        minutes = room.minutes[at]
        if minutes + shortest <= week_left:
            keep(room, at, last)
            last += 1
        elif room.worth[at] > alone and minutes <= week_left and minutes <= day_left[room.day[at]]:
            pair, alone = room.pair[at], room.worth[at]
    return last, pair, alone


@compiled
def _best_week(
    day_left: Ints, week_left: int, least_unit: int, travel: Longs, begin: int, end: int, chosen: int, room: Scratch
) -> tuple[float, int]:
    unit, most = _steps(day_left, week_left, least_unit, begin, end, room.day, room.minutes)
    for at in range(begin, end):
        room.units[at] = room.minutes[at] // unit
    for used in range(most + 1):
        room.layer[0, used] = 0.0
    layers, first = 0, begin
    while first < end:
        last = first + 1
        while last < end and room.day[last] == room.day[first]:
            last += 1
        day_most = min(most, day_left[room.day[first]] // unit)
        best_day(travel, first, last, day_most, begin, most + 1, layers, room)
        add_day(day_most, most, room.profile, room.layer[layers], room.layer[layers + 1], room.taken[layers + 1])
        layers += 1
        first = last
    return room.layer[layers, most], _trace(begin, most, layers, chosen, room)


@compiled
def _steps(
    day_left: Ints, week_left: int, least_unit: int, begin: int, end: int, days: Ints, minutes: Ints
) -> tuple[int, int]:
    """How long one step of the caps is, and how many the week has; a single endless step where no cap can bind."""
    total, day_total, day, bound = 0, 0, -2, False
    for at in range(begin, end):
        if days[at] != day:
            day, day_total = int(days[at]), 0
        total += int(minutes[at])
        day_total += int(minutes[at])
        bound = bound or day_total > day_left[day]
    if not bound and total <= week_left:
        return LARGE_UNIT, 0
    reach = min(int(week_left), total)
    unit = max(least_unit, -(-reach // WIDEST))
    return unit, reach // unit


@compiled
def best_day(
    travel: Longs, first: int, last: int, most: int, begin: int, width: int, layer: int, room: Scratch
) -> None:
    """Fill `profile` (the most the day is worth by units used) and `last` (the pair it ends with)."""
    profile, ends_with = room.profile, room.last[layer]
    for used in range(most + 1):
        profile[used] = 0.0
        ends_with[used] = -1
    start, detour, speed, unknown = travel[0], travel[1], travel[2], travel[3]
    starts, ends, x, y = room.starts, room.ends, room.x, room.y
    for at in range(first, last):
        units = room.units[at]
        chain = room.chain[(at - begin) * width : (at - begin + 1) * width]
        parent = room.parent[(at - begin) * width : (at - begin + 1) * width]
        _begin_chain(chain, parent, room.worth[at], units, most)
        for other in range(first, at):
            gap = starts[at] - ends[other]
            if gap < 0 or room.units[other] + units > most:
                continue
            if gap >= way_minutes(x[at] - x[other], y[at] - y[other], start, detour, speed, unknown):
                before = (other - begin) * width
                _extend(room.chain[before : before + width], chain, parent, room.worth[at], units, most, other)
        for used in range(units, most + 1):
            if chain[used] > profile[used]:
                profile[used] = chain[used]
                ends_with[used] = at


@compiled
def _begin_chain(chain: Numbers, parent: Ints, worth: float, units: int, most: int) -> None:
    """The pair alone."""
    for used in range(min(units, most + 1)):
        chain[used] = NOTHING
    for used in range(units, most + 1):
        chain[used] = worth
        parent[used] = -1


@compiled
def _extend(before: Numbers, chain: Numbers, parent: Ints, worth: float, units: int, most: int, other: int) -> None:
    """The pair after the best chains that end with another."""
    for used in range(units, most + 1):
        if before[used - units] + worth > chain[used]:
            chain[used] = before[used - units] + worth
            parent[used] = other


@compiled
def add_day(day_most: int, most: int, profile: Numbers, before: Numbers, after: Numbers, taken: Ints) -> None:
    """The best of the days so far and of this one, by units used."""
    for used in range(most + 1):
        after[used] = before[used]
        taken[used] = -1
    reached = 0.0
    for units in range(day_most + 1):
        worth = profile[units]
        if worth <= reached:
            continue
        reached = worth
        for used in range(units, most + 1):
            if before[used - units] + worth > after[used]:
                after[used] = before[used - units] + worth
                taken[used] = units


@compiled
def _trace(begin: int, most: int, layers: int, chosen: int, room: Scratch) -> int:
    """Write the pairs of the best week into `chosen`, and say how many there are now."""
    left, width = most, most + 1
    for layer in range(layers, 0, -1):
        units = room.taken[layer, left]
        if units < 0:
            continue
        at, used = room.last[layer - 1, units], units
        left -= units
        while at >= 0:
            room.chosen[chosen] = room.pair[at]
            chosen += 1
            before = room.parent[(at - begin) * width + used]
            used -= room.units[at]
            at = before
    return chosen
