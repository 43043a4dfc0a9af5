"""The search against every possibility of tiny days, and twice against itself."""

import pytest

from app.matching.routing.checker import check
from app.matching.routing.day import plan_day
from app.matching.routing.schedule import day_of
from app.matching.routing.search import search
from tests.matching.routing.days import best_cost, random_day


@pytest.mark.parametrize("seed", [2, 4, 5, 6])
def test_tiny_days_are_solved_as_well_as_by_trying_everything(seed: int) -> None:
    problem = random_day(seed, workers=3, visits=4, pairs=0.25, required=True)
    day = day_of(problem, search(problem, seed=seed, effort=60_000).tours)
    assert check(problem, day) == []
    assert day.cost == best_cost(problem)


@pytest.mark.parametrize("seed", range(6))
def test_days_too_full_leave_out_no_more_than_they_must(seed: int) -> None:
    problem = random_day(seed, workers=2, visits=4, ends=230, grace=10)
    day = day_of(problem, search(problem, seed=seed, effort=60_000).tours)
    assert check(problem, day) == []
    assert day.left_out
    assert day.cost == best_cost(problem)


def test_the_same_seed_and_effort_give_the_same_routes() -> None:
    problem = random_day(7, workers=8, visits=40)
    once, again = (search(problem, seed=3, effort=100_000) for _ in range(2))
    assert once == again
    assert search(problem, seed=4, effort=100_000).tours != once.tours


def test_more_effort_does_not_do_worse_than_the_start() -> None:
    problem = random_day(8, workers=8, visits=40)
    first = search(problem, seed=1, effort=50_000).tours
    better = search(problem, seed=2, effort=200_000, start=first).tours
    assert day_of(problem, better).cost <= day_of(problem, first).cost


def test_the_clock_only_cuts() -> None:
    problem = random_day(9, workers=8, visits=60)
    found = search(problem, seed=1, effort=10**12, seconds=0.3)
    assert 0 < found.effort < 10**12
    assert check(problem, day_of(problem, found.tours)) == []


def test_a_day_of_pairs_is_planned_through_the_one_way_in() -> None:
    problem = random_day(10, workers=10, visits=40, grace=30)
    day = plan_day(problem, seed=1, seconds=0.5)
    assert check(problem, day) == []
    assert day.effort > 0
