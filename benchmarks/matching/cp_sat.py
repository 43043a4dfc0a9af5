"""The same week for OR-Tools CP-SAT: a yes or no for each pair, people's time as rows of which one may be yes."""

from typing import Any

import numpy as np
import psutil
from msgspec import Struct
from ortools.sat.python import cp_model

from app.matching.problem import Ints
from app.matching.solver.exact import together
from app.matching.solver.model import Model

MEGABYTE = 1_000_000
WORKERS = 2


class Answer(Struct, frozen=True):
    """What CP-SAT came to."""

    status: str
    taken: Ints
    bound: int | None
    seconds: float
    megabytes: int


def answer(pairs: Model, seconds: float, hint: Ints) -> Answer:
    """The best plan of these pairs that it finds in so many seconds, beginning with a plan if it is given one."""
    program = cp_model.CpModel()
    takes = [program.new_bool_var("") for _ in range(len(pairs.seat))]
    _people(pairs, program, takes)
    places = _teams(pairs, program, takes)
    shift = pairs.shift[pairs.seat]
    contract = pairs.contract[shift]
    for one in np.unique(contract[contract >= 0]):
        _at_most(program, takes, np.flatnonzero(contract == one), pairs.minutes[shift], int(pairs.contract_left[one]))
    program.maximize(cp_model.LinearExpr.weighted_sum(takes, pairs.points.tolist()))
    if len(hint):
        told = np.zeros(len(takes) + len(places), dtype=np.bool_)
        told[hint] = True
        told[len(takes) + shift[hint]] = True
        for choice, yes in zip([*takes, *places], told.tolist(), strict=True):
            program.add_hint(choice, yes)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(program)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    taken = [number for number, take in enumerate(takes) if solver.boolean_value(take)] if found else []
    return Answer(
        status=solver.status_name(status).lower(),
        taken=np.array(taken, dtype=np.int32),
        bound=int(solver.best_objective_bound) if found else None,
        seconds=solver.wall_time,
        megabytes=int(getattr(psutil.Process().memory_info(), "rss", 0)) // MEGABYTE,
    )


def _people(pairs: Model, program: cp_model.CpModel, takes: list[Any]) -> None:
    """Nobody is in two places, and nobody serves more than their days and weeks allow."""
    members, ends = together(pairs)
    begin = 0
    for end in ends:
        program.add_at_most_one([takes[pair] for pair in members[begin:end]])
        begin = end
    shift = pairs.shift[pairs.seat]
    for period, left in ((pairs.day[shift], pairs.day_left), (pairs.week[shift], pairs.week_left)):
        group = pairs.owner.astype(np.int64) * left.shape[1] + period
        order = np.argsort(group, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
            _at_most(program, takes, rows, pairs.minutes[shift], int(left[pairs.owner[rows[0]], period[rows[0]]]))


def _at_most(program: cp_model.CpModel, takes: list[Any], rows: Any, minutes: Ints, most: int) -> None:
    if minutes[rows].sum(dtype=np.int64) > most:
        chosen = [takes[row] for row in rows.tolist()]
        program.add(cp_model.LinearExpr.weighted_sum(chosen, minutes[rows].tolist()) <= max(most, 0))


def _teams(pairs: Model, program: cp_model.CpModel, takes: list[Any]) -> list[Any]:
    """Every seat of a shift that takes place has its heads; the answer is whether each does."""
    places = []
    for shift in range(len(pairs.starts)):
        place, staff = program.new_bool_var(""), []
        for seat in range(pairs.seats_first[shift], pairs.seats_first[shift + 1]):
            begin, end = pairs.by_seat_first[seat], pairs.by_seat_first[seat + 1]
            heads = [takes[pair] for pair in pairs.by_seat[begin:end].tolist()]
            program.add(sum(heads) <= int(pairs.open[seat]) * place)
            program.add(sum(heads) >= int(pairs.least[seat]) * place)
            staff += heads if pairs.staff[seat] else []
        if pairs.needs_staff[shift]:
            program.add(sum(staff) >= place)
        places.append(place)
    return places
