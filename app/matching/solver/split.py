"""A city in districts: each is solved by itself, then their plans are put together and mended at the borders."""

import numpy as np
from numpy.typing import NDArray

from app.matching.problem import Ints, Plan, Prices, Problem
from app.matching.solver.part import District, district
from app.matching.solver.solve import Report, solve
from app.matching.solver.stop import Effort, Stop

SHARE = 0.6
"""Of the time, at most, for the districts; the rest is for the whole."""
NEAR = 3_000.0
"""Metres around a home within which shifts are counted at most: what is nearest counts most."""
CELL = 500.0

Counts = NDArray[np.int64]
Places = NDArray[np.float64]


def solve_in_districts(problem: Problem, parts: int, *, seed: int, stop: Stop, report: Report | None = None) -> Plan:
    """As `solve`, beginning with the plans of about so many districts. The effort is that of each, and of the whole."""
    before = join(problem, *solved(problem, parts, seed=seed, stop=stop))
    left = None if stop.seconds is None else stop.seconds * (1 - SHARE)
    return solve(
        problem,
        seed=seed,
        stop=Stop(seconds=left, effort=stop.effort, asked=stop.asked),
        before=before,
        report=report,
    )


def solved(problem: Problem, parts: int, *, seed: int, stop: Stop) -> tuple[list[District], list[Plan]]:
    """The districts with their plans."""
    of_shift = split(problem, parts)
    of_person = homes(problem, of_shift)
    effort, plans, districts = Effort(stop), [], []
    shares = np.bincount(of_shift, minlength=of_shift.max(initial=0) + 1) / max(len(of_shift), 1)
    for number in np.flatnonzero(shares):
        part = district(problem, _rows(of_person == number), _rows(of_shift == number))
        seconds = None
        if stop.seconds is not None:
            ahead = float(shares[number:].sum())
            seconds = max(stop.seconds * SHARE - effort.seconds, 0.0) * float(shares[number]) / ahead
        within = Stop(seconds=seconds, effort=stop.effort, asked=stop.asked)
        districts.append(part)
        plans.append(solve(part.problem, seed=seed, stop=within))
    return districts, plans


def join(problem: Problem, districts: list[District], plans: list[Plan]) -> Plan:
    """The districts' plans as one of the whole: it holds, as nobody and no shift is in two, and minutes are shared out.

    What is scarce in one district is scarce, so a contract's minutes cost what they cost where they are dearest.
    """
    seat = np.zeros(problem.seat_count, dtype=np.int64)
    contract = np.zeros(len(problem.contracts.ids), dtype=np.int64)
    people, seats = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)]
    for part, plan in zip(districts, plans, strict=True):
        seat[part.seat] = plan.prices.seat
        contract = np.maximum(contract, plan.prices.contract)
        people.append(part.person[plan.person])
        seats.append(part.seat[plan.seat])
    person, where = np.concatenate(people), np.concatenate(seats)
    order = np.lexsort((person, where))
    value = sum(plan.value for plan in plans)
    prices = Prices(seat=seat, contract=contract)
    return Plan(person=person[order], seat=where[order], value=value, bound=value, prices=prices)


def split(problem: Problem, parts: int) -> Ints:
    """The part of each shift: cut again and again across the longer side; those nobody knows the place of are a part
    of their own."""
    shifts = problem.shifts
    x, y = shifts.x.astype(np.float64), shifts.y.astype(np.float64)
    lost = np.isnan(x + y)
    part = np.full(problem.shift_count, 0, dtype=np.int32)
    next_number = _cut(x, y, np.flatnonzero(~lost), max(parts, 1), 0, part)
    part[lost] = next_number
    return part


def _cut(x: Places, y: Places, rows: NDArray[np.intp], parts: int, number: int, part: Ints) -> int:
    """Give these shifts numbers from this one on; says which is next."""
    if parts == 1 or len(rows) < parts:
        part[rows] = number
        return number + 1
    wide, high = np.ptp(x[rows]), np.ptp(y[rows])
    order = rows[np.argsort((x if wide >= high else y)[rows], kind="stable")]
    middle = len(rows) * (parts // 2) // parts
    number = _cut(x, y, order[:middle], parts // 2, number, part)
    return _cut(x, y, order[middle:], parts - parts // 2, number, part)


def homes(problem: Problem, of_shift: Ints) -> Ints:
    """The part of each person: where most heads are within reach, and of their agency for social workers."""
    people, shifts, seats = problem.people, problem.shifts, problem.seats
    parts = int(of_shift.max(initial=0)) + 1
    x, y = people.x.astype(np.float64), people.y.astype(np.float64)
    near = np.minimum(people.reach.astype(np.float64), NEAR)
    heads = np.bincount(seats.shift, weights=np.maximum(seats.open, 0), minlength=problem.shift_count)
    best = np.zeros(problem.people_count)
    # Whoever reaches nothing, or lives nobody knows where, goes to any.
    chosen = (np.arange(problem.people_count) % parts).astype(np.int32)
    for number in range(parts):
        here = of_shift == number
        count = _around(shifts.x[here], shifts.y[here], heads[here], x, y, near)
        agencies, of_agency = np.unique(shifts.agency[here], return_counts=True)
        at = np.minimum(np.searchsorted(agencies, people.staff_of), max(len(agencies) - 1, 0))
        if len(agencies):
            own = np.where(agencies[at] == people.staff_of, of_agency[at], 0)
            count = np.where(people.staff_of > 0, own * (1 + count), count)
        better = count > best
        best[better], chosen[better] = count[better], number
    return chosen


def _around(
    shift_x: NDArray[np.float32], shift_y: NDArray[np.float32], heads: Places, x: Places, y: Places, near: Places
) -> Places:
    """How many heads are in the square around each home, by cells."""
    known = ~np.isnan(shift_x + shift_y)
    if not known.any():
        return np.zeros(len(x))
    west, south = float(shift_x[known].min()), float(shift_y[known].min())
    column = ((shift_x[known] - west) // CELL).astype(np.int64)
    line = ((shift_y[known] - south) // CELL).astype(np.int64)
    sums = np.zeros((int(column.max()) + 2, int(line.max()) + 2))
    np.add.at(sums, (column + 1, line + 1), heads[known])
    sums = sums.cumsum(axis=0).cumsum(axis=1)

    def edge(at: Places, start: float, most: int) -> Counts:
        cells: Counts = np.clip(np.nan_to_num(np.rint((at - start) / CELL)), 0, most).astype(np.int64)
        return cells

    left, right = (edge(x + side * near, west, sums.shape[0] - 1) for side in (-1, 1))
    below, above = (edge(y + side * near, south, sums.shape[1] - 1) for side in (-1, 1))
    return np.asarray(sums[right, above] - sums[left, above] - sums[right, below] + sums[left, below])


def _rows(chosen: NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(chosen).astype(np.int32)
