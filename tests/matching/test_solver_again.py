"""Beginning again from a plan: nothing is lost of it, and few are moved when people drop out."""

import numpy as np
import pytest
from msgspec.structs import replace

from app.matching.candidates import Depth, find
from app.matching.checker import check
from app.matching.problem import Pairs, Plan, Problem
from app.matching.solver import Progress, Stop, solve
from benchmarks.matching.city import city
from benchmarks.matching.replan import left_alone, without
from tests.matching.problems import some_problem


def saved(problem: Problem, effort: int) -> list[Plan]:
    """The plans that could have been saved on the way."""
    told: list[Progress] = []
    last = solve(problem, seed=1, stop=Stop(effort=effort), report=told.append)
    return [*(one.plan for one in told if one.plan is not None), last]


def test_a_search_that_was_cut_goes_on_from_its_plan() -> None:
    problem = city(12_000, 1_200, seed=4)
    for plan in saved(problem, 70)[::3]:
        for stop in (Stop(effort=0), Stop(effort=12)):
            resumed = solve(problem, seed=2, stop=stop, before=plan)
            assert resumed.value >= plan.value
            assert check(problem, resumed, prove=False).violations == ()


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_of_another_problem_does_no_harm(seed: int) -> None:
    other = solve(some_problem(seed, 30, 20), seed=1, stop=Stop(effort=10))
    problem = some_problem(seed + 100, 25, 25)
    plan = solve(problem, seed=1, stop=Stop(effort=10), before=other)
    assert check(problem, plan).violations == ()


@pytest.mark.parametrize(("people", "shifts", "prices"), [(16_000, 2_000, True), (6_000, 700, False)])
def test_few_are_moved_when_people_drop_out(people: int, shifts: int, prices: bool) -> None:
    problem = city(people, shifts, seed=1)
    plan = solve(problem, seed=1, stop=Stop(effort=100))
    gone = np.random.default_rng(5).choice(people, people // 50, replace=False)
    changed = without(problem, plan, gone)
    mended = solve(changed, seed=1, stop=Stop(effort=100), before=plan if prices else None)
    assert check(changed, mended, prove=False).violations == ()
    assert not np.isin(mended.person, gone).any()
    assert left_alone(changed, plan, mended, gone) >= 0.99


def test_whoever_would_be_no_candidate_any_more_keeps_their_seat() -> None:
    problem = city(4_000, 40, seed=3)
    deep = find(problem, per_head=Depth(single=4_000, team=4_000, each=0, staff=4_000))
    seat = int(np.argmax(np.diff(deep.first)))
    last = int(deep.person[deep.first[seat + 1] - 1])
    rows = np.zeros(problem.people_count + 1, dtype=np.int64)
    rows[last + 1 :] = 1
    shift = int(problem.seats.shift[seat])
    kept = replace(
        problem,
        before=Pairs(first=rows, shift=np.array([shift], dtype=np.int32)),
        weights=replace(problem.weights, keep=100_000),
    )
    short = find(kept, per_head=Depth(single=1, team=1, each=0, staff=1))
    plan = solve(kept, seed=1, stop=Stop(effort=10), edges=short)
    assert last in plan.person[problem.seats.shift[plan.seat] == shift]
