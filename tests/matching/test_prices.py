"""Prices on their way: how far they go, when they grow fine, and what minutes cost at given costs of heads."""

from itertools import product

import numpy as np
import pytest

from app.matching.alike import alike
from app.matching.candidates import find
from app.matching.problem import Numbers
from app.matching.solver import Stop, stop
from app.matching.solver.contracts import share_out
from app.matching.solver.dual import first_prices
from app.matching.solver.model import Model, model
from app.matching.solver.motion import SHORTEST, Motion
from app.matching.solver.pace import Pace
from app.matching.solver.stop import Effort
from app.matching.solver.teams import teams_value
from benchmarks.matching.city import city


@pytest.fixture(scope="module")
def pairs() -> Model:
    problem = city(3_000, 900, seed=4)
    return model(problem, find(problem))


def proven(pairs: Model, cost: Numbers, contract: Numbers) -> float:
    """What shifts and contracts add to the bound when heads cost this and minutes that."""
    limited = pairs.contract[pairs.shift] >= 0
    per_minute = np.where(limited, contract[pairs.contract[pairs.shift]], 0.0)
    price = cost - per_minute * pairs.minutes[pairs.shift]
    return float(teams_value(pairs, price) + contract @ np.maximum(pairs.contract_left, 0))


def test_no_other_price_of_a_contracts_minutes_proves_less(pairs: Model) -> None:
    cost = first_prices(pairs)
    contract, price = np.zeros(len(pairs.contract_left)), np.zeros(len(cost))
    share_out(pairs, cost, contract, price)
    dear = np.flatnonzero(contract > 0)
    assert len(dear) > 5, "some contracts are too small for all that is wanted of them"
    least = proven(pairs, cost, contract)
    for number, change in product(dear, (-3.0, -0.3, 0.3, 3.0)):
        other = contract.copy()
        other[number] = max(other[number] + change, 0.0)
        # Halving stops near the best price: within these points of it.
        assert proven(pairs, cost, other) >= least - 0.01 * pairs.contract_left[number]


def test_the_price_of_minutes_is_found_from_anywhere(pairs: Model) -> None:
    cost = first_prices(pairs)
    found = []
    for begin in (0.0, 7.0, 4_000.0):
        contract, price = np.full(len(pairs.contract_left), begin), np.zeros(len(cost))
        share_out(pairs, cost, contract, price)
        found.append(proven(pairs, cost, contract))
    assert max(found) - min(found) <= 1e-4 * min(found)


def test_steps_grow_while_the_slope_keeps_its_sign_and_shrink_while_it_does_not() -> None:
    motion = Motion(3, 10.0)
    steps = np.array([motion.towards(np.array([1.0, (-1.0) ** turn, 0.0]), 1_000.0) for turn in range(40)])
    assert steps[-1, 0] > 10 * steps[5, 0] > 0
    assert abs(steps[-1, 1]) <= SHORTEST
    assert (steps[:, 2] == 0).all()
    assert abs(motion.towards(np.ones(3), 25.0)).max() <= 25.0


def test_steps_go_from_far_to_fine() -> None:
    pace = Pace(Effort(Stop()), 10, 1_000.0, 1.0, share=0.5)
    half = list(pace.sizes(0.5))
    whole = half + list(pace.sizes(1.0))
    assert (len(half), len(whole)) == (5, 10)
    assert whole[0] == 1_000.0
    assert np.allclose(np.diff(np.log(whole)), np.log(1 / 1_000) / 10)


def test_steps_grow_fine_sooner_where_there_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(stop.time, "monotonic", lambda: now[0])
    effort = Effort(Stop(seconds=100.0))
    now[0] = 10.0  # of the 60 seconds for prices
    pace, sizes = Pace(effort, 1_000, 1_000.0, 1.0, share=0.6), []
    for size in pace.sizes(1.0):
        sizes.append(size)
        now[0] += 5.0
    assert np.allclose(np.log(sizes), np.log(1_000) * (1 - np.arange(10) / 10))


def test_what_lies_between_two_steps_leaves_none_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(stop.time, "monotonic", lambda: now[0])
    pace, sizes = Pace(Effort(Stop(seconds=100.0)), 10, 1_000.0, 1.0, share=1.0), []
    for size in pace.sizes(0.5):
        sizes.append(size)
        now[0] += 2.0
    now[0] = 70.0
    for size in pace.sizes(1.0):
        sizes.append(size)
        now[0] += 2.0
    assert np.allclose(np.log(sizes), np.log(1_000) * (1 - np.arange(10) / 10))


def test_seats_are_alike_when_they_ask_for_the_same() -> None:
    problem = city(50, 400, seed=2)
    shifts, seats = problem.shifts, problem.seats
    asked = list(
        zip(shifts.kind[seats.shift], seats.staff, seats.skills, seats.languages, seats.credentials, strict=True)
    )
    number = alike(problem)
    assert len(set(asked)) == number.max() + 1 > 10
    assert len(set(zip(asked, number, strict=True))) == len(set(asked))
