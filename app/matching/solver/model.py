"""What the solver's kernels read: the candidate pairs by person and by seat, shifts, caps and contracts."""

from typing import NamedTuple

import numpy as np

from app.matching.alike import alike
from app.matching.arrays import period
from app.matching.candidates import Edges
from app.matching.compiling import compiled
from app.matching.problem import FOREVER, Bytes, Flags, Ints, Longs, Numbers, Pairs, Problem

LARGE_UNIT = 2**30
BLOCK = 500.0
"""Metres within which people count as neighbours."""


class Model(NamedTuple):
    """Pairs are numbered person by person and in order of start, so that one person's lie together.

    People without a single candidate pair are left out, and neighbours stand together: `people` says who a row is.
    """

    people: Ints
    first: Longs
    """The pairs of model person p are `first[p]` to `first[p + 1]`."""
    owner: Ints
    seat: Ints
    points: Ints
    by_seat_first: Longs
    by_seat: Ints
    """The pairs of seat e, best first, are `by_seat[by_seat_first[e]:by_seat_first[e + 1]]`."""
    day_left: Ints
    """(people, days + 1) minutes that may still be given; the last column is for what lies outside of all days."""
    week_left: Ints
    shift: Ints
    open: Ints
    least: Ints
    staff: Flags
    rest: Longs
    """More points than any pair that is no candidate of the seat."""
    seats_first: Longs
    starts: Ints
    ends: Ints
    minutes: Ints
    x: Numbers
    y: Numbers
    day: Ints
    week: Ints
    contract: Ints
    needs_staff: Flags
    """Nobody may come unless a new social worker does."""
    kept: Bytes
    """1 for a pair that the plan before had."""
    contract_left: Longs
    contract_first: Longs
    contract_shift: Ints
    """The shifts under contract c are `contract_shift[contract_first[c]:contract_first[c + 1]]`."""
    alike: Ints
    """The same number for seats that ask for the same of people."""
    travel: Longs
    """Start, detour, speed and unknown, as in `Travel`."""
    unit: int
    """Every shift's length is a multiple of so many minutes."""
    longest_week: int
    """Minutes of a week, and of a shift that reaches beyond it: nobody has more time for what begins in one."""


def model(problem: Problem, edges: Edges) -> Model:
    """The problem as the kernels see it, over these candidate pairs."""
    shifts, seats, contracts = problem.shifts, problem.seats, len(problem.contracts.minutes_left)
    counts = np.bincount(edges.person, minlength=problem.people_count)
    people = _through_the_city(problem, np.flatnonzero(counts).astype(np.int64))
    first = np.concatenate(([0], np.cumsum(counts[people]))).astype(np.int64)
    row_of = np.zeros(problem.people_count, dtype=np.int32)
    row_of[people] = np.arange(len(people), dtype=np.int32)
    by_contract = np.argsort(shifts.contract, kind="stable").astype(np.int32)
    in_turn = np.argsort(shifts.starts[seats.shift], kind="stable").astype(np.int32)
    owner, seat, points, by_seat = _by_person(
        edges.first, row_of[edges.person], edges.points, in_turn, first[:-1].copy()
    )
    minutes = shifts.ends - shifts.starts
    day = period(problem.days, shifts.starts)
    week = period(problem.weeks, shifts.starts)
    day_left, week_left = _left(problem, people)
    travel = problem.travel
    return Model(
        people=people.astype(np.int32),
        first=first,
        owner=owner,
        seat=seat,
        points=points,
        by_seat_first=np.asarray(edges.first, dtype=np.int64),
        by_seat=by_seat,
        day_left=day_left,
        week_left=week_left,
        shift=seats.shift,
        open=np.maximum(seats.open, 0),
        least=np.maximum(seats.least, 0),
        staff=seats.staff,
        rest=edges.rest.astype(np.int64),
        seats_first=seats.first,
        starts=shifts.starts,
        ends=shifts.ends,
        minutes=minutes,
        x=shifts.x.astype(np.float64),
        y=shifts.y.astype(np.float64),
        day=day,
        week=week,
        contract=shifts.contract,
        needs_staff=shifts.staffed & (shifts.staff_there == 0),
        kept=_among(problem.before, people, owner, seats.shift, seat, problem.shift_count),
        contract_left=problem.contracts.minutes_left,
        contract_first=np.searchsorted(shifts.contract, np.arange(contracts + 1), sorter=by_contract).astype(np.int64),
        contract_shift=by_contract,
        alike=alike(problem),
        travel=np.array(
            [travel.start_minutes, travel.detour_percent, travel.metres_per_minute, travel.unknown_minutes],
            dtype=np.int64,
        ),
        unit=max(int(np.gcd.reduce(minutes)) if len(minutes) else 1, 1),
        longest_week=int(np.diff(problem.weeks).max(initial=0)) + int(minutes.max(initial=0)),
    )


