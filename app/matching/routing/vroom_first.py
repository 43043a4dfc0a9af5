"""Routes by VROOM: in moments it says what can be served, breaks and working hours included."""

from typing import Any

import numpy as np
import vroom

from app.matching.routing.problem import Problem, Tours

EXPLORATION = 0
"""How hard VROOM tries, 0 to 5. The least serves as many visits; others shorten the ways afterwards."""
MOST_PRIORITY = 100
LONGEST = 2**31 - 1
"""Times beyond it VROOM cannot hold."""


def tours_by_vroom(problem: Problem, able: Any) -> Tours:
    """Routes that keep every window. What VROOM leaves out is in none, nor are visits by two, which it cannot plan."""
    zero = int(min(problem.staff.starts.min(), problem.visits.opens.min()))
    asked = vroom.Input()
    asked.set_durations_matrix("car", np.ascontiguousarray(problem.travel, np.uint32))
    for worker in range(problem.staff_count):
        asked.add_vehicle(_vehicle(problem, able, worker, zero))
    single = [visit for visit in range(problem.visit_count) if not problem.visits.paired[visit]]
    if not single:
        return [[] for _ in range(problem.staff_count)]
    most = max(1, int(problem.visits.worth.max()))
    for visit in single:
        asked.add_job(
            vroom.Job(
                visit,
                int(problem.visits.place[visit]),
                default_service=int(problem.visits.length[visit]),
                skills={visit},
                priority=int(problem.visits.worth[visit]) * MOST_PRIORITY // most,
                time_windows=[_span(problem.visits.opens[visit], problem.visits.closes[visit], zero)],
            )
        )
    told = asked.solve(exploration_level=EXPLORATION, nb_threads=1).to_dict()
    tours: Tours = [[] for _ in range(problem.staff_count)]
    for route in told["routes"]:
        tours[route["vehicle"]] = [2 * step["id"] for step in route["steps"] if step["type"] == "job"]
    return tours


def _vehicle(problem: Problem, able: Any, worker: int, zero: int) -> vroom.Vehicle:
    """A worker. Each visit is a skill of its own, had by all who may make it."""
    staff = problem.staff
    rest = []
    if staff.rest_length[worker] and staff.starts[worker] <= staff.rest_closes[worker]:
        window = _span(staff.rest_opens[worker], staff.rest_closes[worker], zero)
        rest = [vroom.Break(worker, time_windows=[window], service=int(staff.rest_length[worker]))]
    return vroom.Vehicle(
        worker,
        start=int(staff.start_place[worker]),
        end=int(staff.end_place[worker]),
        skills={int(visit) for visit in np.flatnonzero(able[worker, 0::2])},
        time_window=_span(staff.starts[worker], staff.ends[worker], zero),
        breaks=rest,
    )


def _span(opens: int, closes: int, zero: int) -> tuple[int, int]:
    opens = max(int(opens) - zero, 0)
    return opens, max(opens, min(int(closes) - zero, LONGEST))
