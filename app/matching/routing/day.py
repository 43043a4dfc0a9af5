"""A day's routes from a day's visits: the one way in."""

from time import monotonic

from app.matching.routing.board import board_of
from app.matching.routing.problem import Day, Problem, Tours
from app.matching.routing.schedule import day_of
from app.matching.routing.search import effort_for, search
from app.matching.routing.vroom_first import tours_by_vroom


def plan_day(problem: Problem, *, seed: int, seconds: float, start: Tours | None = None) -> Day:
    """The best day found in about that time, and why each visit that is in no route was left out.

    The same seed and seconds give the same day on any machine that is quick enough to do the work in that time.
    """
    until = monotonic() + seconds
    if not problem.staff_count or not problem.visit_count:
        return day_of(problem, [[] for _ in range(problem.staff_count)])
    if start is None and not problem.visits.paired.any() and not problem.required:
        start = tours_by_vroom(problem, board_of(problem, seed).able)
    found = search(problem, seed=seed, effort=effort_for(seconds), seconds=until - monotonic(), start=start)
    return day_of(problem, found.tours, effort=found.effort)