def _through_the_city(problem: Problem, people: Longs) -> Longs:
    """Neighbours after each other: the seats near one are near the next, and what is known of them is still at hand."""
    x, y = (np.nan_to_num(place[people]) // BLOCK for place in (problem.people.x, problem.people.y))
    return people[np.lexsort((x, y))]


@compiled
def _by_person(first: Longs, row: Ints, points: Ints, in_turn: Ints, following: Longs) -> tuple[Ints, Ints, Ints, Ints]:
    """Owner, seat and points of the pairs person by person, each person's in that order of seats; and where each pair
    of a seat has gone. `following` says where each person's begin."""
    owner, seat = np.empty(len(row), dtype=np.int32), np.empty(len(row), dtype=np.int32)
    worth, by_seat = np.empty(len(row), dtype=np.int32), np.empty(len(row), dtype=np.int32)
    for one in in_turn:
        for at in range(first[one], first[one + 1]):
            pair = following[row[at]]
            following[row[at]] += 1
            owner[pair], seat[pair], worth[pair], by_seat[at] = row[at], one, points[at], pair
    return owner, seat, worth, by_seat


def _left(problem: Problem, people: Longs) -> tuple[Ints, Ints]:
    """What may still be given of each day and week, after what is committed."""
    spans, crowd = problem.spans, problem.people
    rows = np.repeat(np.arange(problem.people_count), np.diff(spans.first))
    row_of = np.full(problem.people_count, -1, dtype=np.int64)
    row_of[people] = np.arange(len(people))
    counts = spans.counts & (row_of[rows] >= 0)
    rows, length = row_of[rows[counts]], (spans.ends - spans.starts)[counts]
    left = []
    for bounds, cap in ((problem.days, crowd.day_minutes), (problem.weeks, crowd.week_minutes)):
        table = np.repeat(cap[people].astype(np.int32)[:, None], max(len(bounds), 1), axis=1)
        np.subtract.at(table, (rows, period(bounds, spans.starts[counts])), length)
        table[:, -1] = FOREVER
        left.append(np.maximum(table, 0))
    return left[0], left[1]


def _among(pairs: Pairs, people: Longs, owner: Ints, shift_of: Ints, seat: Ints, shift_count: int) -> Bytes:
    """1 for each candidate pair whose person and shift are one of these pairs."""
    if not len(pairs.shift):
        return np.zeros(len(owner), dtype=np.uint8)
    listed = (
        np.repeat(np.arange(len(pairs.first) - 1, dtype=np.int64), np.diff(pairs.first)) * shift_count + pairs.shift
    )
    return np.isin(people[owner].astype(np.int64) * shift_count + shift_of[seat], listed).astype(np.uint8)


def pairs_of(model: Model, person: Ints, seat: Ints) -> Ints:
    """Where these people with these seats stand among the pairs; those that are no candidates are left out."""
    found = places_of(model, person, seat)
    return found[found >= 0]


def places_of(model: Model, person: Ints, seat: Ints) -> Ints:
    """The same, with -1 for those that are no candidates."""
    found = np.full(len(person), -1, dtype=np.int32)
    if not len(model.people):
        return found
    order = np.argsort(model.people)
    row = order[np.minimum(np.searchsorted(model.people, person, sorter=order), len(order) - 1)]
    known = model.people[row] == person
    found[known] = _places(model.first, model.seat, row[known].astype(np.int32), seat[known])
    return found


@compiled
def _places(first: Longs, seats: Ints, row: Ints, seat: Ints) -> Ints:
    """Where each person has each seat; -1 where it is none of theirs."""
    found = np.full(len(row), -1, dtype=np.int32)
    for number in range(len(row)):
        for pair in range(first[row[number]], first[row[number] + 1]):
            if seats[pair] == seat[number]:
                found[number] = pair
    return found
