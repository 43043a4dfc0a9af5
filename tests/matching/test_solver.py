"""The solver against brute force, against the checker, and against itself."""

import numpy as np
import pytest

from app.matching.checker import check
from app.matching.problem import Plan, Problem
from app.matching.solver import Stop, solve
from benchmarks.matching.city import city
from tests.matching.brute import best_value
from tests.matching.problems import some_problem

EFFORT = Stop(effort=30)


def same(one: Plan, other: Plan) -> bool:
    return bool(
        np.array_equal(one.person, other.person)
        and np.array_equal(one.seat, other.seat)
        and (one.value, one.bound) == (other.value, other.bound)
    )


def sound(problem: Problem, plan: Plan) -> None:
    verdict = check(problem, plan)
    assert verdict.violations == ()
    assert plan.value == verdict.value <= plan.bound


@pytest.mark.parametrize("seed", range(120))
def test_tiny_problems_are_solved_for_certain(seed: int) -> None:
    problem = some_problem(seed)
    plan = solve(problem, seed=1, stop=EFFORT)
    sound(problem, plan)
    assert plan.value == plan.bound == best_value(problem)


@pytest.mark.parametrize(("people", "shifts"), [(0, 0), (0, 30), (30, 0)])
def test_nobody_or_nothing(people: int, shifts: int) -> None:
    problem = city(people, shifts, seed=1)
    plan = solve(problem, seed=1, stop=EFFORT)
    assert (len(plan.person), plan.value, plan.bound) == (0, 0, 0)
