"""The best plan of a small problem, for certain: an integer program over the pairs that it could have."""

import numpy as np
from msgspec import Struct
from numba import njit
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from app.matching.problem import Bytes, Ints, Longs
from app.matching.solver.model import Model, Numbers
from app.matching.solver.schedules import best_of_collected, best_schedule
from app.matching.solver.scratch import Scratch, scratch
from app.matching.solver.ways import in_turn

FEW_PAIRS = 3_000
"""So small a problem is searched at once, without prices."""
MOST_PAIRS = 25_000
"""The checker searches problems of so many pairs as well, and believes no claim that it cannot prove."""
SECONDS = 8.0
HALF = 0.5
LEEWAY = 1e-6
"""How far the program's figures may be from whole numbers."""


class Found(Struct, frozen=True):
    """What a search came to."""

    taken: Ints | None
    """The best plan it met, if it met one."""
    bound: int | None
    """No plan of these pairs is worth more, if it got so far as to say."""


def exact(model: Model, pairs: Ints, seconds: float) -> Found:
    """Search the plans that have nothing but these pairs; in so many seconds it may come to no end."""
    if not len(pairs):
        return Found(pairs, 0)
    rows = _Rows(model, pairs)
    _people(model, rows)
    _teams(model, rows)
    _contracts(model, rows)
    found = milp(
        np.concatenate((-model.points[pairs].astype(np.float64), np.zeros(len(model.starts)))),
        integrality=np.ones(rows.columns),
        bounds=Bounds(0, 1),
        constraints=rows.constraint(),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    told = found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound)
    return Found(
        None if found.x is None else pairs[found.x[: len(pairs)] > HALF],
        int(np.floor(LEEWAY - found.mip_dual_bound)) if told else None,
    )


def contenders(model: Model, cost: Numbers, gap: int) -> Ints:
    """The pairs of plans that are worth no less than a bound less this gap, when these costs prove that bound.

    Whoever takes a pair that is not in their best week loses what the best week with it falls short; if that alone is
    more than the gap, the pair is in no such plan.
    """
    may = np.zeros(len(model.seat), dtype=np.uint8)
    _mark(model, cost, float(gap), scratch(model), may)
    return np.flatnonzero(may).astype(np.int32)


@njit(cache=True, nogil=True)
def _mark(model: Model, cost: Numbers, gap: float, room: Scratch, may: Bytes) -> None:
    for person in range(len(model.people)):
        best, _ = best_schedule(model, person, cost, room)
        for pair in range(model.first[person], model.first[person + 1]):
            beside = _beside(model, cost, person, pair, room)
            may[pair] = model.points[pair] - cost[model.seat[pair]] + beside >= best - gap


@njit(cache=True, nogil=True)
def _beside(model: Model, cost: Numbers, person: int, pair: int, room: Scratch) -> float:
    """What the rest of the person's week may be worth at most when they take this pair."""
    count = 0
    for other in range(model.first[person], model.first[person + 1]):
        worth = model.points[other] - cost[model.seat[other]]
        if worth > 0 and not clash(model, pair, other):
            room.pair[count], room.worth[count] = other, worth
            count += 1
    if count == 0:
        return 0.0
    worth, _ = best_of_collected(model, person, count, room)
    return worth


@njit(cache=True, nogil=True)
def clash(model: Model, one: int, other: int) -> bool:
    """Whether nobody can serve both of these pairs."""
    a, b = model.shift[model.seat[one]], model.shift[model.seat[other]]
    return a == b or (not in_turn(model, a, b) and not in_turn(model, b, a))


