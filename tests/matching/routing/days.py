"""Small days of visits for the tests, and the best cost of a tiny one by trying everything."""

from itertools import permutations, product
from typing import Any

import numpy as np

from app.matching.routing.checker import check
from app.matching.routing.problem import Problem, Staff, Tours, Visits
from app.matching.routing.schedule import day_of

NEVER = 10**9
STAFF = {"starts": 0, "ends": 600, "start_place": 0, "end_place": 0, "skills": 1}
RESTS = {"rest_opens": 0, "rest_closes": 0, "rest_length": 0}
VISITS = {"opens": 0, "closes": 480, "length": 30, "skills": 1, "paired": False, "worth": 1000}
SECONDS = {"second_length": 30, "second_skills": 1, "lag_least": 0, "lag_most": 0}


def columns(count: int, given: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """An array a name: the given values, or the usual one throughout."""
    kinds = {"paired": np.bool_, "skills": np.uint64, "second_skills": np.uint64}
    return {
        name: np.broadcast_to(np.array(given.get(name, value), kinds.get(name, np.int64)), count).copy()
        for name, value in usual.items()
    }


def made(travel: Any, *, staff: dict[str, Any], visits: dict[str, Any], workers: int, **rest: Any) -> Problem:
    """A day: place 0 is the office, visit j is at place j + 1 unless said otherwise."""
    places = np.array(travel, np.int64)
    n = len(places) - 1 if "place" not in visits else len(visits["place"])
    usual = {"place": 1 + np.arange(n)} | VISITS | SECONDS
    return Problem(
        travel=places,
        staff=Staff(ids=np.arange(workers), **columns(workers, staff, STAFF | RESTS)),
        visits=Visits(ids=np.arange(n), **columns(n, visits, usual)),
        **rest,
    )


def random_day(seed: int, *, workers: int, visits: int, pairs: float = 0.4, ends: int = 600, **rest: Any) -> Problem:
    """A day with two skills, windows that bind, and pairs who meet or follow each other."""
    dice = np.random.default_rng(seed)
    xy = dice.integers(0, 60, (visits + 1, 2))
    travel = np.rint(np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1)))
    opens = dice.integers(0, 300, visits)
    lag = dice.choice([0, 20, 40], visits)
    return made(
        travel,
        workers=workers,
        staff={"skills": np.append(dice.choice([1, 2, 3], workers - 1), 3), "ends": ends},
        visits={
            "opens": opens,
            "closes": opens + dice.integers(20, 120, visits),
            "length": dice.integers(10, 40, visits),
            "skills": dice.choice([1, 2], visits),
            "paired": dice.random(visits) < pairs,
            "lag_least": lag,
            "lag_most": lag + np.where(lag > 0, 20, 0),
        },
        **rest,
    )


def best_cost(problem: Problem) -> int:
    """The least cost of any routes, by trying every order of the visits with all who could make them."""
    skills = problem.staff.skills
    visits = problem.visits
    choices: list[list[tuple[int, ...]]] = []
    for j in range(problem.visit_count):
        first = [v for v in range(problem.staff_count) if not int(visits.skills[j]) & ~int(skills[v])]
        second = [v for v in range(problem.staff_count) if not int(visits.second_skills[j]) & ~int(skills[v])]
        pairs = [(v, w) for v, w in product(first, second) if v != w]
        choices.append(([] if problem.required else [()]) + (pairs if visits.paired[j] else [(v,) for v in first]))
    best: dict[tuple[tuple[int, ...], ...], int] = {}
    for order in permutations(range(problem.visit_count)):
        for taken in product(*choices):
            tours: Tours = [[] for _ in range(problem.staff_count)]
            for j in order:
                for k, v in enumerate(taken[j]):
                    tours[v].append(2 * j + k)
            key = tuple(map(tuple, tours))
            if key not in best:
                day = day_of(problem, tours)
                best[key] = NEVER if check(problem, day) else day.cost
    return min(best.values())
