"""The solver against itself: the same work gives the same plan, more is never worse, and it ends when it is told to."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest

from app.matching.checker import check
from app.matching.problem import Plan, Problem, Weights
from app.matching.solver import Progress, Stop, solve
from benchmarks.matching.city import city

PEOPLE, SHIFTS = 12_000, 1_200
"""Too many pairs to be searched outright."""


@pytest.fixture(scope="module")
def problem() -> Problem:
    return city(PEOPLE, SHIFTS, seed=8)


def same(one: Plan, other: Plan) -> bool:
    arrays = [(one.person, other.person), (one.seat, other.seat), (one.prices.seat, other.prices.seat)]
    return (one.value, one.bound) == (other.value, other.bound) and all(np.array_equal(a, b) for a, b in arrays)


def test_the_same_seed_and_effort_give_the_same_plan(problem: Problem) -> None:
    plans = [solve(problem, seed=3, stop=Stop(effort=70)) for _ in range(2)]
    assert same(*plans)


def test_more_effort_is_never_worse(problem: Problem) -> None:
    plans = [solve(problem, seed=3, stop=Stop(effort=effort)) for effort in (0, 5, 12, 30, 75)]
    values = [plan.value for plan in plans]
    assert values == sorted(values)
    assert [plan.bound for plan in plans] == sorted((plan.bound for plan in plans), reverse=True)


def test_plans_say_what_the_checker_says(problem: Problem) -> None:
    for scarce in (False, True):
        one = city(5_000 if scarce else PEOPLE, SHIFTS, seed=9, scarce=scarce)
        plan = solve(one, seed=1, stop=Stop(effort=40))
        verdict = check(one, plan)
        assert verdict.violations == ()
        assert verdict.bound is not None
        assert plan.value == verdict.value <= verdict.bound <= plan.bound


def test_it_ends_at_the_first_look_when_asked(problem: Problem) -> None:
    looks = 0

    def asked() -> bool:
        nonlocal looks
        looks += 1
        return True

    told: list[Progress] = []
    plan = solve(problem, seed=1, stop=Stop(asked=asked), report=told.append)
    assert check(problem, plan, prove=False).violations == ()
    assert plan.effort <= 2
    assert 1 <= looks <= 20


def test_it_ends_soon_after_it_is_asked(problem: Problem) -> None:
    told: list[Progress] = []
    plan = solve(problem, seed=1, stop=Stop(asked=lambda: len(told) >= 3), report=told.append)
    assert plan.value >= max(one.value for one in told)
    assert plan.effort <= told[2].effort + 2


def test_what_is_told_gets_better(problem: Problem) -> None:
    told: list[Progress] = []
    plan = solve(problem, seed=1, stop=Stop(effort=80), report=told.append)
    assert told
    for one, next_one in pairwise(told):
        assert one.value <= next_one.value
        assert one.effort <= next_one.effort
    assert told[-1].value <= plan.value


def test_the_best_plan_of_a_small_city_is_proven() -> None:
    small = city(1_000, 100, seed=1)
    plan = solve(small, seed=1, stop=Stop(effort=0))
    assert plan.value == plan.bound
    assert check(small, plan).violations == ()


@pytest.mark.parametrize("wrong", [-1, 1_000_001, 0.5, "many"])
@pytest.mark.parametrize("name", ["fill", "travel", "keep"])
def test_absurd_weights_are_refused(name: str, wrong: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({name: wrong}, Weights)
