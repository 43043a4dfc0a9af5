"""What a plan of a day rests on, without a database: windows, working hours, breaks, ways, and what may follow what."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from app.matching.arrays import city
from app.matching.eligibility import travel_minutes
from app.matching.queries.day_routes.drawing import spans_of
from app.matching.queries.day_routes.work_days import Fixed, WorkDay, without, work_day
from app.matching.queries.loading.ways import ways
from app.matching.rules.day_routes import (
    DAYTIME,
    NOT_READY,
    NOT_THAT_DAY,
    NOTHING_TO_SEND,
    PLAN_MOVES,
    PLAN_STATUS_NAMES,
    DayPlan,
    Item,
    PlanStatus,
    Route,
    Stop,
    day_refusal,
    days_ahead,
    send_refusal,
    window,
)
from tests.matching.problems import some_problem

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
HOUR = 12
"""Steps."""


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], DAYTIME),
        (["morning"], (480, 720)),
        (["evening"], (1080, 1260)),
        (["afternoon", "morning"], (480, 1080)),
        (["evening", "morning"], (480, 720)),
        (["evening", "afternoon", "morning"], (480, 1260)),
        (["midnight"], DAYTIME),
    ],
)
def test_when_somebody_is_at_home(times: list[str], expected: tuple[int, int]) -> None:
    assert window(times) == expected


def test_days_that_can_be_planned() -> None:
    assert day_refusal(TODAY, TODAY) is None
    assert day_refusal(TODAY + timedelta(days=28), TODAY) is None
    assert day_refusal(TODAY + timedelta(days=29), TODAY) == NOT_THAT_DAY
    assert day_refusal(TODAY - timedelta(days=1), TODAY) == NOT_THAT_DAY
    assert days_ahead(TODAY, []) == TODAY + timedelta(days=1)
    assert days_ahead(TODAY, [TODAY, TODAY + timedelta(days=3)]) == TODAY + timedelta(days=3)


def test_only_ready_routes_with_somebody_in_them_are_taken_over() -> None:
    stop = Stop(item=0, begins=540, ends=600)
    plan = DayPlan(items=(Item(kind="visit", shift=1, seats=(2,)),), routes=(_route(stop),))
    later = NOW + timedelta(days=1)
    assert send_refusal(PlanStatus.READY, plan, later, NOW) is None
    assert send_refusal(PlanStatus.RUNNING, plan, later, NOW) == NOT_READY
    assert send_refusal(PlanStatus.READY, plan, NOW, NOW) is not None
    own = DayPlan(items=(Item(kind="own", shift=1),), routes=(_route(stop),))
    assert send_refusal(PlanStatus.READY, own, later, NOW) == NOTHING_TO_SEND


def _route(*stops: Stop) -> Route:
    return Route(person=1, leaves=0, returns=0, stops=stops)


def test_every_state_has_a_name_and_can_be_reached() -> None:
    assert set(PLAN_STATUS_NAMES) == set(PlanStatus)
    assert set(PLAN_MOVES.values()) | {PlanStatus.WAITING} == set(PlanStatus)


def test_spans_less_spans() -> None:
    assert without([(0, 10)], [(3, 5)]) == [(0, 3), (5, 10)]
    assert without([(0, 10)], [(-5, 2), (8, 20)]) == [(2, 8)]
    assert without([(0, 10), (20, 30)], [(10, 20), (0, 40)]) == []


def test_free_slots_are_spans() -> None:
    assert spans_of([True, True, False, True], 100, 3) == [(100, 106), (109, 112)]


def _day(free: list[tuple[float, float]], shifts: list[tuple[float, float]], way: int = 2) -> WorkDay:
    """A day by hours; the shifts are each at a place of its own, `way` steps from any other and from home."""
    spans = [(round(first * HOUR), round(past * HOUR)) for first, past in free]
    fixed = [
        Fixed(shift=number, place=number + 1, starts=round(first * HOUR), ends=round(past * HOUR))
        for number, (first, past) in enumerate(shifts)
    ]
    found = work_day(0, spans, fixed, lambda a, b: way if a != b else 0)
    assert found is not None
    return found


def test_who_is_neither_free_nor_signed_up_is_not_on_the_road() -> None:
    assert work_day(0, [], [], lambda _a, _b: 0) is None


def test_a_day_goes_from_free_time_to_free_time_and_holds_what_is_signed_up_for() -> None:
    day = _day([(9, 18)], [(10, 11)])
    assert (day.starts, day.ends) == (9 * HOUR, 18 * HOUR)
    [block] = day.blocks
    assert (block.starts, block.ends, [each.shift for each in block.shifts]) == (10 * HOUR, 11 * HOUR, [0])
    assert day.rests


def test_who_said_yes_outside_their_free_time_sets_out_for_it_and_is_off_between() -> None:
    day = _day([(9, 12)], [(19, 20)])
    assert (day.starts, day.ends) == (9 * HOUR, 20 * HOUR + 2)
    off = [(block.starts, block.ends) for block in day.blocks if not block.shifts]
    assert off == [(12 * HOUR, 19 * HOUR), (20 * HOUR, 20 * HOUR + 2)]


def test_shifts_without_time_for_the_way_are_one_block() -> None:
    day = _day([(8, 18)], [(9, 10), (10, 11), (14, 15)])
    assert [len(block.shifts) for block in day.blocks] == [2, 1]
    assert (day.blocks[0].starts, day.blocks[0].ends) == (9 * HOUR, 11 * HOUR)


@pytest.mark.parametrize(
    ("free", "shifts", "rests"),
    [
        ([(8, 18)], [], True),
        ([(8, 12), (14, 18)], [], False),  # off duty at midday
        ([(8, 12)], [], False),
        ([(13, 18)], [], False),
        ([(8, 18)], [(11, 14)], False),  # no room for it
        ([(8, 18)], [(11, 12.5)], True),
    ],
)
def test_who_has_to_have_a_break(
    free: list[tuple[float, float]], shifts: list[tuple[float, float]], rests: bool
) -> None:
    assert _day(free, shifts).rests is rests


def test_ways_are_those_of_the_matcher() -> None:
    dice = np.random.default_rng(3)
    x, y = (dice.uniform(0, 9000, 12).astype(np.float32) for _ in range(2))
    x[1], y[1] = x[0], y[0]
    x[2] = np.nan
    numbers, found = city(some_problem(1)), ways(some_problem(1).travel, x, y)
    for a in range(12):
        for b in range(12):
            assert found[a, b] == travel_minutes(numbers, x[a], y[a], x[b], y[b])
