"""A day of an agency as a problem of routes: what may be moved, what may not, and who may go where."""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from app.kit.rules import Refusal
from app.matching.arrays import arrays
from app.matching.eligibility import Rule, failing_rules
from app.matching.problem import Longs, Travel
from app.matching.problem import Problem as CityProblem
from app.matching.queries.day_routes.work_days import REST, REST_LENGTH, Block, Span, WorkDay
from app.matching.queries.loading.ways import ways
from app.matching.routing.problem import Costs, Flags, Problem, Staff, Visits
from app.matching.rules.day_routes import STEP, Item, Left

BY_ROUTE = Rule.AVAILABLE | Rule.BUSY | Rule.PAST
"""Of a visit whose time is still open these follow from the route."""
NOWHERE = 0
"""A place without ways to it: whoever is off duty may be anywhere."""
NOT_TO_BE_MOVED = 10**9
"""What it is worth to be where one is signed up: more than anything else."""


class Wish(Struct, frozen=True, kw_only=True):
    """A visit that is to be planned, before anybody is chosen for it."""

    item: Item
    place: int
    opens: int
    closes: int
    length: int
    seats: tuple[int, ...]
    """Positions in the city's problem; who comes must be allowed on each."""
    is_fixed: bool
    """Its time is published already."""


class Worker(Struct, frozen=True, kw_only=True):
    """Somebody on the road."""

    person: int
    at: int
    """Position in the city's problem; -1 for who is not in it, and can do no more than what they are signed up for."""
    home: int
    most: int
    """Minutes that they serve in a day at most."""
    day: WorkDay


class Drawn(Struct, frozen=True, kw_only=True):
    """A problem of routes with the way back to people and visits."""

    problem: Problem
    items: tuple[Item, ...]
    """Of each visit of the problem. What follows the wishes are blocks."""
    blocks: Mapping[int, Block]
    """Which of the visits are blocks."""
    workers: tuple[Worker, ...]
    minutes: Longs
    """(places, places) ways in minutes, rounded up to steps."""
    left: tuple[Left, ...]
    """What was left out before anybody looked for routes; of `outside`."""
    outside: tuple[Item, ...]
    staff: int
    over: frozenset[int] = frozenset()
    """Visits kept from somebody who would have worked too long with them."""


def steps_between(travel: Travel, x: Sequence[float], y: Sequence[float]) -> Longs:
    """(places, places) steps from each place to each."""
    return -(-ways(travel, np.array(x, np.float64), np.array(y, np.float64)) // STEP)


def draw(
    city: CityProblem,
    way: Longs,
    wishes: Sequence[Wish],
    workers: Sequence[Worker],
    outside: Sequence[tuple[Item, Refusal]],
    staff: int,
) -> Drawn:
    """The problem of a day; `way` holds steps between the places that wishes, homes and shifts name."""
    blocks = [(who, block) for who, worker in enumerate(workers) for block in worker.day.blocks]
    items = [wish.item for wish in wishes]
    items += [Item(kind="own" if block.shifts else "off") for _, block in blocks]
    return Drawn(
        problem=Problem(
            travel=way,
            staff=_staff(workers),
            visits=_visits(city, wishes, [block for _, block in blocks]),
            allowed=_allowed(city, wishes, workers, [who for who, _ in blocks]),
            grace=0,
            costs=Costs(travel=city.weights.travel, late=0, latest=0),
        ),
        items=tuple(items),
        blocks={len(wishes) + number: block for number, (_, block) in enumerate(blocks)},
        workers=tuple(workers),
        minutes=way * STEP,
        left=tuple(Left(item=number, code=why.code) for number, (_, why) in enumerate(outside)),
        outside=tuple(item for item, _ in outside),
        staff=staff,
    )


def _staff(workers: Sequence[Worker]) -> Staff:
    def of(values: Sequence[int]) -> Longs:
        return np.array(values, np.int64)

    home = of([worker.home for worker in workers])
    return Staff(
        ids=of([worker.person for worker in workers]),
        starts=of([worker.day.starts for worker in workers]),
        ends=of([worker.day.ends for worker in workers]),
        start_place=home,
        end_place=home,
        skills=np.zeros(len(workers), np.uint64),
        rest_opens=np.full(len(workers), REST[0], np.int64),
        rest_closes=np.full(len(workers), REST[1] - REST_LENGTH, np.int64),
        rest_length=of([REST_LENGTH if worker.day.rests else 0 for worker in workers]),
    )


def _visits(city: CityProblem, wishes: Sequence[Wish], blocks: Sequence[Block]) -> Visits:
    def of(each: Sequence[int], rest: Sequence[int]) -> Longs:
        return np.array([*each, *rest], np.int64)

    count = len(wishes) + len(blocks)
    nothing = np.zeros(count, np.int64)
    lengths = of([wish.length for wish in wishes], [block.ends - block.starts for block in blocks])
    begins = [block.starts for block in blocks]
    return Visits(
        ids=np.arange(count, dtype=np.int64),
        place=of(
            [wish.place for wish in wishes], [block.shifts[0].place if block.shifts else NOWHERE for block in blocks]
        ),
        opens=of([wish.opens for wish in wishes], begins),
        closes=of([wish.closes for wish in wishes], begins),
        length=lengths,
        skills=np.zeros(count, np.uint64),
        paired=np.array([wish.item.heads > 1 for wish in wishes] + [False] * len(blocks), np.bool_),
        second_length=lengths,
        second_skills=np.zeros(count, np.uint64),
        lag_least=nothing,
        lag_most=nothing,
        worth=of([_worth(city, wish) for wish in wishes], [NOT_TO_BE_MOVED] * len(blocks)),
    )


def _worth(city: CityProblem, wish: Wish) -> int:
    """By the score that all of matching goes by: heads by priority, and what cannot wait. One point at least.

    A published visit takes place then or never, and somebody was told of it: a step of priority more.
    """
    shift = int(city.seats.shift[wish.seats[0]])
    urgent = city.weights.urgent if wish.is_fixed or city.shifts.deadline[shift] <= city.minutes else 0
    priority = int(city.shifts.priority[shift]) + wish.is_fixed
    return max(1, wish.item.heads * (city.weights.fill * priority + urgent))


def _allowed(city: CityProblem, wishes: Sequence[Wish], workers: Sequence[Worker], owners: Sequence[int]) -> Flags:
    """(workers, visits) Who may go where, by the matcher's own rules; where somebody is signed up is theirs alone."""
    allowed = np.zeros((len(workers), len(wishes) + len(owners)), np.bool_)
    known = arrays(city)
    for who, worker in enumerate(workers):
        for number, wish in enumerate(wishes):
            apart = Rule(0) if wish.is_fixed else BY_ROUTE
            allowed[who, number] = worker.at >= 0 and not any(
                failing_rules(known, worker.at, seat) & ~apart for seat in wish.seats
            )
    for number, who in enumerate(owners, start=len(wishes)):
        allowed[who, number] = True
    return allowed


def spans_of(free: Sequence[bool], first_slot: int, slot_steps: int) -> list[Span]:
    """Free slots as spans of steps; `first_slot` is where slot 0 begins."""
    spans: list[Span] = []
    for slot, is_free in enumerate(free):
        if is_free:
            starts = first_slot + slot * slot_steps
            if spans and spans[-1][1] == starts:
                spans[-1] = spans[-1][0], starts + slot_steps
            else:
                spans.append((starts, starts + slot_steps))
    return spans
