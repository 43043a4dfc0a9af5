"""Days as people ask for them: breaks, skills, hours, and what cannot be done."""

import msgspec
import numpy as np
import pytest

from app.matching.routing.checker import check
from app.matching.routing.day import plan_day
from app.matching.routing.problem import UNBOUND, Day, Problem
from app.matching.routing.schedule import day_of
from tests.matching.routing.days import made, random_day

NOON = {"rest_opens": 200, "rest_closes": 300, "rest_length": 40}


def planned(problem: Problem) -> Day:
    """A plan that keeps every rule."""
    day = plan_day(problem, seed=1, seconds=0.2)
    assert check(problem, day) == []
    return day


def codes(day: Day) -> dict[int, str]:
    return {left.visit: left.reason.code for left in day.left_out}


def test_nobody_works_and_nothing_is_to_do() -> None:
    nobody = made([[0, 5], [5, 0]], workers=0, staff={}, visits={})
    assert codes(planned(nobody)) == {0: "route_nobody_able"}
    idle = made([[0]], workers=2, staff={}, visits={})
    assert [route.stops for route in planned(idle).routes] == [(), ()]
    nothing = made([[0]], workers=0, staff={}, visits={})
    assert planned(nothing).routes == ()


def test_everybody_waits_at_home_and_not_at_the_first_door() -> None:
    day = planned(made([[0, 20], [20, 0]], workers=1, staff={}, visits={"opens": 100}))
    route = day.routes[0]
    assert (route.leaves, route.stops[0].arrives, route.returns) == (80, 100, 150)
    assert route.stops[0].waits == 0


def test_a_break_is_taken_between_visits() -> None:
    ways = [[0, 10, 10], [10, 0, 10], [10, 10, 0]]
    day = planned(made(ways, workers=1, staff=NOON, visits={"opens": [150, 260], "closes": [200, 400], "length": 60}))
    rest = day.routes[0].rest
    assert rest is not None
    assert rest.after == 1
    assert (rest.begins, rest.ends) == (210, 250)
    assert day.routes[0].stops[1].begins == 260


def test_no_break_for_who_is_done_before() -> None:
    day = planned(made([[0, 10], [10, 0]], workers=1, staff=NOON, visits={"length": 60}))
    assert day.routes[0].rest is None


@pytest.mark.parametrize("pairs", [0.0, 0.4])
def test_breaks_skills_and_hours_hold_on_full_days(pairs: float) -> None:
    for seed in range(4):
        problem = random_day(seed, workers=6, visits=54, pairs=pairs, ends=480, grace=20)
        staff = msgspec.structs.replace(
            problem.staff, rest_opens=np.full(6, 180), rest_closes=np.full(6, 260), rest_length=np.full(6, 30)
        )
        assert planned(msgspec.structs.replace(problem, staff=staff)).left_out


def test_what_nobody_can_do_is_left_out_with_its_reason() -> None:
    ways = [[0, 10, 10, 500], [10, 0, 10, 500], [10, 10, 0, 500], [500, 500, 500, 0]]
    visits = {"skills": [2, 1, 1], "paired": [False, True, False], "second_skills": 4}
    day = planned(made(ways, workers=1, staff={"skills": 5}, visits=visits))
    assert codes(day) == {0: "route_nobody_able", 1: "route_one_able", 2: "route_no_time"}
    assert all(left.reason.text and left.reason.fix for left in day.left_out)


def test_a_full_day_says_so_and_keeps_what_is_worth_most() -> None:
    visits = {"opens": 100, "closes": 100, "worth": [100, 300, 200], "place": [1, 1, 1]}
    day = planned(made([[0, 10], [10, 0]], workers=1, staff={}, visits=visits, grace=0))
    assert codes(day) == {0: "route_day_full", 2: "route_day_full"}


def test_who_must_not_come_does_not() -> None:
    allowed = np.array([[False], [True]])
    day = planned(made([[0, 10], [10, 0]], workers=2, staff={}, visits={}, allowed=allowed))
    assert [len(route.stops) for route in day.routes] == [0, 1]


def test_two_meet_and_two_follow_each_other() -> None:
    ways = np.full((3, 3), 30) - 30 * np.eye(3, dtype=int)
    visits = {"paired": True, "lag_least": [0, 60], "lag_most": [0, 90], "closes": [300, 20]}
    day = planned(made(ways, workers=2, staff={}, visits=visits))
    begins = {stop.call: stop.begins for route in day.routes for stop in route.stops}
    assert begins[0] == begins[1]
    assert 60 <= begins[3] - begins[2] <= 90


def test_workers_who_would_wait_for_each_other_in_a_circle_are_not_sent() -> None:
    problem = made(np.zeros((3, 3)), workers=2, staff={}, visits={"paired": True})
    day = day_of(problem, [[0, 2], [3, 1]])
    assert codes(day) == {0: "route_day_full", 1: "route_day_full"}
    assert check(problem, day) == []


def test_routes_that_make_no_sense_are_left_aside() -> None:
    problem = made(np.zeros((3, 3)), workers=2, staff={"skills": [1, 2]}, visits={"paired": [True, False]})
    for tours in ([[0, 0, 99], [1, 2]], [[], []], [[0, 1], []], [[2, 2], [2]]):
        assert check(problem, day_of(problem, tours)) == []


def test_a_start_elsewhere_and_an_end_elsewhere() -> None:
    ways = [[0, 10, 40], [10, 0, 10], [40, 10, 0]]
    day = planned(made(ways, workers=1, staff={"end_place": 2}, visits={"place": [1]}))
    assert day.travel == 20


def test_work_that_ends_too_early_leaves_a_visit_out() -> None:
    day = planned(made([[0, 10], [10, 0]], workers=1, staff={"ends": 49}, visits={}))
    assert codes(day) == {0: "route_no_time"}
    assert planned(made([[0, 10], [10, 0]], workers=1, staff={"ends": 50}, visits={})).left_out == ()


def test_hours_without_an_end_and_times_before_zero() -> None:
    ways = [[0, 10, 20], [10, 0, 10], [20, 10, 0]]
    staff = {"starts": -500, "ends": UNBOUND}
    day = planned(made(ways, workers=1, staff=staff, visits={"opens": [-400, 100], "closes": [-300, UNBOUND]}))
    assert [stop.visit for stop in day.routes[0].stops] == [0, 1]
    assert day.late == 0
