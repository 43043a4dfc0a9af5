"""What holds of every plan of any problem: the checker agrees, nothing is left to luck, tiny ones are the best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.matching.checker import check
from app.matching.faults import faults
from app.matching.problem import Plan, Problem
from app.matching.solver import Stop, solve
from tests.matching.brute import best_value
from tests.matching.problems import problems, some_problem
from tests.matching.town import Role, Town

SEEDS = st.integers(0, 2**32 - 1)
SHORT = Stop(effort=4)


def said(problem: Problem, plan: Plan) -> list[str]:
    return [one.text % one.params for one in check(problem, plan).violations]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems(), st.integers(0, 9))
def test_the_checker_finds_nothing_wrong_with_any_plan(problem: Problem, seed: int) -> None:
    plan = solve(problem, seed=seed, stop=SHORT)

    assert said(problem, plan) == []
    assert 0 <= plan.value <= plan.bound


@settings(max_examples=12, deadline=None, derandomize=True)
@given(SEEDS)
def test_the_checker_finds_nothing_wrong_with_plans_of_larger_problems(seed: int) -> None:
    problem = some_problem(seed, 60, 40)

    assert said(problem, solve(problem, seed=0, stop=SHORT)) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SEEDS)
def test_tiny_problems_are_solved_to_the_best_there_is(seed: int) -> None:
    problem = some_problem(seed, 6, 5)
    best = best_value(problem)

    plan = solve(problem, seed=0, stop=SHORT)

    assert best is None or plan.value == plan.bound == best


@settings(max_examples=20, deadline=None, derandomize=True)
@given(SEEDS, st.integers(0, 9))
def test_the_same_seed_and_effort_make_the_same_plan(seed: int, luck: int) -> None:
    problem = some_problem(seed, 30, 20)

    one, other = (solve(problem, seed=luck, stop=SHORT) for _ in range(2))

    assert np.array_equal(one.person, other.person)
    assert np.array_equal(one.seat, other.seat)
    assert (one.value, one.bound) == (other.value, other.bound)
    assert np.array_equal(one.prices.seat, other.prices.seat)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(SEEDS)
def test_one_person_more_never_lowers_the_best(seed: int) -> None:
    problem = some_problem(seed, 6, 5)
    less = without_the_last_person(problem)
    fewer, more = (solve(one, seed=0, stop=SHORT) for one in (less, problem))

    assert fewer.value == fewer.bound
    assert more.value == more.bound
    assert more.value >= fewer.value


def without_the_last_person(problem: Problem) -> Problem:
    people, keep = problem.people, problem.people_count - 1

    def cut(table):  # type: ignore[no-untyped-def]
        end = int(table.first[keep])
        columns = {name: getattr(table, name)[:end] for name in table.__struct_fields__ if name != "first"}
        return replace(table, first=table.first[: keep + 1], **columns)

    return replace(
        problem,
        people=replace(people, **{name: getattr(people, name)[:keep] for name in people.__struct_fields__}),
        spans=cut(problem.spans),
        known=cut(problem.known),
        declined=cut(problem.declined),
        before=cut(problem.before),
    )


@pytest.mark.parametrize(
    "town",
    [
        Town(),
        Town().person(),
        Town().shift(),
        Town().person(free=[]).shift(),
        Town().person(day=0, week=0).shift(),
        Town().person().shift(seats=[]),
        Town().person().shift(seats=[Role(open=0, least=0)]),
        Town().person().shift(seats=[Role(staff=True)]),
        Town().person().shift(staffed=True, volunteers_there=3),
        Town().person().shift(starts=-60),
        Town().person().shift(starts=7 * 24 * 60 + 60),
        Town().person().shift(starts=7 * 24 * 60 - 30),
        Town(contracts=[0]).person().shift(contract=0),
        Town(contracts=[-500]).person().shift(contract=0),
        Town().person(at=(float("nan"), 0.0)).shift(at=(0.0, float("nan"))),
    ],
)
def test_bad_input_gives_an_answer(town: Town) -> None:
    problem = town.problem()

    assert faults(problem).solvable
    assert said(problem, solve(problem, seed=0, stop=SHORT)) == []


def test_stopping_at_once_gives_a_valid_plan() -> None:
    problem = some_problem(3, 40, 30)

    for stop in (Stop(seconds=0), Stop(effort=0), Stop(asked=lambda: True)):
        assert said(problem, solve(problem, seed=0, stop=stop)) == []
