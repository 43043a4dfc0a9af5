"""Every rule keeps somebody out by itself, at the very minute and metre where it begins to hold."""

from typing import Any

import pytest
from hypothesis import given, settings

from app.matching.arrays import arrays
from app.matching.eligibility import Rule, allowed, failing, failing_rules, shut, travel_minutes
from app.matching.problem import FEMALE, MALE, NEVER, Problem, Travel
from tests.matching.problems import AUTUMN, SPRING, problems
from tests.matching.town import DAY, HOUR, NOWHERE, WEEK, Role, Span, Town

NINE = 9 * HOUR
TEN = 10 * HOUR


def one(person: dict[str, Any], shift: dict[str, Any], **town: Any) -> Problem:
    """A town of one person and one shift."""
    return Town(**town).person(**person).shift(**shift).problem()


def test_who_meets_every_wish_may_come() -> None:
    seat = Role(skills=("teaching", "cooking"), languages=("cantonese",), credentials=("check",))
    assert failing(one({}, {"seats": [seat], "sex": FEMALE, "adults_only": True, "served": 5}), 0, 0) == Rule(0)


@pytest.mark.parametrize(
    ("rule", "person", "shift", "town"),
    [
        (Rule.CAPACITY, {"staff_of": 1}, {"agency": 1}, {}),
        (Rule.CAPACITY, {"staff_of": 2}, {"agency": 1, "seats": [Role(staff=True)]}, {}),
        (Rule.CAPACITY, {}, {"seats": [Role(staff=True)]}, {}),
        (Rule.ADULTS, {"minor": True}, {"adults_only": True}, {}),
        (Rule.SEX, {"sex": MALE}, {"sex": FEMALE}, {}),
        (Rule.SEX, {"sex": 0}, {"sex": FEMALE}, {}),
        (Rule.SKILL, {"skills": ["cooking"]}, {"seats": [Role(skills=("cooking", "teaching"))]}, {}),
        (Rule.LANGUAGE, {"languages": ["english"]}, {"seats": [Role(languages=("cantonese", "mandarin"))]}, {}),
        (Rule.CREDENTIAL, {"credentials": {"check": NEVER}}, {"seats": [Role(credentials=("check",))]}, {}),
        (Rule.CREDENTIAL, {"credentials": {"check": TEN - 1}}, {"seats": [Role(credentials=("check",))]}, {}),
        (Rule.REFUSED, {"refuses": ["meals"], "likes": ["meals"]}, {"kind": "meals"}, {}),
        (Rule.BARRED, {"knows": [7], "barred": [7]}, {"served": 7}, {}),
        (Rule.DECLINED, {"declined": [0]}, {}, {}),
        (Rule.AVAILABLE, {"free": [(NINE, TEN - 15)]}, {}, {}),
        (Rule.AVAILABLE, {"free": [(NINE, TEN)]}, {"minutes": 61}, {}),
        (Rule.AVAILABLE, {}, {"starts": 7 * DAY - 30}, {}),
        (Rule.REACH, {"reach": 999.0}, {"at": (600.0, 800.0)}, {}),
        (Rule.BUSY, {"spans": [Span(NINE + 59, TEN + 60)]}, {"at": NOWHERE}, {"travel": Travel(unknown_minutes=0)}),
        (Rule.BUSY, {"spans": [Span(TEN + 29, TEN + 60)]}, {}, {}),
        (Rule.BUSY, {"spans": [Span(7 * HOUR, NINE - 10, (0.0, 1000.0))]}, {}, {}),
        (Rule.DAY, {"day": 179, "spans": [Span(HOUR, 3 * HOUR)]}, {}, {}),
        (Rule.WEEK, {"week": 179, "spans": [Span(3 * DAY, 3 * DAY + 120)]}, {}, {}),
        (Rule.CONTRACT, {}, {"contract": 0}, {"contracts": [59]}),
        (Rule.FULL, {}, {"seats": [Role(open=0, least=0)]}, {}),
        (Rule.PAST | Rule.AVAILABLE, {}, {"starts": -5}, {}),
    ],
)
def test_each_rule_alone_keeps_somebody_out(
    rule: Rule, person: dict[str, Any], shift: dict[str, Any], town: dict[str, Any]
) -> None:
    assert failing(one(person, shift, **town), 0, 0) == rule


