"""What people are charged for their time: it keeps a bound true over people who were never listed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.alike import alike
from app.matching.candidates import COMPLETE, Bar, Depth, Edges, bar, find, reaching
from app.matching.candidates.bar import reaches
from app.matching.problem import Ints, Numbers, Problem
from app.matching.solver.dual import Ascent, first_prices
from app.matching.solver.lists import (
    FALLING,
    FARTHER,
    FIRST,
    LENIENT,
    MUCH_FARTHER,
    NEARER,
    SOUGHT_BY_THE_HOUR,
    Lists,
)
from app.matching.solver.losses import less
from app.matching.solver.model import model
from benchmarks.matching.city import city
from tests.matching.problems import some_problem


def proven(problem: Problem, tolls_at: Numbers, cost: Numbers, *, by_the_hour: bool) -> tuple[int, int, int]:
    """The bound at these costs with everybody listed, with only those listed whom tolls at other costs leave, and how
    many pairs these have left out."""
    many = problem.people_count
    whole = find(problem, per_head=Depth(single=many, team=many, each=0, staff=many))
    pairs = model(problem, whole)
    all_of_them = at(Ascent(pairs, 2), cost)
    _, bound = all_of_them.certificate()
    costs = all_of_them.whole_costs()
    tolls = all_of_them.tolls(problem, tolls_at, by_the_hour=by_the_hour)
    some = reaching(problem, whole, bar(problem, np.floor(costs).astype(np.int64), tolls=tolls), 2)
    _, charged = all_of_them.over(model(problem, some)).certificate(tolls)
    return bound, charged, len(whole.person) - len(some.person)


def at(ascent: Ascent, cost: Numbers) -> Ascent:
    ascent.best_seat, ascent.best_contract = np.rint(cost), np.zeros_like(ascent.best_contract)
    return ascent


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.floats(0.2, 1.5), st.floats(0.2, 1.5), st.booleans())
def test_a_bound_is_true_over_people_who_were_left_out(seed: int, now: float, then: float, by_the_hour: bool) -> None:
    problem = some_problem(seed, people=12)
    dice = np.random.default_rng(seed)
    prices = dice.uniform(0, 1_500, problem.seat_count)
    bound, charged, _ = proven(problem, prices * then, prices * now, by_the_hour=by_the_hour)
    assert charged >= bound


@pytest.mark.parametrize("scarce", [False, True])
def test_at_their_own_costs_tolls_prove_as_much_as_everybody_listed(scarce: bool) -> None:
    problem = city(600, 200, seed=6, scarce=scarce)
    cost = np.rint(first_prices(model(problem, find(problem))) * 0.8)
    bound, charged, left_out = proven(problem, cost, cost, by_the_hour=False)
    assert left_out > 100
    assert bound <= charged <= bound * 1.01
    _, stale, _ = proven(problem, cost * 0.8, cost, by_the_hour=False)
    assert stale >= bound


def test_by_the_hour_hardly_less_is_proven_and_most_pairs_of_who_is_paid_are_left_out() -> None:
    problem = city(1_500, 500, seed=6)
    ascent = Ascent(model(problem, find(problem)), 2)
    list(ascent.steps(np.geomspace(500, 20, 80)))
    cost = np.rint(ascent.costs())
    bound, charged, left_out = proven(problem, cost, cost, by_the_hour=True)
    assert bound <= charged <= bound * 1.01
    assert left_out > proven(problem, cost, cost, by_the_hour=False)[2]


def test_lists_reach_farther_where_many_seats_alike_are_held_back_by_them() -> None:
    problem = city(3_000, 900, seed=4)
    edges = find(problem, per_head=Depth(single=2, team=1, each=1, staff=1))
    ascent = Ascent(model(problem, edges), 2)
    sought: list[Ints] = []

    def seek(depth: Ints, above: Bar) -> Edges:
        sought.append(depth)
        return find(problem, depth=depth, above=above)

    lists = Lists(problem, edges, seek, 2)
    held, wanted = ascent.held_back(), alike(problem)
    falling = (np.bincount(wanted, weights=held) / np.bincount(wanted) > FALLING)[wanted]
    assert 0 < falling.sum() < len(falling)
    nothing = np.zeros(0, dtype=np.int32)
    tolls = ascent.tolls(problem, ascent.costs_now(), by_the_hour=True)
    renewed = lists.renewed(ascent, (nothing, nothing))
    assert (sought[0][~held] == 0).all()
    cost = np.floor(ascent.costs_now() - FIRST * np.where(falling, MUCH_FARTHER, np.where(held, FARTHER, NEARER)))
    whole = find(problem, per_head=Depth(single=3_000, team=3_000, each=0, staff=3_000))
    strictly = np.maximum(cost, np.floor(ascent.costs_now() - SOUGHT_BY_THE_HOUR))
    above = bar(problem, cost.astype(np.int64), strictly.astype(np.int64), less(tolls, LENIENT))
    left_out = 0
    for seat in np.flatnonzero(sought[0]):
        rows = range(whole.first[seat], whole.first[seat + 1])
        shift = problem.seats.shift[seat]
        starts, ends = int(problem.shifts.starts[shift]), int(problem.shifts.ends[shift])
        there = [
            int(whole.points[row])
            for row in rows
            if reaches(above, seat, int(whole.person[row]), int(whole.points[row]), starts, ends)
        ]
        left_out += len(rows) - len(there)
        many = sought[0][seat]
        assert renewed.rest[seat] == max(cost[seat], there[many] if len(there) > many else COMPLETE)
    assert left_out
