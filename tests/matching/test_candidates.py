"""The candidate lists are exactly the best few that a full scan finds, and what they leave out is bounded truly."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.alike import alike
from app.matching.arrays import arrays
from app.matching.candidates import (
    COMPLETE,
    Bar,
    Depth,
    Edges,
    Index,
    Tolls,
    bar,
    cost_of_head,
    find,
    reaching,
    replaced,
)
from app.matching.candidates import index as indexing
from app.matching.candidates.bar import DUE
from app.matching.candidates.edges import UNSEEN
from app.matching.eligibility import Rule, failing_rules
from app.matching.problem import SLOT_MINUTES, Ints, Prices, Problem
from app.matching.score import points
from benchmarks.matching.city import city
from tests.matching.problems import problems, some_problem
from tests.matching.town import DAY, HOUR, Role, Town

SHALLOW = Depth(single=2, team=1, each=1, staff=1)


def full_scan(problem: Problem, seat: int) -> list[tuple[int, int]]:
    """Everybody who may take the seat as (points, person): most points first, then least recently asked, then by id."""
    a, people = arrays(problem), problem.people
    worth = {
        person: int(points(a, person, seat))
        for person in range(problem.people_count)
        if failing_rules(a, person, seat) == Rule(0)
    }
    order = sorted(worth, key=lambda person: (-worth[person], -people.days_unasked[person], people.ids[person]))
    return [(worth[person], person) for person in order]


def listed(edges: Edges, seat: int) -> list[tuple[int, int]]:
    rows = slice(edges.first[seat], edges.first[seat + 1])
    return list(zip(edges.points[rows].tolist(), edges.person[rows].tolist(), strict=True))


def assert_exact(problem: Problem, edges: Edges, depth: Depth) -> None:
    for seat, many in enumerate(depth.of(problem)):
        everybody = full_scan(problem, seat)
        assert listed(edges, seat) == everybody[:many]
        assert edges.rest[seat] == (everybody[many][0] if len(everybody) > many else COMPLETE)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems(), st.sampled_from([SHALLOW, Depth()]))
def test_the_lists_are_those_of_a_full_scan(problem: Problem, depth: Depth) -> None:
    assert_exact(problem, find(problem, per_head=depth, threads=1), depth)


@pytest.mark.parametrize("scarce", [False, True])
def test_in_a_city_too(scarce: bool) -> None:
    problem = city(400, 60, seed=3, scarce=scarce)
    depth = Depth(single=5, team=4, each=1, staff=2)
    assert_exact(problem, find(problem, per_head=depth), depth)


def test_lists_of_lengths_of_their_own_are_those_of_a_full_scan() -> None:
    problem = city(400, 90, seed=3)
    depth = np.random.default_rng(5).choice([0, 2, 300], size=problem.seat_count).astype(np.int32)
    assert np.bincount(alike(problem), weights=depth).max() > problem.people_count, "no seats are looked for together"
    edges = find(problem, depth=depth)
    for seat, many in enumerate(depth):
        everybody = full_scan(problem, seat) if many else []
        assert listed(edges, seat) == everybody[:many]
        assert edges.rest[seat] == (everybody[many][0] if len(everybody) > many else COMPLETE)


def test_lists_of_some_seats_take_the_place_of_others() -> None:
    problem = city(400, 60, seed=4)
    chosen = np.arange(problem.seat_count) % 3 == 0
    short = find(problem, per_head=SHALLOW)
    both = replaced(short, find(problem, depth=np.where(chosen, 30, 0).astype(np.int32)), chosen, 2)
    whole = find(problem, depth=np.where(chosen, 30, np.diff(short.first)).astype(np.int32))
    for seat in range(problem.seat_count):
        assert listed(both, seat) == listed(whole if chosen[seat] else short, seat)
        assert both.rest[seat] == (whole if chosen[seat] else short).rest[seat]


def test_longer_blocks_of_time_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = city(500, 80, seed=4)
    hourly = find(problem)
    monkeypatch.setattr(indexing, "MOST_ENTRIES", 100)
    index = Index(problem)
    assert index.grid.block_slots == 64
    coarse = find(problem, index=index)
    assert np.array_equal(hourly.person, coarse.person)
    assert np.array_equal(hourly.rest, coarse.rest)


def test_more_threads_find_the_same() -> None:
    problem = city(3000, 600, seed=5)
    alone = find(problem, threads=1)
    together = find(problem, threads=3)
    for name in ("first", "person", "points", "rest"):
        assert np.array_equal(getattr(alone, name), getattr(together, name))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.integers(-200, 3000))
def test_whoever_is_worth_more_than_a_head_costs_is_listed(seed: int, price: int) -> None:
    problem = some_problem(seed, people=8)
    prices = Prices(
        seat=np.full(problem.seat_count, price, dtype=np.int64), contract=np.array([0, 1500], dtype=np.int64)
    )
    cost = cost_of_head(problem, prices)
    edges = find(problem, depth=everybody_at(problem), above=bar(problem, cost), threads=1)
    for seat, least in enumerate(cost.tolist()):
        assert listed(edges, seat) == [pair for pair in full_scan(problem, seat) if pair[0] > least]
        assert edges.rest[seat] == (least if problem.seats.open[seat] > 0 else COMPLETE)


def test_for_a_shift_that_is_nowhere_people_may_be_sought_around_one_home() -> None:
    problem = city(3_000, 300, seed=4)
    nowhere = np.isnan(problem.shifts.x)[problem.seats.shift]
    least = np.full(problem.seat_count, 1_000)
    around, whole = (
        find(problem, depth=everybody_at(problem), above=bar(problem, least, **more))
        for more in ({"around": 3_000.0}, {})
    )
    assert 0 < nowhere.sum() < len(nowhere)
    fewer = 0
    for seat, lost in enumerate(nowhere):
        there, everybody = listed(around, seat), listed(whole, seat)
        assert there == [pair for pair in everybody if pair in there]
        assert lost or there == everybody
        fewer += len(there) < len(everybody)
    assert fewer > nowhere.sum() / 2


def everybody_at(problem: Problem) -> Ints:
    return np.where(problem.seats.open > 0, problem.people_count, 0).astype(np.int32)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_whoever_has_better_things_to_do_is_not_listed(seed: int) -> None:
    problem = some_problem(seed, people=8)
    dice, people = np.random.default_rng(seed), problem.people_count
    due = np.zeros((people, len(problem.weeks)), dtype=DUE)
    for name, most in (("whole", 2_000), ("rate", 9_000), ("spare", 240)):
        due[name] = dice.integers(0, most, due.shape)
    due["row"] = np.where(np.arange(people) % 3 == 0, np.arange(people), -1)[:, None]
    slots = dice.integers(0, 200, (people, problem.minutes // SLOT_MINUTES), dtype=np.int16)
    tolls = Tolls(due, slots)
    least = dice.integers(-500, 1_000, problem.seat_count)
    above = bar(problem, least, least + 100, tolls)
    chosen = (
        dice.integers(0, people, 5, dtype=np.int32),
        dice.integers(0, max(problem.seat_count, 1), 5, dtype=np.int32),
    )
    found = find(problem, depth=everybody_at(problem), above=above, threads=2)
    left = reaching(problem, find(problem, depth=everybody_at(problem)), above, 2, chosen)
    for seat, (shift, wanted) in enumerate(zip(problem.seats.shift.tolist(), problem.seats.open > 0, strict=True)):
        scan = full_scan(problem, seat) if wanted else []
        worth = [pair for pair in scan if worth_listing(problem, above, seat, shift, *pair)]
        kept = [pair for pair in scan if pair in worth or (pair[1], seat) in zip(*chosen, strict=True)]
        assert listed(found, seat) == worth
        assert listed(left, seat) == kept
        assert left.rest[seat] == (least[seat] if len(kept) < len(scan) else COMPLETE)


def worth_listing(problem: Problem, above: Bar, seat: int, shift: int, worth: int, person: int) -> bool:
    """The same said slowly."""
    starts, ends, tolls = int(problem.shifts.starts[shift]), int(problem.shifts.ends[shift]), above.tolls
    weeks = [week for week, (begin, end) in enumerate(pairwise(problem.weeks.tolist())) if begin <= starts < end]
    week = weeks[0] if weeks else -1
    if worth <= above.least[seat]:
        return False
    due = tolls.due[person, week]
    if due["row"] >= 0:
        touched = range(-(-starts // SLOT_MINUTES), ends // SLOT_MINUTES)
        toll = sum(int(tolls.slots[due["row"], slot]) for slot in touched if slot < tolls.slots.shape[1])
        return bool(worth - toll > above.strictly[seat])
    if ends - starts > due["spare"]:
        return bool(worth - due["whole"] > above.least[seat])
    return bool(worth - int(due["rate"]) * (ends - starts) // 1000 > above.least[seat])


@pytest.mark.parametrize(("people", "shifts"), [(0, 0), (0, 3), (3, 0)])
def test_without_people_or_without_shifts_there_are_no_pairs(people: int, shifts: int) -> None:
    edges = find(city(people, shifts, seed=1))
    assert len(edges.person) == 0
    assert len(edges.rest) == len(edges.first) - 1
    assert (edges.rest == COMPLETE).all()


def test_a_place_far_outside_the_city_is_served_by_who_goes_there() -> None:
    town = Town()
    for number in range(200):
        town.person(at=(number * 10.0, 0.0), reach=3000.0)
    town.person(at=(400_000.0, 90_000.0)).shift(at=(399_000.0, 90_000.0))
    assert find(town.problem()).person.tolist() == [200]


def test_a_shift_over_midnight_wants_both_days() -> None:
    town = Town().person(free=[(0, DAY)]).person(free=[(DAY, 2 * DAY)]).person(free=[(DAY - HOUR, DAY + HOUR)])
    assert find(town.shift(starts=DAY - HOUR, minutes=2 * HOUR).problem()).person.tolist() == [2]


def test_a_team_gets_longer_lists() -> None:
    town = Town().shift(seats=[Role(open=1), Role(open=4), Role(open=1, staff=True), Role(open=0, least=0)])
    assert Depth().of(town.problem()).tolist() == [40, 56, 16, 0]


def test_each_pair_knows_its_seat() -> None:
    edges = find(city(400, 60, seed=3))
    for seat, (first, past) in enumerate(pairwise(edges.first.tolist())):
        assert (edges.seat[first:past] == seat).all()


def test_whoever_halts_it_gets_what_was_found_and_no_word_of_the_rest() -> None:
    problem = city(400, 1_000, seed=3)
    looks = 0

    def halted() -> bool:
        nonlocal looks
        looks += 1
        return looks > 1

    everybody = Depth(single=400, team=400, each=0, staff=400)
    whole = find(problem, per_head=everybody)
    part = find(problem, per_head=everybody, threads=1, halted=halted)
    unseen = part.rest == UNSEEN
    assert unseen.any()
    assert not unseen.all()
    counts, found = np.diff(whole.first), np.diff(part.first)
    assert (found[unseen] == 0).all()
    assert (found[~unseen] == counts[~unseen]).all()
    rows = np.repeat(~unseen, counts)
    assert np.array_equal(part.person, whole.person[rows])
    assert np.array_equal(part.points, whole.points[rows])
