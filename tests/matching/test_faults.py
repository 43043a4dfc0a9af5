"""What makes a problem unsolvable is refused, what is merely strange is said, and an empty one is neither."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from app.matching.checker.bound import every_pair
from app.matching.checker.lookups import Lookups
from app.matching.faults import Faults, faults
from app.matching.problem import MALE, NEVER, Problem, Travel, Weights, Words
from tests.matching.problems import problems
from tests.matching.town import DAY, HOUR, NOWHERE, Role, Span, Town


def codes(found: Faults) -> tuple[list[str], list[str]]:
    for one in [*found.refused, *found.said]:
        assert one.text % one.params
    return [one.code for one in found.refused], [one.code for one in found.said]


def with_column(problem: Problem, table: str, column: str, values: Any) -> Problem:
    of = getattr(problem, table)
    now = getattr(of, column)
    return replace(problem, **{table: replace(of, **{column: np.array(values, dtype=now.dtype)})})


GOOD = (
    Town(contracts=[600], empty_share=[0.5]).person().person().shift(contract=0).shift(seats=[Role(), Role()]).problem()
)


def test_nothing_is_wrong_with_a_good_problem() -> None:
    assert codes(faults(GOOD)) == ([], [])


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (with_column(GOOD, "people", "x", [1.0]), "length"),
        (replace(GOOD, empty_share=np.zeros(3, np.float32)), "length"),
        (with_column(GOOD, "spans", "first", [0, 1, 0]), "order"),
        (with_column(GOOD, "seats", "shift", [1, 0, 1]), "order"),
        (with_column(GOOD, "shifts", "contract", [0, 7]), "nowhere"),
        (with_column(GOOD, "shifts", "kind", [0, 3]), "nowhere"),
        (with_column(GOOD, "seats", "skills", [0, 0, 8]), "no_word"),
        (replace(GOOD, words=Words(kinds=tuple(map(str, range(65))))), "too_many_words"),
        (replace(GOOD, days=np.array([0, 9, 9], np.int32)), "days"),
        (with_column(GOOD, "people", "ids", [4, 4]), "twice"),
        (with_column(GOOD, "seats", "ids", [1, 2, 2]), "twice"),
        (replace(GOOD, weights=Weights(travel=-1)), "weight"),
        (replace(GOOD, weights=Weights(fill=10**7)), "weight"),
        (replace(GOOD, travel=Travel(metres_per_minute=0)), "travel"),
        (with_column(GOOD, "shifts", "ends", [540, 540]), "backwards"),
        (with_column(GOOD, "shifts", "priority", [0, 6]), "priority"),
        (with_column(GOOD, "seats", "open", [1, 0, 1]), "heads"),
        (with_column(GOOD, "seats", "least", [1, -1, 1]), "heads"),
        (with_column(GOOD, "shifts", "staff_there", [0, -1]), "there"),
        (with_column(GOOD, "shifts", "x", [0.0, np.inf]), "endless"),
        (with_column(GOOD, "people", "reliability", [0.5, np.nan]), "reliability"),
        (with_column(GOOD, "people", "reach", [0.5, np.nan]), "reach"),
        (replace(GOOD, empty_share=np.array([np.nan], np.float32)), "empty_share"),
        (Town().person(spans=[Span(600, 540)]).problem(), "span_backwards"),
    ],
)
def test_contradictions_are_refused(problem: Problem, code: str) -> None:
    refused, _ = codes(faults(problem))

    assert code in refused
    assert not faults(problem).solvable


@pytest.mark.parametrize(
    ("person", "shift", "code"),
    [
        ({"free": []}, {}, "never_free"),
        ({"day": 0}, {}, "no_minutes"),
        ({"at": NOWHERE}, {}, "no_home"),
        ({}, {"at": NOWHERE}, "no_place"),
        ({"likes": ["meals"], "refuses": ["meals"]}, {}, "liked_and_refused"),
        ({}, {"starts": -10}, "outside"),
        ({}, {"starts": 7 * DAY - 30}, "outside"),
        ({}, {"seats": []}, "no_seats"),
        ({}, {"deadline": 8 * HOUR}, "too_late"),
        ({}, {"staffed": True}, "alone"),
        ({"staff_of": 1}, {}, "unfillable_capacity"),
        ({"minor": True}, {"adults_only": True}, "unfillable_adults"),
        ({}, {"sex": MALE}, "unfillable_sex"),
        ({"skills": []}, {"seats": [Role(skills=["driving"])]}, "unfillable_skills"),
        ({"languages": []}, {"seats": [Role(languages=["english"])]}, "unfillable_languages"),
        ({"credentials": {"check": NEVER}}, {"seats": [Role(credentials=["check"])]}, "unfillable_credentials"),
    ],
)
def test_strange_things_are_said_and_can_be_solved(person: dict[str, Any], shift: dict[str, Any], code: str) -> None:
    refused, said = codes(faults(Town().person(**person).shift(**shift).problem()))

    assert refused == []
    assert code in said


def test_a_seat_that_asks_for_what_exists_but_not_together_is_said_as_that() -> None:
    town = Town().person(skills=["driving"], languages=["english"]).person(skills=["cooking"], languages=["mandarin"])
    town.shift(seats=[Role(skills=["driving"], languages=["mandarin"])])

    assert codes(faults(town.problem()))[1] == ["unfillable"]


def test_nobody_and_nothing_are_fine_and_said() -> None:
    assert codes(faults(Town().problem())) == ([], ["nobody", "nothing"])
    assert codes(faults(Town().person().problem())) == ([], ["nothing"])
    assert codes(faults(Town().shift().problem())) == ([], ["nobody"])
    assert codes(faults(replace(GOOD, contracts=replace(GOOD.contracts, minutes_left=np.array([0])))))[1] == ["used_up"]
    assert codes(faults(replace(GOOD, zone="Mars/Base")))[1] == ["zone"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problems())
def test_random_problems_are_solvable_and_their_unfillable_seats_have_no_eligible_person(problem: Problem) -> None:
    found = faults(problem)

    assert found.solvable
    fillable = set(problem.seats.ids[every_pair(Lookups(problem))[1]].tolist())
    named = {one.params["id"] for one in found.said if one.code.startswith("unfillable")}
    assert not fillable & named