@pytest.mark.parametrize(
    ("person", "shift", "town"),
    [
        ({"staff_of": 1}, {"agency": 1, "seats": [Role(staff=True)]}, {}),
        ({"staff_of": 2}, {"agency": 1}, {}),  # a social worker paid elsewhere may volunteer
        ({"languages": ["english"]}, {"seats": [Role(languages=("cantonese", "english"))]}, {}),
        ({"credentials": {"check": TEN}}, {"seats": [Role(credentials=("check",))]}, {}),
        ({"barred": [7]}, {"served": 8}, {}),
        ({"knows": [7]}, {"served": 7}, {}),
        ({"declined": [1]}, {}, {}),
        ({"free": [(NINE, TEN)]}, {}, {}),
        ({"reach": 1000.0}, {"at": (600.0, 800.0)}, {}),
        ({"reach": 0.0}, {"at": NOWHERE}, {}),
        ({"reach": 0.0, "at": NOWHERE}, {}, {}),
        ({"spans": [Span(TEN + 30, TEN + 60)]}, {}, {}),
        ({"spans": [Span(7 * HOUR, NINE, (0.0, 0.5))]}, {}, {}),
        ({"spans": [Span(7 * HOUR, NINE - 11, (0.0, 1000.0))]}, {}, {}),  # 5 minutes and 1,300 m at 250 a minute
        ({"day": 180, "spans": [Span(HOUR, 3 * HOUR)]}, {}, {}),
        ({"day": 60, "spans": [Span(HOUR, 3 * HOUR, counts=False)]}, {}, {}),
        ({"day": 60, "spans": [Span(DAY + HOUR, DAY + 2 * HOUR)]}, {}, {}),
        ({"week": 180, "spans": [Span(3 * DAY, 3 * DAY + 120)]}, {}, {}),
        ({}, {"contract": 0}, {"contracts": [60]}),
    ],
)
def test_just_within_each_rule_nothing_is_against_it(
    person: dict[str, Any], shift: dict[str, Any], town: dict[str, Any]
) -> None:
    assert failing(one(person, shift, **town), 0, 0) == Rule(0)


def test_a_night_shift_is_of_the_day_it_starts_in() -> None:
    late = Span(DAY - 60, DAY + 60, (0.0, 0.0))
    town = Town().person(day=179, spans=[late]).shift(starts=DAY - 180).shift(starts=DAY + NINE)
    assert failing(town.problem(), 0, 0) == Rule.DAY
    assert failing(town.problem(), 0, 1) == Rule(0)


@pytest.mark.parametrize(
    ("calendar", "day", "length"), [(SPRING, 2, 23 * HOUR), (AUTUMN, 1, 25 * HOUR), (WEEK, 1, DAY)]
)
def test_a_day_is_as_long_as_its_clocks_say(calendar: Any, day: int, length: int) -> None:
    midnight = calendar.days[day]
    assert calendar.days[day + 1] - midnight == length
    town = Town(calendar=calendar).person(day=60, spans=[Span(midnight + length - 60, midnight + length, (0.0, 0.0))])
    problem = town.shift(starts=midnight).shift(starts=midnight + length).problem()
    assert failing(problem, 0, 0) == Rule.DAY
    assert failing(problem, 0, 1) == Rule(0)


def test_a_commitment_before_the_horizon_counts_for_its_week() -> None:
    problem = one({"week": 100, "spans": [Span(-600, -540)]}, {"starts": NINE}, calendar=SPRING)
    assert failing(problem, 0, 0) == Rule.WEEK


def test_travel_takes_no_time_within_a_place_and_a_start_beyond_it() -> None:
    city = arrays(one({}, {})).city
    minutes = [travel_minutes(city, 0.0, 0.0, 0.0, metres) for metres in (0.0, 0.9, 1.0, 1000.0, float("nan"))]
    assert minutes == [0, 0, 6, 11, 30]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems())
def test_allowed_is_the_same_as_no_rule_failing(problem: Problem) -> None:
    a = arrays(problem)
    for person in range(problem.people_count):
        for seat in range(problem.seat_count):
            clear = allowed(a, person, seat) and not shut(a, seat)
            assert clear == (failing_rules(a, person, seat) == Rule(0))
