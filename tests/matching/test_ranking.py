"""The ranking for one seat is what a full scan gives, with a reason for everybody who is not in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.arrays import arrays
from app.matching.candidates import Index
from app.matching.eligibility import failing_rules
from app.matching.problem import Problem
from app.matching.ranking import best, rules_of_everyone
from app.matching.score import parts
from benchmarks.matching.city import city
from tests.matching.problems import problems
from tests.matching.test_candidates import full_scan
from tests.matching.town import Role, Town


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems(), st.integers(0, 5))
def test_the_best_are_those_of_a_full_scan(problem: Problem, count: int) -> None:
    index = Index(problem)
    for seat in range(problem.seat_count):
        ranked = best(index, seat, count)
        assert [(row.points, row.person) for row in ranked] == full_scan(problem, seat)[:count]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems())
def test_everybody_else_has_a_reason(problem: Problem) -> None:
    index, a = Index(problem), arrays(problem)
    for seat in range(problem.seat_count):
        expected = [int(failing_rules(a, person, seat)) for person in range(problem.people_count)]
        assert rules_of_everyone(index, seat).tolist() == expected


def test_at_equal_points_the_least_recently_asked_comes_first_and_then_the_lower_identity() -> None:
    town = Town().person(id=30, unasked=40).person(id=20, unasked=40).person(id=10, unasked=50).person(id=5, unasked=31)
    ranked = best(Index(town.shift().problem()), 0)
    assert [row.person for row in ranked] == [2, 1, 0, 3]
    assert len({row.points for row in ranked}) == 1


def test_a_ranked_person_comes_with_the_parts_of_the_score() -> None:
    problem = city(400, 40, seed=2)
    row = best(Index(problem), 3, 1)[0]
    assert row.score == parts(problem, row.person, 3)
    assert row.score.total == row.points


def test_a_full_seat_ranks_nobody() -> None:
    assert best(Index(Town().person().shift(seats=[Role(open=0, least=0)]).problem()), 0) == []
