"""The value of the best plan of a small problem, found for certain: an integer program of the checker's own."""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from app.matching.checker.bound import every_pair
from app.matching.checker.lookups import Lookups, Positions
from app.matching.checker.worth import points

MOST_LOOKED_AT = 5_000_000
"""Pairs of a person and a seat, eligible or not."""
MOST_PAIRS = 25_000
SECONDS = 60.0
LEEWAY = 1e-6
"""How far the solver's figures may be from whole numbers."""

Term = tuple[int, float]
Row = tuple[list[Term], float, float]
"""What is added up, and between which limits the sum must stay."""


def most_possible(look: Lookups) -> int | None:
    """No plan is worth more; None when the problem is too large to search."""
    problem = look.problem
    if problem.people_count * problem.seat_count > MOST_LOOKED_AT:
        return None
    person, seat = every_pair(look)
    if len(person) > MOST_PAIRS:
        return None
    if not len(person):
        return 0
    columns = len(person) + problem.shift_count  # whether each pair is taken, whether each shift takes place
    rows = [*_of_people(look, person, seat), *_of_shifts(look, seat), *_of_contracts(look, seat)]
    where = [(row, column, factor) for row, (terms, _, _) in enumerate(rows) for column, factor in terms]
    matrix = csr_array(
        ([factor for _, _, factor in where], ([row for row, _, _ in where], [column for _, column, _ in where])),
        shape=(len(rows), columns),
    )
    limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
    worth = np.concatenate((points(look, person, seat), np.zeros(problem.shift_count)))
    found = milp(
        -worth,
        integrality=np.ones(columns),
        bounds=Bounds(0, 1),
        constraints=limits if rows else None,
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if found.mip_dual_bound is None or not np.isfinite(found.mip_dual_bound):
        return None
    return int(np.floor(-found.mip_dual_bound + LEEWAY))


def _of_people(look: Lookups, person: Positions, seat: Positions) -> Iterator[Row]:
    """No two shifts at once, and no more minutes than the caps leave."""
    people, shifts = look.problem.people, look.problem.shifts
    for rows in np.split(np.arange(len(person)), np.flatnonzero(np.diff(person)) + 1):
        who, shift = int(person[rows[0]]), look.shift_of[seat[rows]]
        one, other = np.triu_indices(len(rows), k=1)
        there, here = shift[one], shift[other]
        way = look.travel_minutes(shifts.x[there], shifts.y[there], shifts.x[here], shifts.y[here])
        apart = (shifts.ends[there] + way <= shifts.starts[here]) | (shifts.ends[here] + way <= shifts.starts[there])
        for a, b in zip(rows[one[~apart]].tolist(), rows[other[~apart]].tolist(), strict=True):
            yield [(a, 1.0), (b, 1.0)], -np.inf, 1.0
        for part, used, most in (
            (look.shift_day[shift], look.day_used, people.day_minutes),
            (look.shift_week[shift], look.week_used, people.week_minutes),
        ):
            for when in np.unique(part[part >= 0]).tolist():
                within = np.flatnonzero(part == when)
                terms = [(int(rows[k]), float(look.length[shift[k]])) for k in within]
                yield terms, -np.inf, float(most[who]) - float(used[who, when])


def _of_shifts(look: Lookups, seat: Positions) -> Iterator[Row]:
    """A shift that takes place has every seat between its least and its open heads, and a social worker if it must."""
    problem, pairs = look.problem, len(seat)
    takers: list[list[int]] = [[] for _ in range(problem.seat_count)]
    for column, e in enumerate(seat.tolist()):
        takers[e].append(column)
    for e, columns in enumerate(takers):
        place = pairs + int(look.shift_of[e])
        heads: list[Term] = [(column, 1.0) for column in columns]
        yield [*heads, (place, -float(problem.seats.least[e]))], 0.0, np.inf
        yield [*heads, (place, -float(problem.seats.open[e]))], -np.inf, 0.0
    for shift in np.flatnonzero(problem.shifts.staffed & (problem.shifts.staff_there == 0)).tolist():
        seats = range(int(problem.seats.first[shift]), int(problem.seats.first[shift + 1]))
        staff: list[Term] = [(column, -1.0) for e in seats if problem.seats.staff[e] for column in takers[e]]
        volunteers = [column for e in seats if not problem.seats.staff[e] for column in takers[e]]
        for column in volunteers:
            yield [(column, 1.0), *staff], -np.inf, 0.0
        if problem.shifts.volunteers_there[shift]:
            yield [(pairs + shift, 1.0), *staff], -np.inf, 0.0


def _of_contracts(look: Lookups, seat: Positions) -> Iterator[Row]:
    contract = look.problem.shifts.contract[look.shift_of[seat]]
    for one in np.unique(contract[contract >= 0]).tolist():
        columns = np.flatnonzero(contract == one)
        terms = [(int(column), float(look.length[look.shift_of[seat[column]]])) for column in columns]
        yield terms, -np.inf, float(look.problem.contracts.minutes_left[one])
