"""Exchanges zone by zone: several threads on one plan, and what they leave behind is one plan still."""

import numpy as np
import pytest

from app.matching.candidates import find
from app.matching.checker import check
from app.matching.problem import Ints, Plan, Prices, Problem
from app.matching.solver import zones as zones_of
from app.matching.solver.board import Board, board, taken_pairs
from app.matching.solver.chains import chain
from app.matching.solver.dual import Ascent
from app.matching.solver.improve import order_of_pairs, round_up
from app.matching.solver.model import Model, model
from app.matching.solver.zones import Zones
from benchmarks.matching.city import city

ROUNDS = 8


@pytest.fixture
def problem(monkeypatch: pytest.MonkeyPatch) -> Problem:
    """A city of four zones, some of whose contracts are short of minutes."""
    monkeypatch.setattr(zones_of, "SEATS_EACH", 300)
    return city(5_000, 1_500, seed=12)


def begun(problem: Problem) -> tuple[Model, Board, Zones, Zones]:
    """A plan from rough prices, with one or with two threads to improve it."""
    ascent = Ascent(model(problem, find(problem)), 2)
    for _ in ascent.steps([300.0] * 12):
        pass
    pairs, made = ascent.model, board(ascent.model)
    links = chain(pairs, 1, ascent.costs(), ascent.best_seat)
    round_up(pairs, made, links, order_of_pairs(pairs, ascent.share, ascent.costs()))
    return pairs, made, Zones(pairs, made, links, 1), Zones(pairs, made, links, 2)


def used(pairs: Model, taken: Ints) -> Ints:
    """Minutes of each contract in this plan."""
    shift = pairs.shift[pairs.seat[taken]]
    limited = pairs.contract[shift] >= 0
    minutes = pairs.minutes[shift][limited]
    count = len(pairs.contract_left)
    return np.bincount(pairs.contract[shift][limited], weights=minutes, minlength=count).astype(np.int32)


def test_zones_leave_one_plan_behind_that_is_worth_ever_more(problem: Problem) -> None:
    pairs, made, _, zones = begun(problem)
    values = [int(made.value[0])]
    for _ in range(ROUNDS):
        zones.stir()
        taken = taken_pairs(made)
        values.append(int(made.value[0]))
        assert values[-1] == pairs.points[taken].sum()
        assert (made.contract_left == pairs.contract_left - used(pairs, taken)).all()
        assert (made.filled == np.bincount(pairs.seat[taken], minlength=len(pairs.shift))).all()
    assert values == sorted(values)
    assert values[-1] > values[0] * 1.002
    person, seat = pairs.people[pairs.owner[taken]], pairs.seat[taken]
    order = np.lexsort((person, seat))
    nothing = Prices(
        seat=np.zeros(problem.seat_count, dtype=np.int64),
        contract=np.zeros(len(problem.contracts.ids), dtype=np.int64),
    )
    plan = Plan(person=person[order], seat=seat[order], value=values[-1], bound=values[-1], prices=nothing)
    assert check(problem, plan, prove=False).violations == ()


def test_the_number_of_threads_changes_nothing(problem: Problem) -> None:
    plans = []
    for threads in (0, 1):
        _, made, *zones = begun(problem)
        for _ in range(3):
            zones[threads].stir()
        plans.append(taken_pairs(made))
    assert np.array_equal(*plans)


def test_whoever_serves_in_two_zones_stays(problem: Problem) -> None:
    pairs, made, _, zones = begun(problem)
    place = zones_of._strips(pairs, 4, 0)
    assert (np.bincount(place) >= len(place) // 4).all()
    before = taken_pairs(made)
    of_pair, owner = place[pairs.shift[pairs.seat[before]]], pairs.owner[before]
    several = [one for one in np.unique(owner) if len(set(of_pair[owner == one])) > 1]
    assert several
    zones.stir()
    kept = np.isin(before, taken_pairs(made))
    assert kept[np.isin(owner, several)].all()
    assert not kept.all()


def test_minutes_are_shared_out_among_zones_and_come_together_again() -> None:
    left = np.array([10_000, 70, 0, -30], dtype=np.int64)
    for number in range(5):
        shares = np.array(zones_of._shares(left, 3, 120, number))
        assert (shares.sum(axis=0) == left).all()
        assert (shares[:, 0] >= 3_000).all()
        assert sorted(shares[:, 1]) == [0, 0, 70], "what is scarce is for one of them"
    assert len({tuple(np.argmax(zones_of._shares(left, 3, 120, number), axis=0)[1:2]) for number in range(3)}) == 3
