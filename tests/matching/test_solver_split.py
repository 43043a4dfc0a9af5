"""A city solved in districts: every part is a problem of its own, and the whole is no worse than its parts."""

import numpy as np
import pytest

from app.matching.checker import check
from app.matching.faults import faults
from app.matching.solver import Stop
from app.matching.solver.split import homes, join, solve_in_districts, solved, split
from benchmarks.matching.city import city
from tests.matching.problems import some_problem

SHORT = Stop(effort=60, seconds=6)


def test_districts_hold_everybody_and_everything_once() -> None:
    problem = city(4_000, 500, seed=6)
    districts, _ = solved(problem, 3, seed=1, stop=Stop(effort=0, asked=lambda: True))
    people = np.concatenate([part.person for part in districts])
    seats = np.concatenate([part.seat for part in districts])
    assert sorted(people) == list(range(problem.people_count))
    assert sorted(seats) == list(range(problem.seat_count))
    minutes = sum(part.problem.contracts.minutes_left for part in districts)
    assert (minutes <= np.maximum(problem.contracts.minutes_left, 0)).all()
    for part in districts:
        assert faults(part.problem).solvable
        assert np.array_equal(part.problem.people.ids, problem.people.ids[part.person])
        assert np.array_equal(part.problem.seats.ids, problem.seats.ids[part.seat])


def test_people_belong_where_they_live() -> None:
    problem = city(4_000, 500, seed=6)
    of_shift = split(problem, 4)
    of_person = homes(problem, of_shift)
    for number in range(4):
        here = of_shift == number
        middle = np.array([np.median(problem.shifts.x[here]), np.median(problem.shifts.y[here])])
        home = np.stack((problem.people.x, problem.people.y), axis=1)
        away = np.linalg.norm(home - middle, axis=1)
        ours = of_person == number
        assert np.nanmedian(away[ours]) < np.nanmedian(away[~ours])


@pytest.mark.parametrize(("people", "shifts", "scarce"), [(6_000, 1_500, False), (900, 500, True)])
def test_the_whole_is_no_worse_than_its_districts(people: int, shifts: int, scarce: bool) -> None:
    problem = city(people, shifts, seed=2, scarce=scarce)
    districts, plans = solved(problem, 3, seed=1, stop=SHORT)
    for part, plan in zip(districts, plans, strict=True):
        assert check(part.problem, plan, prove=False).violations == ()
    joined = join(problem, districts, plans)
    assert check(problem, joined, prove=False).violations == ()
    whole = solve_in_districts(problem, 3, seed=1, stop=SHORT)
    assert check(problem, whole, prove=False).violations == ()
    assert sum(plan.value for plan in plans) <= whole.value <= whole.bound


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("parts", [1, 2, 5])
def test_any_problem_can_be_split(seed: int, parts: int) -> None:
    problem = some_problem(seed, 20, 12)
    plan = solve_in_districts(problem, parts, seed=1, stop=Stop(effort=5))
    assert check(problem, plan).violations == ()


@pytest.mark.parametrize(("people", "shifts"), [(0, 0), (0, 9), (9, 0)])
def test_nobody_or_nothing_can_be_split(people: int, shifts: int) -> None:
    plan = solve_in_districts(city(people, shifts, seed=1), 3, seed=1, stop=SHORT)
    assert (len(plan.person), plan.value, plan.bound) == (0, 0, 0)
