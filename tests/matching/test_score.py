"""Points are whole, each part is what its formula says, and the parts add up to what the solver counts."""

import pytest
from hypothesis import given, settings

from app.matching.arrays import arrays
from app.matching.problem import FOREVER, Problem, Weights
from app.matching.score import Score, parts, parts_of, points
from tests.matching.problems import problems
from tests.matching.town import DAY, NOWHERE, Town

NOTHING = Score(
    fill=1000,
    urgent=0,
    continuity=0,
    preference=0,
    travel=0,
    reliability=150,
    load=0,
    opportunity=0,
    community=0,
    keep=0,
)


def test_a_stranger_next_door_is_worth_the_seat_and_the_middle_of_reliability() -> None:
    score = parts(Town().person().shift().problem(), 0, 0)
    assert score == NOTHING
    assert score.total == 1150


@pytest.mark.parametrize(
    ("part", "points", "person", "shift"),
    [
        ("fill", 5000, {}, {"priority": 5}),
        ("urgent", 200, {}, {"deadline": 7 * DAY}),
        ("urgent", 0, {}, {"deadline": 7 * DAY + 1}),
        ("urgent", 0, {}, {"deadline": FOREVER}),
        ("continuity", 300, {"knows": [7]}, {"served": 7}),
        ("continuity", 0, {"knows": [7], "barred": [7]}, {"served": 7}),
        ("continuity", 0, {"knows": [0]}, {"served": 0}),
        ("preference", 200, {"likes": ["meals"]}, {"kind": "meals"}),
        ("travel", -125, {"at": (0.0, 1250.0)}, {}),
        ("travel", -300, {"at": NOWHERE}, {}),
        ("travel", -300, {}, {"at": NOWHERE}),
        ("reliability", 300, {"reliability": 1.0}, {}),
        ("reliability", 0, {"reliability": 0.0}, {}),
        ("load", -30, {"served": 90}, {}),
        ("load", -300, {"served": 90_000}, {}),
        ("opportunity", 120, {"unasked": 12}, {}),
        ("opportunity", 300, {"unasked": 365}, {}),
        ("community", 75, {}, {"community": 0}),
        ("community", 0, {}, {"community": -1}),
        ("keep", 1200, {"before": [0]}, {}),
    ],
)
def test_each_part_is_what_its_formula_says(
    part: str, points: int, person: dict[str, object], shift: dict[str, object]
) -> None:
    problem = Town(empty_share=[0.25]).person(**person).shift(**shift).problem()
    assert getattr(parts(problem, 0, 0), part) == points


def test_halves_are_rounded_upward_part_by_part() -> None:
    weights = Weights(travel=1, reliability=5, load=1)
    score = parts(Town(weights=weights).person(at=(0.0, 500.0), served=30).shift().problem(), 0, 0)
    assert (score.travel, score.reliability, score.load) == (-1, 3, -1)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems())
def test_the_parts_add_up(problem: Problem) -> None:
    a = arrays(problem)
    for person in range(problem.people_count):
        for seat in range(problem.seat_count):
            assert parts_of(a, person, seat).total == points(a, person, seat)
