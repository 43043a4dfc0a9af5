"""What people would lose who gave some of their time away: how much less their best week is worth at given costs.

Whoever is worth less on a seat than that has better things to do, and need not be listed there. A person's best week
with some of the listed pairs and some of the others is worth no more than

    the most, over minutes given away, of the best week of listed pairs without them + what these minutes were charged,

because the others are worth no more than they were charged. So a bound holds although they were never looked at.

Those who are paid have time for so many shifts that minutes say nothing. They are charged by the hour: what each
quarter adds to the most that can be done until then, ways between places and caps forgotten. Listed pairs and some of
the others are worth no more to them than listed pairs would be if they were paid that for every quarter left free.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.matching.candidates.bar import DUE, Shorts, Tolls
from app.matching.compiling import compiled
from app.matching.cutting import PARTS, cuts
from app.matching.problem import FOREVER, SLOT_MINUTES, Flags, Ints, Numbers, Problem
from app.matching.solver.model import Model
from app.matching.solver.schedules import add_day, best_day, best_schedule, collect, set_apart
from app.matching.solver.scratch import WIDEST, Scratch

MOST_A_SLOT = 30_000.0


def tolls(problem: Problem, model: Model, cost: Numbers, rooms: list[Scratch], *, by_the_hour: bool) -> Tolls:
    """What people's time is worth at these costs of a head on each seat; those who are paid are charged by the hour, or
    nothing, with which more can be proven."""
    staff = np.flatnonzero(problem.people.staff_of > 0)
    due = np.zeros((problem.people_count, model.week_left.shape[1]), dtype=DUE)
    due["spare"], due["row"] = FOREVER, -1
    if by_the_hour:
        due["row"][staff] = np.arange(len(staff))[:, None]
    made = Tolls(due, np.zeros((len(staff), -(-problem.minutes // SLOT_MINUTES)), dtype=np.int16))
    charged, shortest = problem.people.staff_of == 0, _shortest(model)

    def part(number: int, begin: int, end: int) -> None:
        _charge(model, cost, begin, end, shortest, charged, rooms[number], made)
        _charge_by_the_hour(model, cost, begin, end, rooms[number], made)

    _in_parts(model, rooms, part)
    return made


def less(tolls: Tolls, share: float) -> Tolls:
    """So much of the tolls only, but by the hour all of them."""
    due = tolls.due.copy()
    for name in ("whole", "rate"):
        due[name] = due[name] * share
    return tolls._replace(due=due)


def overcharged(model: Model, cost: Numbers, rooms: list[Scratch], charged: Tolls) -> float:
    """How much more than the best weeks of listed pairs all people may make of listed and other pairs."""
    absent = np.ones(len(charged.due), dtype=np.bool_)
    absent[model.people] = False
    rows, shortest = charged.due["row"][absent, 0], _shortest(model)
    total = [float(charged.due["whole"][absent].sum()), float(charged.slots[rows[rows >= 0]].sum(dtype=np.int64))]

    def part(number: int, begin: int, end: int) -> None:
        total.append(_overcharged(model, cost, begin, end, shortest, rooms[number], charged))
        total.append(_overcharged_by_the_hour(model, cost, begin, end, rooms[number], charged))

    _in_parts(model, rooms, part)
    return sum(sorted(total))


def _shortest(model: Model) -> int:
    """Minutes of the shortest shift of anybody who is not paid for it."""
    return max(int(model.minutes[model.shift[~model.staff]].min(initial=FOREVER)), 1)


def _in_parts(model: Model, rooms: list[Scratch], part: Callable[[int, int, int], None]) -> None:
    """All people in turn, a part of them in each room at a time."""
    begins = cuts(model.first, PARTS)

    def parts(number: int) -> None:
        for at in range(number, PARTS, len(rooms)):
            part(number, begins[at], begins[at + 1])

    with ThreadPoolExecutor(len(rooms)) as pool:
        list(pool.map(parts, range(len(rooms))))


@compiled
def _charge(
    model: Model, cost: Numbers, begin: int, end: int, shortest: int, charged: Flags, room: Scratch, tolls: Tolls
) -> None:
    """The tolls of these people: no more than they would lose."""
    worth = np.zeros(WIDEST + 2)
    for person in range(begin, end):
        who = model.people[person]
        if not charged[who]:
            continue
        count, first = _worthwhile(model, person, cost, room), 0
        while first < count:
            last, week = _week_end(first, count, room), room.week[first]
            if week >= 0:
                left = _time_left(model, person, week)
                most, unit = _by_time(model, person, week, first, last, shortest, room, worth)
                rate = worth[most] / max(left, 1)
                for minutes in range(shortest, left - shortest + 1, model.unit):
                    rate = min(rate, (worth[most] - worth[(left - minutes) // unit]) / minutes)
                due = tolls.due[who, week]
                due.whole, due.rate, due.spare = int(worth[most]), int(rate * 1000), left - shortest
            first = last


@compiled
def _overcharged(
    model: Model, cost: Numbers, begin: int, end: int, shortest: int, room: Scratch, tolls: Tolls
) -> float:
    worth, total = np.zeros(WIDEST + 2), 0.0
    for person in range(begin, end):
        who = model.people[person]
        count = _worthwhile(model, person, cost, room)
        for week in range(model.week_left.shape[1] - 1):
            whole, rate = tolls.due[who, week].whole, tolls.due[who, week].rate / 1000
            if whole == 0:
                continue
            first = 0
            while first < count and room.week[first] != week:
                first += 1
            last, left = _week_end(first, count, room), _time_left(model, person, week)
            most, unit = _by_time(model, person, week, first, last, shortest, room, worth)
            over = whole - worth[most]
            for minutes in range(shortest, left + 1, model.unit):
                over = max(over, rate * minutes - (worth[most] - worth[(left - minutes) // unit]))
            total += max(over, 0.0)
    return total


@compiled
def _worthwhile(model: Model, person: int, cost: Numbers, room: Scratch) -> int:
    """Bring a person's pairs that are worth more than they cost to the front, with their times."""
    count = collect(model.first[person], model.first[person + 1], model.points, model.seat, cost, room.pair, room.worth)
    for at in range(count):
        shift = model.shift[model.seat[room.pair[at]]]
        room.day[at], room.week[at], room.minutes[at] = model.day[shift], model.week[shift], model.minutes[shift]
    return count


