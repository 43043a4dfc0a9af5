"""The peer that shortens ways, PyVRP, on days on which nobody has to meet and nobody's break has to be planned."""

from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from app.matching.routing.problem import Problem, Tours

FORBIDDEN = 1 << 30
"""As far and as long a way as nobody goes. In both, or a route with a forbidden call would count as feasible."""
PATIENCE = 5.0
"""Seconds that the child may take to start and to end: its own limit is not always kept."""


def tours_by_pyvrp(problem: Problem, able: Any, start: Tours, *, seed: int, seconds: float) -> Tours:
    """Routes with the visits of those given, and more where they fit; the given ones if PyVRP has nothing better.

    PyVRP works in a process of its own, which is killed if it does not end in time.
    """
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_answer, args=(theirs, problem, able, start, seed, seconds), daemon=True)
    child.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(seconds + PATIENCE) else start
    except EOFError:
        return start
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def _answer(
    theirs: Connection, problem: Problem, able: Any, start: Tours, seed: int, seconds: float
) -> None:  # pragma: no cover (another process)
    given = _problem(problem, able, {call >> 1 for tour in start for call in tour})
    routes = [pyvrp.Route(given, [call >> 1 for call in tour], worker) for worker, tour in enumerate(start) if tour]
    first = pyvrp.Solution(given, routes)
    found = pyvrp.solve(given, MaxRuntime(seconds), seed=seed, collect_stats=False, initial_solution=first).best
    tours: Tours = [[] for _ in start]
    if not found.is_feasible():
        theirs.send(start)
        return
    for route in found.routes():
        tours[route.vehicle_type()] = [2 * visit for visit in _visits(route)]
    theirs.send(tours)


def _visits(route: pyvrp.Route) -> list[int]:
    return [activity.idx for activity in route if activity.is_client()]


def _problem(problem: Problem, able: Any, required: set[int]) -> pyvrp.ProblemData:
    """The day in PyVRP's words: a location for each visit and each end of a worker's way, a profile for those alike."""
    staff, visits = problem.staff, problem.visits
    n, m = problem.visit_count, problem.staff_count
    zero = int(min(staff.starts.min(), visits.opens.min()))
    places = np.concatenate([visits.place, staff.start_place, staff.end_place])
    way = problem.travel[places[:, None], places[None, :]]
    kinds, kind = np.unique(able[:, 0 : 2 * n : 2], axis=0, return_inverse=True)
    ways = []
    for may in kinds:
        shut = np.flatnonzero(~may)
        closed = way.copy()
        closed[:, shut] = closed[shut, :] = FORBIDDEN
        np.fill_diagonal(closed, 0)
        ways.append(closed)
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in places],
        [
            pyvrp.Client(
                visit,
                service_duration=int(visits.length[visit]),
                tw_early=int(visits.opens[visit]) - zero,
                tw_late=int(visits.closes[visit]) - zero,
                prize=int(visits.worth[visit]),
                required=visit in required,
            )
            for visit in range(n)
        ],
        [pyvrp.Depot(n + k) for k in range(2 * m)],
        [
            pyvrp.VehicleType(
                start_depot=worker,
                end_depot=m + worker,
                tw_early=int(staff.starts[worker]) - zero,
                tw_late=int(staff.ends[worker]) - zero,
                profile=int(kind[worker]),
            )
            for worker in range(m)
        ],
        ways,
        ways,
    )
