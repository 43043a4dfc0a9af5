"""What the solver's kernels read: the candidate pairs by person and by seat, shifts, caps and contracts."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.matching.candidates import Edges
from app.matching.problem import FOREVER, Bytes, Flags, Ints, Longs, Pairs, Problem

LARGE_UNIT = 2**30

Numbers = NDArray[np.float64]


class Model(NamedTuple):
    """Pairs are numbered person by person and in order of start, so that one person's lie together.

    People without a single candidate pair are left out: `people` says who a row of the model is.
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
    travel: Longs
    """Start, detour, speed and unknown, as in `Travel`."""
    unit: int
    """Every shift's length is a multiple of so many minutes."""


def model(problem: Problem, edges: Edges) -> Model:
    """The problem as the kernels see it, over these candidate pairs."""
    shifts, seats = problem.shifts, problem.seats
    seat_of_edge = np.repeat(np.arange(problem.seat_count, dtype=np.int32), np.diff(edges.first))
    people, owner = np.unique(edges.person, return_inverse=True)
    # By person, then start, then seat; the second sort is stable, so equal starts stay in order of seats.
    order = np.argsort(shifts.starts[seats.shift[seat_of_edge]], kind="stable")
    order = order[np.argsort(owner[order], kind="stable")]
    by_seat = np.empty(len(order), dtype=np.int32)
    by_seat[order] = np.arange(len(order), dtype=np.int32)
    minutes = shifts.ends - shifts.starts
    day = _period(problem.days, shifts.starts)
    week = _period(problem.weeks, shifts.starts)
    day_left, week_left = _left(problem, people)
    pair_shift = seats.shift[seat_of_edge[order]]
    travel = problem.travel
    return Model(
        people=people.astype(np.int32),
        first=np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(people))))).astype(np.int64),
        owner=owner[order].astype(np.int32),
        seat=seat_of_edge[order],
        points=np.asarray(edges.points[order], dtype=np.int32),
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
        kept=_among(problem.before, edges.person[order], pair_shift, problem.shift_count),
        contract_left=problem.contracts.minutes_left,
        travel=np.array(
            [travel.start_minutes, travel.detour_percent, travel.metres_per_minute, travel.unknown_minutes],
            dtype=np.int64,
        ),
        unit=max(int(np.gcd.reduce(minutes)) if len(minutes) else 1, 1),
    )


def _period(bounds: Ints, starts: Ints) -> Ints:
    """The day or week in which each shift starts; -1 outside of all."""
    period = np.searchsorted(bounds, starts, side="right") - 1
    return np.where(period < len(bounds) - 1, period, -1).astype(np.int32)


def _left(problem: Problem, people: Ints) -> tuple[Ints, Ints]:
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
        np.subtract.at(table, (rows, _period(bounds, spans.starts[counts])), length)
        table[:, -1] = FOREVER
        left.append(np.maximum(table, 0))
    return left[0], left[1]


def _among(pairs: Pairs, person: Ints, shift: Ints, shift_count: int) -> Bytes:
    """1 where the person and the shift are one of these pairs."""
    listed = (
        np.repeat(np.arange(len(pairs.first) - 1, dtype=np.int64), np.diff(pairs.first)) * shift_count + pairs.shift
    )
    return np.isin(person.astype(np.int64) * shift_count + shift, listed).astype(np.uint8)


def pairs_of(model: Model, person: Ints, seat: Ints) -> Ints:
    """Where these people with these seats stand among the pairs; those that are no candidates are left out."""
    seats = max(len(model.shift), 1)
    key = model.people[model.owner].astype(np.int64) * seats + model.seat
    order = np.argsort(key, kind="stable")
    wanted = person.astype(np.int64) * seats + seat
    at = np.searchsorted(key, wanted, sorter=order)
    found = order[np.minimum(at, len(order) - 1)] if len(order) else order
    return found[key[found] == wanted].astype(np.int32) if len(order) else found.astype(np.int32)