@compiled
def _time_left(model: Model, person: int, week: int) -> int:
    """Minutes, also where no cap says how many."""
    return min(int(model.week_left[person, week]), model.longest_week)


@compiled
def _week_end(first: int, count: int, room: Scratch) -> int:
    """Where the pairs in the week of the first one end."""
    last = first
    while last < count and room.week[last] == room.week[first]:
        last += 1
    return last


@compiled
def _by_time(
    model: Model, person: int, week: int, begin: int, end: int, shortest: int, room: Scratch, worth: Numbers
) -> tuple[int, int]:
    """Fill `worth` with the most that these pairs of a week are worth, by steps of time; how many steps the week has,
    and minutes of one."""
    left, day_left = _time_left(model, person, week), model.day_left[person]
    unit = max(model.unit, -(-left // WIDEST))
    most = left // unit
    for used in range(most + 1):
        worth[used], room.layer[0, used] = 0.0, 0.0
    for at in range(begin, end):
        if room.minutes[at] <= min(left, day_left[room.day[at]]):
            units = room.minutes[at] // unit
            worth[units] = max(worth[units], room.worth[at])
    layers = 0
    if left >= 2 * shortest and end > begin:
        last, _, _ = set_apart(day_left, left, begin, end, room)
        layers = _days(model, day_left, most, unit, begin, last, room)
    reached = 0.0
    for used in range(most + 1):
        reached = max(reached, worth[used], room.layer[layers, used])
        worth[used] = reached
    return most, unit


@compiled
def _days(model: Model, day_left: Ints, most: int, unit: int, begin: int, end: int, room: Scratch) -> int:
    """The best of these pairs day by day, by units used: in which row of `room.layer` it stands."""
    for at in range(begin, end):
        shift = model.shift[model.seat[room.pair[at]]]
        room.starts[at], room.ends[at] = model.starts[shift], model.ends[shift]
        room.x[at], room.y[at] = model.x[shift], model.y[shift]
        room.units[at] = room.minutes[at] // unit
    layers, first = 0, begin
    while first < end:
        last = first
        while last < end and room.day[last] == room.day[first]:
            last += 1
        day_most = min(most, day_left[room.day[first]] // unit)
        best_day(model.travel, first, last, day_most, begin, most + 1, layers, room)
        add_day(day_most, most, room.profile, room.layer[layers], room.layer[layers + 1], room.taken[layers + 1])
        layers += 1
        first = last
    return layers


@compiled
def _charge_by_the_hour(model: Model, cost: Numbers, begin: int, end: int, room: Scratch, tolls: Tolls) -> None:
    """What each quarter of an hour adds to the most that can be done until then."""
    free = np.zeros(tolls.slots.shape[1], dtype=np.int16)
    reached = np.zeros(len(free) + 1)
    for person in range(begin, end):
        row = tolls.due[model.people[person], 0].row
        if row >= 0:
            _reach(model, person, cost, room, free, reached)
            for slot in range(len(free)):
                tolls.slots[row, slot] = int(min(reached[slot + 1] - reached[slot], MOST_A_SLOT))


@compiled
def _overcharged_by_the_hour(model: Model, cost: Numbers, begin: int, end: int, room: Scratch, tolls: Tolls) -> float:
    total, reached = 0.0, np.zeros(tolls.slots.shape[1] + 1)
    room.whole[0] = True
    for person in range(begin, end):
        row = tolls.due[model.people[person], 0].row
        if row >= 0:
            _reach(model, person, cost, room, tolls.slots[row], reached)
            worth, _ = best_schedule(model, person, cost, room)
            total += max(reached[-1] - worth, 0.0)
    return total


@compiled
def _reach(model: Model, person: int, cost: Numbers, room: Scratch, paid: Shorts, reached: Numbers) -> None:
    """Fill `reached` with the most that can be done or is paid until each quarter of an hour.

    A shift takes those quarters that lie wholly in it, so that no two that one person can serve take the same one.
    """
    count, at, slots = _worthwhile(model, person, cost, room), 0, len(paid)
    reached[:] = 0.0
    for slot in range(slots + 1):
        if slot > 0:
            reached[slot] = max(reached[slot], reached[slot - 1] + paid[slot - 1])
        while at < count:
            shift = model.shift[model.seat[room.pair[at]]]
            first = min(-(-model.starts[shift] // SLOT_MINUTES), slots)
            if first > slot:
                break
            past = max(min(model.ends[shift] // SLOT_MINUTES, slots), first)
            reached[past] = max(reached[past], reached[slot] + room.worth[at])
            at += 1
