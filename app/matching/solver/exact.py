"""The best plan of a small problem, for certain: an integer program over its candidate pairs."""

from collections.abc import Callable
from math import isfinite
from threading import Thread

import numpy as np
from msgspec import Struct
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from app.matching.compiling import compiled
from app.matching.problem import Ints, Longs, Numbers
from app.matching.solver.model import Model
from app.matching.solver.ways import in_turn

MOST_PAIRS = 25_000
"""The checker searches problems of so many pairs as well, and believes no claim that it cannot prove."""
SECONDS, NODES = 12.0, 2_000
"""Where a clock runs, it cuts; the number of nodes alone decides where none does, so that the same effort comes to the
same plan."""
LOOKS_EVERY = 0.05
HALF = 0.5
LEEWAY = 1e-6
"""How far the program's figures may be from whole numbers."""


class Found(Struct, frozen=True):
    """What a search came to."""

    taken: Ints | None
    """The best plan it met, if it met one."""
    bound: int | None
    """No plan of these pairs is worth more, if it got so far as to say."""


def exact(model: Model, seconds: float, halted: Callable[[], bool]) -> Found:
    """The best plan, as far as it can be known in so many seconds, or until halted.

    Infinite seconds leave it to the number of nodes alone.
    """
    if not len(model.seat):
        return Found(np.zeros(0, dtype=np.int32), 0)
    rows = _Rows(model)
    _people(model, rows)
    _teams(model, rows)
    _contracts(model, rows)
    found: list[Found] = []
    # The program cannot be interrupted. Whoever has to go leaves it behind, to end by itself with its seconds.
    search = Thread(target=lambda: found.append(_searched(model, rows, seconds)), daemon=True)
    search.start()
    while search.is_alive() and not halted():
        search.join(LOOKS_EVERY)
    return found[0] if found else Found(None, None)


def _searched(model: Model, rows: "_Rows", seconds: float) -> Found:
    pairs = len(model.seat)
    found = milp(
        np.concatenate((-model.points.astype(np.float64), np.zeros(len(model.starts)))),
        integrality=np.ones(rows.columns),
        bounds=Bounds(0, 1),
        constraints=rows.constraint(),
        options={"node_limit": NODES, "mip_rel_gap": 0.0} | ({"time_limit": seconds} if isfinite(seconds) else {}),
    )
    told = found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound)
    return Found(
        None if found.x is None else np.flatnonzero(found.x[:pairs] > HALF).astype(np.int32),
        int(np.floor(LEEWAY - found.mip_dual_bound)) if told else None,
    )


@compiled
def clash(model: Model, one: int, other: int) -> bool:
    """Whether nobody can serve both of these pairs."""
    a, b = model.shift[model.seat[one]], model.shift[model.seat[other]]
    return a == b or (not in_turn(model, a, b) and not in_turn(model, b, a))


class _Rows:
    """Rows of a program: sums of columns with a floor and a ceiling.

    The columns are whether each pair is taken, and then whether each shift takes place.
    """

    def __init__(self, model: Model) -> None:
        self.columns = len(model.seat) + len(model.starts)
        self._columns: list[Longs] = []
        self._factors: list[Numbers] = []
        self._low: list[float] = []
        self._high: list[float] = []

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
    members, ends = together(model)
    for group in np.split(np.asarray(members, dtype=np.int64), ends[:-1]):
        rows.add(group, 1, -np.inf, 1)
    shift, person = model.shift[model.seat], model.owner
    minutes = model.minutes[shift]
    for period, left in ((model.day[shift], model.day_left), (model.week[shift], model.week_left)):
        group = person.astype(np.int64) * left.shape[1] + period
        order = np.argsort(group, kind="stable").astype(np.int64)
        for columns in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
            most = left[person[columns[0]], period[columns[0]]]
            if minutes[columns].sum(dtype=np.int64) > most:
                rows.add(columns, minutes[columns], -np.inf, float(most))


@compiled
def together(model: Model) -> tuple[list[int], list[int]]:
    """Groups of one person's pairs of which only one can be served, one after the other, and where each ends.

    Those that are under way when one begins are a group; and so are any two between which the way is too long.
    """
    members, ends = [0 for _ in range(0)], [0 for _ in range(0)]
    for here in range(len(model.seat)):
        first, size = model.first[model.owner[here]], 0
        starts = model.starts[model.shift[model.seat[here]]]
        for other in range(first, here):
            if clash(model, here, other) and model.ends[model.shift[model.seat[other]]] > starts:
                members.append(other)
                size += 1
        if size:
            members.append(here)
            ends.append(len(members))
        for other in range(first, here):
            if clash(model, here, other) and model.ends[model.shift[model.seat[other]]] <= starts:
                members.append(other)
                members.append(here)
                ends.append(len(members))
    return members, ends


def _teams(model: Model, rows: _Rows) -> None:
    """Every seat of a shift that takes place has its heads; a column says whether it does."""
    for shift in range(len(model.starts)):
        place = len(model.seat) + shift
        staff: list[Longs] = [np.zeros(0, dtype=np.int64)]
        for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
            heads = model.by_seat[model.by_seat_first[seat] : model.by_seat_first[seat + 1]].astype(np.int64)
            columns, ones = np.append(heads, place), np.ones(len(heads))
            rows.add(columns, np.append(ones, -model.open[seat]), -np.inf, 0)
            rows.add(columns, np.append(ones, -model.least[seat]), 0, np.inf)
            if model.staff[seat]:
                staff.append(heads)
        if model.needs_staff[shift]:
            leaders = np.concatenate(staff)
            rows.add(np.append(leaders, place), np.append(np.ones(len(leaders)), -1), 0, np.inf)


def _contracts(model: Model, rows: _Rows) -> None:
    shift = model.shift[model.seat]
    contract = model.contract[shift]
    for one in np.unique(contract[contract >= 0]):
        under = np.flatnonzero(contract == one).astype(np.int64)
        rows.add(under, model.minutes[shift[under]], -np.inf, max(float(model.contract_left[one]), 0.0))
