"""The best week of one person at given prices, beside all sets of what they might take."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.matching.candidates import Depth, find
from app.matching.checker.lookups import Lookups
from app.matching.problem import Numbers, Problem
from app.matching.solver.model import Model, model
from app.matching.solver.schedules import best_schedule
from app.matching.solver.scratch import WIDEST, scratch
from tests.matching.problems import some_problem

EVERYBODY = Depth(single=20, team=20, each=0, staff=20)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.integers(0, 3000), st.sampled_from([60, 120, 200, 600, 3000]))
def test_the_best_week_is_the_best_of_all_sets_of_pairs(seed: int, price: int, cap: int) -> None:
    problem = some_problem(seed, people=5, shifts=9)
    capped = structs.replace(problem.people, week_minutes=np.minimum(problem.people.week_minutes, cap))
    problem = structs.replace(problem, people=capped)
    pairs = model(problem, find(problem, per_head=EVERYBODY, threads=1))
    cost = np.random.default_rng(seed).integers(0, price + 1, problem.seat_count).astype(np.float64)
    room = scratch(pairs)
    for person in range(len(pairs.people)):
        worth, count = best_schedule(pairs, person, cost, room)
        chosen = room.chosen[:count].tolist()
        assert sum(_worth(pairs, cost, chosen)) == worth
        best = _best_of_all_sets(problem, pairs, person, cost)
        if _counted_exactly(pairs, person):
            assert worth == best
        else:
            assert worth >= best


def _worth(pairs: Model, cost: Numbers, chosen: list[int]) -> list[float]:
    return [float(pairs.points[pair] - cost[pairs.seat[pair]]) for pair in chosen]


def _counted_exactly(pairs: Model, person: int) -> bool:
    """Whether no cap is cut into steps so long that minutes are rounded."""
    own = pairs.shift[pairs.seat[pairs.first[person] : pairs.first[person + 1]]]
    reach = min(int(pairs.week_left[person].clip(0, 10**6).max()), int(pairs.minutes[own].sum()))
    return reach <= WIDEST * pairs.unit


def _best_of_all_sets(problem: Problem, pairs: Model, person: int, cost: Numbers) -> float:
    own = [
        pair
        for pair in range(pairs.first[person], pairs.first[person + 1])
        if pairs.points[pair] > cost[pairs.seat[pair]]
    ]
    best = 0.0
    for bits in range(1 << len(own)):
        chosen = [pair for place, pair in enumerate(own) if bits >> place & 1]
        if _possible(problem, pairs, person, pairs.shift[pairs.seat[chosen]].astype(np.int64)):
            best = max(best, sum(_worth(pairs, cost, chosen)))
    return best


def _possible(problem: Problem, pairs: Model, person: int, shifts: np.ndarray) -> bool:
    for period, left in ((pairs.day, pairs.day_left), (pairs.week, pairs.week_left)):
        for when in np.unique(period[shifts]):
            if pairs.minutes[shifts][period[shifts] == when].sum() > left[person, when]:
                return False
    for place, one in enumerate(shifts):
        for other in shifts[place + 1 :]:
            if pairs.day[one] == pairs.day[other] and not _in_turn(problem, pairs, one, other):
                return False
    return True


def _in_turn(problem: Problem, pairs: Model, one: int, other: int) -> bool:
    way = Lookups(problem).travel_minutes(pairs.x[[one]], pairs.y[[one]], pairs.x[[other]], pairs.y[[other]])
    first, last = sorted((one, other), key=lambda shift: int(pairs.starts[shift]))
    return bool(pairs.ends[first] + way[0] <= pairs.starts[last])
