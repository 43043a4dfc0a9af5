"""The checker finds each fault by itself, and nothing where nothing is wrong."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.matching.checker import Verdict, check
from app.matching.checker.bound import bound, every_pair, offers
from app.matching.checker.lookups import Lookups
from app.matching.checker.schedules import Work, best_schedule, speed
from app.matching.checker.search import most_possible
from app.matching.checker.worth import points
from app.matching.problem import FEMALE, MALE, NEVER, Plan, Prices, Problem, Travel
from tests.matching.brute import best_value
from tests.matching.problems import problems, some_problem
from tests.matching.town import DAY, HOUR, NOWHERE, Role, Span, Town

Pairs = Sequence[tuple[int, int]]


def plan_of(problem: Problem, pairs: Pairs, **changed: Any) -> Plan:
    """A plan of these people and seats that tells the truth, but for what is changed."""
    person = np.array([person for person, _ in pairs], dtype=np.int32)
    seat = np.array([seat for _, seat in pairs], dtype=np.int32)
    value = int(points(Lookups(problem), person.astype(np.int64), seat.astype(np.int64)).sum())
    free = Prices(
        seat=np.zeros(problem.seat_count, dtype=np.int64), contract=np.zeros(len(problem.contracts.ids), dtype=np.int64)
    )
    truth = Plan(
        person=person, seat=seat, value=value, bound=max(value, most_possible(Lookups(problem)) or 0), prices=free
    )
    return replace(truth, **changed)


def codes(verdict: Verdict) -> list[str]:
    for one in verdict.violations:
        assert one.text % one.params
    return [one.code for one in verdict.violations]


def one_pair(person: dict[str, Any], shift: dict[str, Any], **town: Any) -> Problem:
    return Town(**town).person(**person).shift(**shift).problem()


@pytest.mark.parametrize(
    ("person", "shift", "broken"),
    [
        ({}, {}, None),
        ({"staff_of": 1}, {}, "capacity"),
        ({"staff_of": 2}, {}, None),
        ({}, {"seats": [Role(staff=True)]}, "capacity"),
        ({"staff_of": 1}, {"seats": [Role(staff=True)]}, None),
        ({"minor": True}, {"adults_only": True}, "adults"),
        ({"sex": FEMALE}, {"sex": MALE}, "sex"),
        ({"skills": ["cooking"]}, {"seats": [Role(skills=["cooking", "driving"])]}, "skill"),
        ({"languages": ["english"]}, {"seats": [Role(languages=["cantonese", "mandarin"])]}, "language"),
        ({"languages": ["cantonese"]}, {"seats": [Role(languages=["cantonese", "mandarin"])]}, None),
        ({"credentials": {"check": 10 * HOUR - 1}}, {"seats": [Role(credentials=["check"])]}, "credential"),
        ({"credentials": {"check": 10 * HOUR}}, {"seats": [Role(credentials=["check"])]}, None),
        ({"credentials": {"check": NEVER}}, {"seats": [Role(credentials=["check"])]}, "credential"),
        ({"refuses": ["meals"]}, {"kind": "meals"}, "refused"),
        ({"barred": [7]}, {"served": 7}, "barred"),
        ({"barred": [7]}, {"served": 8}, None),
        ({"declined": [0]}, {}, "declined"),
        ({"free": [(0, 9 * HOUR + 45)]}, {}, "available"),
        ({"free": [(9 * HOUR, 10 * HOUR)]}, {}, None),
        ({"at": (3000.0, 4000.0), "reach": 4999.0}, {}, "reach"),
        ({"at": (3000.0, 4000.0), "reach": 5000.0}, {}, None),
        ({"at": NOWHERE, "reach": 0.0}, {}, None),
        ({"day": 59}, {}, "day"),
        ({"week": 59}, {}, "week"),
        ({"day": 60, "week": 60}, {}, None),
        ({"spans": [Span(8 * HOUR, 9 * HOUR, (0.0, 0.0))]}, {}, None),
        ({"spans": [Span(8 * HOUR, 9 * HOUR + 1, (0.0, 0.0))]}, {}, "busy"),
        ({"spans": [Span(8 * HOUR, 9 * HOUR, (1000.0, 0.0))]}, {}, "busy"),
        ({"spans": [Span(8 * HOUR, 9 * HOUR - 11, (1000.0, 0.0))]}, {}, None),
        ({"spans": [Span(8 * HOUR, 9 * HOUR - 10, (1000.0, 0.0))]}, {}, "busy"),
        ({"day": 119, "spans": [Span(0, HOUR, (0.0, 0.0))]}, {}, "day"),
        ({"day": 119, "spans": [Span(0, HOUR, (0.0, 0.0), counts=False)]}, {}, None),
        ({"day": 119, "spans": [Span(DAY, DAY + HOUR, (0.0, 0.0))]}, {}, None),
        ({"week": 119, "spans": [Span(DAY, DAY + HOUR, (0.0, 0.0))]}, {}, "week"),
        ({}, {"seats": [Role(open=0, least=0)]}, "full"),
        ({}, {"seats": [Role(open=2, least=2)]}, "team"),
        ({}, {"staffed": True}, "staffed"),
        ({}, {"staffed": True, "staff_there": 1}, None),
        ({"staff_of": 1}, {"staffed": True, "volunteers_there": 3, "seats": [Role(staff=True)]}, None),
        ({}, {"contract": 0}, "contract"),
    ],
)
def test_each_rule_is_found_broken_by_itself(person: dict[str, Any], shift: dict[str, Any], broken: str | None) -> None:
    problem = one_pair(person, shift, contracts=[59])

    found = codes(check(problem, plan_of(problem, [(0, 0)]), prove=False))

    assert found == ([broken] if broken else [])


def test_a_shift_that_has_begun_is_past_and_nobody_is_known_to_be_free_for_it() -> None:
    problem = one_pair({}, {"starts": -30})

    assert set(codes(check(problem, plan_of(problem, [(0, 0)]), prove=False))) == {"past", "available"}


@pytest.mark.parametrize(
    ("second", "broken"),
    [
        ({"starts": 10 * HOUR}, None),
        ({"starts": 9 * HOUR + 59}, "overlap"),
        ({"starts": 9 * HOUR + 15, "minutes": 30}, "overlap"),
        ({"starts": 10 * HOUR + 10, "at": (1000.0, 0.0)}, "travel"),  # 5 min and 1300 m at 250 m/min
        ({"starts": 10 * HOUR + 11, "at": (1000.0, 0.0)}, None),
        ({"starts": 10 * HOUR + 29, "at": NOWHERE}, "travel"),
        ({"starts": 10 * HOUR + 30, "at": NOWHERE}, None),
        ({"starts": 15 * HOUR, "minutes": 61}, "day"),
        ({"starts": DAY, "minutes": 61}, None),
        ({"starts": DAY, "minutes": 121}, "week"),
    ],
)
def test_what_a_person_cannot_do_together_is_found(second: dict[str, Any], broken: str | None) -> None:
    problem = Town().person(day=120 if broken == "day" else 300, week=180).shift().shift(**second).problem()

    found = codes(check(problem, plan_of(problem, [(0, 0), (0, 1)]), prove=False))

    assert found == ([broken] if broken else [])


def test_shifts_with_an_unknown_place_between_them_are_compared_with_each_other_too() -> None:
    far = (40_000.0, 0.0)
    town = Town(travel=Travel(unknown_minutes=0)).person()
    town.shift(starts=9 * HOUR).shift(starts=10 * HOUR, at=NOWHERE, minutes=30).shift(starts=10 * HOUR + 30, at=far)
    problem = town.problem()

    assert codes(check(problem, plan_of(problem, [(0, 0), (0, 1), (0, 2)]), prove=False)) == ["travel"]


def test_heads_teams_and_contracts_are_counted_over_everybody() -> None:
    town = Town(contracts=[120]).person().person().person()
    town.shift(contract=0, seats=[Role(open=2, least=1), Role(open=1, least=1)])
    problem = town.problem()

    assert codes(check(problem, plan_of(problem, [(0, 0), (1, 0)]), prove=False)) == ["team"]
    assert codes(check(problem, plan_of(problem, [(0, 0), (1, 1)]), prove=False)) == []
    assert codes(check(problem, plan_of(problem, [(0, 0), (1, 0), (2, 1)]), prove=False)) == ["contract"]
    crowded = codes(check(problem, plan_of(problem, [(0, 1), (1, 1), (2, 0)]), prove=False))
    assert crowded == ["full", "contract"]


def test_a_social_worker_makes_a_staffed_team_whole() -> None:
    town = Town().person().person(staff_of=1).shift(staffed=True, seats=[Role(), Role(staff=True, least=0)])
    problem = town.problem()

    assert codes(check(problem, plan_of(problem, [(0, 0)]), prove=False)) == ["staffed"]
    assert codes(check(problem, plan_of(problem, [(0, 0), (1, 1)]), prove=False)) == []


def test_positions_that_do_not_exist_and_doubles_are_said_and_left_out() -> None:
    problem = one_pair({}, {})
    truth = plan_of(problem, [(0, 0)])
    pairs = {"person": np.array([0, 0, 1, 0, -1], np.int32), "seat": np.array([0, 0, 0, 5, 0], np.int32)}

    verdict = check(problem, replace(truth, **pairs), prove=False)

    assert codes(verdict) == ["nowhere", "nowhere", "nowhere", "twice"]
    assert verdict.value == truth.value
    assert codes(check(problem, replace(truth, seat=truth.seat[:0]), prove=False)) == ["lengths"]


def test_a_wrong_value_and_a_bound_below_it_are_found() -> None:
    problem = one_pair({}, {})
    truth = plan_of(problem, [(0, 0)])

    assert codes(check(problem, truth)) == []
    assert codes(check(problem, replace(truth, value=truth.value + 1))) == ["value"]
    assert codes(check(problem, replace(truth, bound=truth.value - 1))) == ["below"]


def test_a_bound_must_be_proven_by_prices_or_by_searching_everything() -> None:
    problem = Town().person().person().shift(priority=5).shift(priority=2).problem()
    half = plan_of(problem, [(0, 1)])
    best = most_possible(Lookups(problem))
    assert best is not None

    assert check(problem, half).bound == best
    assert codes(check(problem, replace(half, bound=best))) == []
    assert codes(check(problem, replace(half, bound=best - 1))) == ["bound"]


def test_prices_of_another_problem_or_below_nothing_prove_nothing() -> None:
    problem = one_pair({}, {"contract": 0}, contracts=[600])
    truth = plan_of(problem, [(0, 0)])
    short = Prices(seat=np.zeros(0, np.int64), contract=truth.prices.contract)
    negative = Prices(seat=truth.prices.seat, contract=np.array([-1]))

    assert codes(check(problem, replace(truth, prices=short))) == ["prices"]
    assert codes(check(problem, replace(truth, prices=negative))) == ["negative"]


def test_an_empty_plan_of_nothing_is_right() -> None:
    for problem in (Town().problem(), Town().person().problem(), Town().shift().problem()):
        verdict = check(problem, plan_of(problem, []))
        assert verdict.good
        assert (verdict.value, verdict.bound) == (0, 0)


def test_many_faults_are_counted_and_not_all_told() -> None:
    problem = Town().person().shift(seats=[Role(open=0, least=0) for _ in range(30)]).problem()

    verdict = check(problem, plan_of(problem, [(0, seat) for seat in range(30)]), prove=False)

    assert len(verdict.violations) == 200
    assert verdict.more == 30 + 30 * 29 // 2 - 200


SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SEEDS, st.sampled_from((0, 300, 2500)))
def test_no_prices_prove_less_than_the_best_plan_is_worth(seed: int, scale: int) -> None:
    problem, luck = some_problem(seed, 7, 5), np.random.default_rng(seed)
    prices = Prices(
        seat=luck.integers(-scale // 3, scale + 1, problem.seat_count),
        contract=luck.integers(0, 5 * scale + 1, len(problem.contracts.ids)),
    )
    look, best = Lookups(problem), best_value(problem)

    proven = bound(look, prices)

    assert proven is not None
    assert best is None or (proven >= best and most_possible(look) == best)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(problems(8, 6), st.integers(0, 2000))
def test_no_eligible_pair_escapes_the_search_for_pairs_above_their_price(problem: Problem, price: int) -> None:
    look = Lookups(problem)
    person, seat = every_pair(look)
    contract = np.zeros(len(problem.contracts.ids), dtype=np.int64)
    prices = Prices(seat=np.full(problem.seat_count, price, dtype=np.int64), contract=contract)
    wanted = points(look, person, seat) > price

    found = offers(look, prices)

    assert set(zip(found.person.tolist(), found.seat.tolist(), strict=True)) == set(
        zip(person[wanted].tolist(), seat[wanted].tolist(), strict=True)
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(SEEDS, st.booleans())
def test_the_best_schedule_is_the_best_of_all_sets_of_shifts(seed: int, known: bool) -> None:
    luck = np.random.default_rng(seed)
    count = int(luck.integers(0, 9))
    starts = np.sort(luck.integers(0, 4 * 24, count) * 30)
    spots = np.array([[0.0, 0.0], [1500.0, 0.0], [9000.0, 0.0], [0.0, 0.0] if known else [np.nan, np.nan]])
    at = spots[luck.integers(0, 4, count)]
    work = Work(
        starts=starts,
        ends=starts + luck.choice([30, 60, 90, 240], count),
        x=at[:, 0].copy(),
        y=at[:, 1].copy(),
        worth=luck.integers(1, 1000, count),
        day=starts // DAY,
        week=starts // (2 * DAY),
        day_left=luck.integers(0, 8, 3) * 60,
        week_left=luck.integers(0, 10, 3) * 60,
    )
    travel = Travel(unknown_minutes=10)

    assert best_schedule(work, speed(travel)) == _best_of_all_sets(work, travel)


def _best_of_all_sets(work: Work, travel: Travel) -> int:
    look = Lookups(Town(travel=travel).problem())
    best = 0
    for bits in range(1 << len(work.worth)):
        chosen = [item for item in range(len(work.worth)) if bits >> item & 1]
        minutes = work.ends - work.starts
        capped = ((work.day, work.day_left), (work.week, work.week_left))
        if any(
            minutes[[i for i in chosen if part[i] == when]].sum() > left[when]
            for part, left in capped
            for when in range(3)
        ):
            continue
        pairs = [(one, other) for place, one in enumerate(chosen) for other in chosen[place + 1 :]]
        early, late = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        way = look.travel_minutes(work.x[early], work.y[early], work.x[late], work.y[late])
        if (work.ends[early] + way <= work.starts[late]).all():
            best = max(best, int(work.worth[chosen].sum()))
    return best