class _Rows:
    """Rows of a program: sums of columns with a floor and a ceiling.

    The columns are whether each of the pairs is taken, and then whether each shift takes place.
    """

    def __init__(self, model: Model, pairs: Ints) -> None:
        self.pairs = pairs
        self.columns = len(pairs) + len(model.starts)
        self._column_of: Longs = np.full(len(model.seat), -1, dtype=np.int64)
        self._column_of[pairs] = np.arange(len(pairs))
        self._columns: list[Longs] = []
        self._factors: list[Numbers] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def of(self, pairs: Ints) -> Longs:
        """The columns of those of these pairs that have one."""
        columns = self._column_of[pairs]
        return np.asarray(columns[columns >= 0])

    def add(self, columns: Longs, factors: Numbers | Ints | int, low: float, high: float) -> None:
        self._columns.append(columns)
        self._factors.append(np.broadcast_to(np.asarray(factors, dtype=np.float64), columns.shape))
        self._low.append(low)
        self._high.append(high)

    def constraint(self) -> LinearConstraint:
        ends = np.concatenate(([0], np.cumsum([len(columns) for columns in self._columns])))
        entries = (np.concatenate(self._factors), np.concatenate(self._columns), ends)
        matrix = csr_array(entries, shape=(len(self._low), self.columns))
        return LinearConstraint(matrix, self._low, self._high)


def _people(model: Model, rows: _Rows) -> None:
    """Nobody is in two places, and nobody serves more than their days and weeks allow."""
    members, ends = _together(model, rows.pairs)
    for group in np.split(np.asarray(members, dtype=np.int32), ends[:-1]):
        rows.add(rows.of(group), 1, -np.inf, 1)
    shift, person = model.shift[model.seat[rows.pairs]], model.owner[rows.pairs]
    minutes = model.minutes[shift]
    for period, left in ((model.day[shift], model.day_left), (model.week[shift], model.week_left)):
        group = person.astype(np.int64) * left.shape[1] + period
        order = np.argsort(group, kind="stable").astype(np.int64)
        for columns in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
            most = left[person[columns[0]], period[columns[0]]]
            if minutes[columns].sum(dtype=np.int64) > most:
                rows.add(columns, minutes[columns], -np.inf, float(most))


@njit(cache=True, nogil=True)
def _together(model: Model, pairs: Ints) -> tuple[list[int], list[int]]:
    """Groups of one person's pairs of which only one can be served, one after the other, and where each ends.

    Those that are under way when one begins are a group; and so are any two between which the way is too long.
    """
    members, ends = [0 for _ in range(0)], [0 for _ in range(0)]
    first = 0
    for at in range(len(pairs)):
        if model.owner[pairs[first]] != model.owner[pairs[at]]:
            first = at
        here, size = pairs[at], 0
        starts = model.starts[model.shift[model.seat[here]]]
        for other in pairs[first:at]:
            if clash(model, here, other) and model.ends[model.shift[model.seat[other]]] > starts:
                members.append(other)
                size += 1
        if size:
            members.append(here)
            ends.append(len(members))
        for other in pairs[first:at]:
            if clash(model, here, other) and model.ends[model.shift[model.seat[other]]] <= starts:
                members.append(other)
                members.append(here)
                ends.append(len(members))
    return members, ends


def _teams(model: Model, rows: _Rows) -> None:
    """Every seat of a shift that takes place has its heads; a column says whether it does."""
    for shift in range(len(model.starts)):
        place = len(rows.pairs) + shift
        staff: list[Longs] = [np.zeros(0, dtype=np.int64)]
        for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
            heads = rows.of(model.by_seat[model.by_seat_first[seat] : model.by_seat_first[seat + 1]])
            columns, ones = np.append(heads, place), np.ones(len(heads))
            rows.add(columns, np.append(ones, -model.open[seat]), -np.inf, 0)
            rows.add(columns, np.append(ones, -model.least[seat]), 0, np.inf)
            if model.staff[seat]:
                staff.append(heads)
        if model.needs_staff[shift]:
            leaders = np.concatenate(staff)
            rows.add(np.append(leaders, place), np.append(np.ones(len(leaders)), -1), 0, np.inf)


def _contracts(model: Model, rows: _Rows) -> None:
    shift = model.shift[model.seat[rows.pairs]]
    contract = model.contract[shift]
    for one in np.unique(contract[contract >= 0]):
        under = np.flatnonzero(contract == one).astype(np.int64)
        rows.add(under, model.minutes[shift[under]], -np.inf, max(float(model.contract_left[one]), 0.0))
