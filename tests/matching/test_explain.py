"""Every explanation is true: its fix mends what it names, is no larger than it must be, and counts are real counts."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from app.matching.arrays import arrays
from app.matching.eligibility import Rule, failing
from app.matching.explain import Fix, applied, why, why_open, why_unasked
from app.matching.explain.fixes import Change
from app.matching.problem import FEMALE, MALE, SLOT_MINUTES, Plan, Prices, Problem
from app.matching.score import parts
from tests.matching.problems import problems
from tests.matching.town import DAY, HOUR, Role, Span, Town

NEVER_FIXED = {"adults", "barred", "past"}


def plan_of(problem: Problem, *pairs: tuple[int, int]) -> Plan:
    ordered = sorted((seat, person) for person, seat in pairs)
    free = Prices(seat=np.zeros(problem.seat_count, np.int64), contract=np.zeros(len(problem.contracts.ids), np.int64))
    return Plan(
        person=np.array([person for _, person in ordered], np.int32),
        seat=np.array([seat for seat, _ in ordered], np.int32),
        value=0,
        bound=0,
        prices=free,
    )


def every_pair(problem: Problem) -> Iterator[tuple[int, int]]:
    return ((person, seat) for person in range(problem.people_count) for seat in range(problem.seat_count))


def a_little_less(fix: Fix) -> Fix | None:
    """The same change, one step smaller."""
    match fix.change:
        case Change.RENEW:
            return replace(fix, ends=fix.ends - 1)
        case Change.FREE:
            return replace(fix, ends=fix.ends - SLOT_MINUTES)
        case Change.RAISE_DAY | Change.RAISE_WEEK | Change.EXTEND_CONTRACT:
            return replace(fix, minutes=fix.minutes - 1)
        case Change.WIDEN:
            return replace(fix, metres=fix.metres - 1)
        case _:
            return None


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problems(5, 5))
def test_every_fix_is_true_and_none_is_larger_than_it_must_be(problem: Problem) -> None:
    a = arrays(problem)
    for person, seat in every_pair(problem):
        said = why(problem, person, seat, a=a)
        assert {failure.rule for failure in said.failures} == {rule.code for rule in failing(problem, person, seat)}
        for failure in said.failures:
            rule = Rule[failure.rule.upper()]
            assert failure.refusal.text % failure.refusal.params
            assert bool(failure.refusal.fix % failure.refusal.params) == bool(failure.fixes)
            assert failure.rule not in NEVER_FIXED or not failure.fixes
            if failure.fixes:
                assert rule not in failing(applied(problem, failure.fixes), person, seat)
            for number, fix in enumerate(failure.fixes):
                others = [*failure.fixes[:number], *failure.fixes[number + 1 :]]
                assert rule in failing(applied(problem, others), person, seat)
                if less := a_little_less(fix):
                    assert rule in failing(applied(problem, [*others, less]), person, seat)
        if said.fixable:
            assert not failing(applied(problem, said.fixes), person, seat)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(problems(5, 5))
def test_the_parts_in_words_are_the_parts_of_the_score(problem: Problem) -> None:
    for person, seat in every_pair(problem):
        said = why(problem, person, seat)
        assert said.score == parts(problem, person, seat)
        told = [int(part.params["points"].replace(",", "")) for part in said.parts]
        assert sum(told) == said.score.total
        assert told == sorted(told, key=lambda points: -abs(points))
        assert all(part.text % part.params for part in said.parts)


@pytest.mark.parametrize(
    ("person", "shift", "sentence", "advice"),
    [
        (
            {"free": [(9 * HOUR, 9 * HOUR + 30)]},
            {},
            "You have not said that you are free from 2027-03-08 09:00 to 2027-03-08 10:00.",
            "Being free from 09:30–10:00 would do.",
        ),
        (
            {"credentials": {"check": 600}},
            {"minutes": 61, "seats": [Role(credentials=["check", "health"])]},
            (
                "These must be valid until this shift ends on 2027-03-08 10:01, and are not: "
                "check (2027-03-08 10:00), health."
            ),
            "Get or renew: check, health.",
        ),
        (
            {"reach": 700.0},
            {"at": (800.2, 0.0)},
            "It is 801 m from your home, and you go 700 m at most.",
            "Going 801 m would do.",
        ),
        (
            {"day": 100, "spans": [Span(0, HOUR)]},
            {},
            "That day you would serve 120 min, and want to serve 100 at most.",
            "A limit of 120 min for a day would do.",
        ),
        ({"minor": True}, {"adults_only": True}, "This shift is for adults only.", ""),
    ],
)
def test_sentences_say_the_facts(person: dict[str, Any], shift: dict[str, Any], sentence: str, advice: str) -> None:
    (failure,) = why(Town().person(**person).shift(**shift).problem(), 0, 0).failures

    assert failure.refusal.text % failure.refusal.params == sentence
    assert failure.refusal.fix % failure.refusal.params == advice


def test_what_the_person_cannot_change_is_marked_as_the_coordinators() -> None:
    problem = (
        Town(contracts=[0]).person(sex=FEMALE).shift(sex=MALE, contract=0, seats=[Role(staff=True, open=0, least=0)])
    )

    fixes = why(problem.problem(), 0, 0).fixes

    assert [fix.change for fix in fixes] == [
        Change.SWITCH_CAPACITY, Change.WAIVE_SEX, Change.EXTEND_CONTRACT, Change.OPEN_HEAD
    ]  # fmt: skip
    assert all(fix.by_coordinator for fix in fixes)


def test_a_fix_for_somebody_who_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="9 is not there"):
        applied(Town().person().problem(), [Fix(change=Change.WIDEN, person=9, metres=5)])


# Why a seat stays open.


def test_a_seat_nobody_could_take_names_the_rule_at_which_nobody_is_left() -> None:
    town = Town().person(languages=["english"]).person(languages=["mandarin"], free=[]).person(staff_of=1)
    problem = town.shift(seats=[Role(languages=["mandarin"])]).problem()

    short = why_open(problem, plan_of(problem), 0)

    assert short.kept_away == {"capacity": 1, "language": 1, "available": 1}
    assert short.reason.text % short.reason.params == "None of the 1 people left is free then."
    assert (short.eligible, short.free, short.missing) == (0, 0, 1)
    (fix,) = short.relaxation
    assert (fix.change, fix.person, fix.ends - fix.starts) == (Change.FREE, 2, HOUR)


def test_people_whom_the_plan_has_elsewhere_are_counted_with_what_is_worth_more() -> None:
    problem = Town().person().person(day=60).shift(priority=1).shift(priority=3).shift(starts=15 * HOUR).problem()

    short = why_open(problem, plan_of(problem, (0, 1), (1, 2)), 0)

    assert short.reason.code == "elsewhere"
    assert (short.eligible, short.elsewhere, short.worth_more, short.at_caps, short.free) == (2, 1, 1, 1, 0)


def test_an_incomplete_team_names_the_seat_it_lacks() -> None:
    problem = Town().person().person().shift(seats=[Role(open=3, least=1), Role(staff=True)]).problem()

    short = why_open(problem, plan_of(problem), 0)

    assert short.reason.code == "team"
    assert [(one.seat, one.least, one.could) for one in short.lacking] == [(2, 1, 0)]
    assert short.free == 2


@pytest.mark.parametrize(
    ("shift", "pairs", "code"),
    [
        ({"staffed": True}, [], "staffed"),
        ({"contract": 0}, [(1, 1)], "contract_used"),
        ({"at": (90_000.0, 0.0)}, [], "worthless"),
        ({}, [], "still_free"),
        ({}, [(0, 0)], "not_short"),
        ({"contract": 1}, [], "contract"),
    ],
)
def test_other_reasons(shift: dict[str, Any], pairs: list[tuple[int, int]], code: str) -> None:
    town = Town(contracts=[60, 0]).person().person().shift(**shift).shift(contract=0, starts=15 * HOUR)
    problem = town.problem()

    assert why_open(problem, plan_of(problem, *pairs), 0).reason.code == code


@settings(max_examples=40, deadline=None, derandomize=True)
@given(problems(7, 5))
def test_shortages_count_everybody_and_their_way_out_is_true(problem: Problem) -> None:
    plan, a = plan_of(problem), arrays(problem)
    for seat in range(problem.seat_count):
        short = why_open(problem, plan, seat, a=a)
        able = [person for person in range(problem.people_count) if not failing(problem, person, seat)]
        assert sum(short.kept_away.values()) + short.eligible == problem.people_count
        assert short.eligible == short.free == len(able)
        assert short.reason.text % short.reason.params
        if short.relaxation:
            mended = applied(problem, short.relaxation)
            assert sum(not failing(mended, person, seat) for person in range(problem.people_count)) > len(able)


# Why somebody is not asked.


def test_who_was_better_is_said_with_the_part_that_decided() -> None:
    problem = Town().person(at=(0.0, 500.0), likes=["visit"]).person(at=(0.0, 900.0)).shift().problem()

    said = why_unasked(problem, plan_of(problem, (0, 0)), 1)

    assert (said.reason.code, said.could, said.given) == ("others", 1, 0)
    assert said.better is not None
    assert (said.better.by, said.better.points, said.better.ahead) == ("preference", 200, 240)
    assert why_unasked(problem, plan_of(problem, (0, 0)), 0).reason.code == "given"


def test_the_change_that_would_open_most_seats_is_found() -> None:
    town = Town().person(languages=["mandarin"], reach=100.0, free=[(0, 12 * HOUR)])
    for starts in (8, 9, 10):
        town.shift(starts=starts * HOUR, seats=[Role(languages=["english"])])
    town.shift(starts=9 * HOUR, at=(900.0, 0.0)).shift(starts=DAY + HOUR)
    problem = town.problem()

    said = why_unasked(problem, plan_of(problem), 0)

    assert (
        said.reason.text % said.reason.params
        == "They can take none of 5 open places; the rule language keeps most from them."
    )
    assert said.barred == {"language": 3, "available": 1, "reach": 1}
    assert said.opening is not None
    assert said.opening.seats == 3
    assert [(fix.change, fix.code) for fix in said.opening.fixes] == [(Change.LEARN_LANGUAGE, "english")]


def test_without_open_seats_that_is_the_reason() -> None:
    problem = Town().person().shift(seats=[Role(open=0, least=0)]).problem()

    assert why_unasked(problem, plan_of(problem), 0).reason.code == "no_seats"


@settings(max_examples=30, deadline=None, derandomize=True)
@given(problems(5, 6))
def test_an_opening_opens_as_many_seats_as_it_says(problem: Problem) -> None:
    plan = plan_of(problem)
    for person in range(problem.people_count):
        said = why_unasked(problem, plan, person)
        assert said.reason.text % said.reason.params
        could = {seat for seat in range(problem.seat_count) if not failing(problem, person, seat)}
        assert said.could == len(could)
        if said.opening:
            mended = applied(problem, said.opening.fixes)
            after = {seat for seat in range(problem.seat_count) if not failing(mended, person, seat)}
            assert len(after - could) == said.opening.seats > 0
