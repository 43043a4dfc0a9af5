"""The best plan of a small problem, for certain: an integer program over its candidate pairs."""

import numpy as np
from numba import njit
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from app.matching.problem import Ints
from app.matching.solver.model import Model
from app.matching.solver.ways import in_turn

MOST_PAIRS = 3_000
SECONDS = 5.0
HALF = 0.5


class _Rows:
    """Rows of a program: sums of columns with a floor and a ceiling."""

    def __init__(self) -> None:
        self._row: list[int] = []
        self._column: list[int] = []
        self._factor: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, terms: dict[int, float], low: float, high: float) -> None:
        self._row += [len(self.low)] * len(terms)
        self._column += terms.keys()
        self._factor += terms.values()
        self.low.append(low)
        self.high.append(high)

    def constraint(self, columns: int) -> LinearConstraint:
        matrix = csr_array((self._factor, (self._row, self._column)), shape=(len(self.low), columns))
        return LinearConstraint(matrix, self.low, self.high)


def exact(model: Model) -> Ints | None:
    """The pairs of the best plan; None when that cannot be known in a few seconds."""
    pairs, shifts = len(model.seat), len(model.starts)
    if pairs == 0:
        return np.zeros(0, dtype=np.int32)
    rows = _Rows()
    _people(model, rows)
    _teams(model, rows)
    for contract, left in enumerate(model.contract_left):
        under = np.flatnonzero(model.contract[model.shift[model.seat]] == contract)
        minutes = model.minutes[model.shift[model.seat[under]]]
        rows.add(dict(zip(under.tolist(), minutes.tolist(), strict=True)), -np.inf, max(float(left), 0.0))
    found = milp(
        np.concatenate((-model.points.astype(np.float64), np.zeros(shifts))),
        integrality=np.ones(pairs + shifts),
        bounds=Bounds(0, 1),
        constraints=rows.constraint(pairs + shifts),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if found.status != 0 or found.x is None:
        return None
    return np.flatnonzero(found.x[:pairs] > HALF).astype(np.int32)


def _people(model: Model, rows: _Rows) -> None:
    """Nobody is in two places, and nobody serves more than their days and weeks allow."""
    shift = model.shift[model.seat]
    for one, other in _clashing(model):
        rows.add({one: 1, other: 1}, -np.inf, 1)
    for person in range(len(model.people)):
        own = range(int(model.first[person]), int(model.first[person + 1]))
        for period, left in ((model.day, model.day_left[person]), (model.week, model.week_left[person])):
            for number in np.unique(period[shift[own.start : own.stop]]):
                within = [pair for pair in own if period[shift[pair]] == number]
                minutes = {pair: float(model.minutes[shift[pair]]) for pair in within}
                if sum(minutes.values()) > left[number]:
                    rows.add(minutes, -np.inf, float(left[number]))


@njit(cache=True, nogil=True)
def _clashing(model: Model) -> list[tuple[int, int]]:
    """Pairs of one person that nobody can serve both of."""
    found = []
    for person in range(len(model.people)):
        for one in range(model.first[person], model.first[person + 1]):
            for other in range(one + 1, model.first[person + 1]):
                a, b = model.shift[model.seat[one]], model.shift[model.seat[other]]
                if not in_turn(model, a, b) and not in_turn(model, b, a):
                    found.append((one, other))
    return found


def _teams(model: Model, rows: _Rows) -> None:
    """Every seat of a shift that takes place has its heads; a column says whether it does."""
    pairs = len(model.seat)
    for shift in range(len(model.starts)):
        whole, staff = pairs + shift, {}
        for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
            heads = {
                int(pair): 1.0 for pair in model.by_seat[model.by_seat_first[seat] : model.by_seat_first[seat + 1]]
            }
            rows.add({**heads, whole: -float(model.open[seat])}, -np.inf, 0)
            rows.add({**heads, whole: -float(model.least[seat])}, 0, np.inf)
            if model.staff[seat]:
                staff.update(heads)
        if model.needs_staff[shift]:
            rows.add({**staff, whole: -1.0}, 0, np.inf)
