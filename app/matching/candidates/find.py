"""Candidate pairs of a whole problem: every seat searched by itself, on as many threads as there are cores."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from msgspec import Struct

from app.matching.alike import alike
from app.matching.arrays import Arrays
from app.matching.candidates.bar import ANYBODY, LEAST, Bar, least_of
from app.matching.candidates.edges import COMPLETE, UNSEEN, Depth, Edges, usual
from app.matching.candidates.index import Grid, Index, cell_of, plane_of
from app.matching.candidates.rows import Rows, carry, room
from app.matching.candidates.search import TIE_BITS, TIES, search
from app.matching.compiling import compiled
from app.matching.problem import Ints, Longs, Prices, Problem

KEYS_A_PART = 200_000
"""How many keys one piece of work has room for: large enough to be worth a thread's while, and no more."""
EXPECTED = 500
"""How many people are found at most, as a rule, where more may be."""


class _Part(Struct, frozen=True):
    """What was found for some seats, one after the other."""

    counts: Longs
    person: Ints
    points: Ints
    rest: Ints


def find(
    problem: Problem,
    *,
    index: Index | None = None,
    per_head: Depth | None = None,
    depth: Ints | None = None,
    above: Bar = ANYBODY,
    threads: int | None = None,
    halted: Callable[[], bool] | None = None,
) -> Edges:
    """For each seat the best of all people who may take it: exactly those, whatever the number of threads.

    With a depth of its own for each seat, nobody is looked for where it is 0. With a bar, a seat's list holds only who
    is above it: all of them, unless there are more than its depth. When it is halted, nobody is listed for the seats
    that are left, and nothing said of them.
    """
    index, threads = index or Index(problem), threads or os.cpu_count() or 1
    if depth is None:
        depth = (per_head or usual(problem)).of(problem)
    groups = _groups(problem, depth, _through_the_city(problem, index.grid))

    def grid_for(number: int) -> Grid:
        if number == 0:
            return index.grid
        seats = groups[number]
        return index.grid_of(int(seats[problem.shifts.ends[problem.seats.shift[seats]].argmin()]))

    parts: list[_Part] = []
    with ThreadPoolExecutor(threads) as pool:
        following = pool.submit(grid_for, 0)
        for number, seats in enumerate(groups):
            grid = following.result()
            if number + 1 < len(groups):
                following = pool.submit(grid_for, number + 1)

            def part(piece: tuple[int, int], seats: Ints = seats, grid: Grid = grid) -> _Part:
                if halted is not None and halted():
                    return _unseen(piece[1] - piece[0])
                return _Part(*_search_all(index.arrays, grid, seats[piece[0] : piece[1]], depth, above))

            parts += pool.map(part, _pieces(depth[seats]))
    return _joined(parts, np.concatenate(groups), threads)


def _groups(problem: Problem, depth: Ints, order: Ints) -> list[Ints]:
    """The seats in this order: first a mixed lot, then of every other lot all that ask for the same.

    Whoever looks for many people for seats that few may take would look at nearly everybody, again and again. Sorting
    out first who has what they ask for is worth while when more people are looked for than there are.
    """
    wanted = alike(problem)
    many = np.bincount(wanted, weights=np.minimum(depth, EXPECTED)) > problem.people_count
    mixed = (depth == 0) | ~many[wanted]
    return [order[mixed[order]], *(order[(~mixed & (wanted == one))[order]] for one in np.flatnonzero(many))]


def _unseen(seats: int) -> _Part:
    nothing = np.zeros(0, dtype=np.int32)
    return _Part(np.zeros(seats, dtype=np.int64), nothing, nothing, np.full(seats, UNSEEN, dtype=np.int32))


def _through_the_city(problem: Problem, grid: Grid) -> Ints:
    """The seats in an order in which the next one is close by and at about that time: then the people looked at are
    still at hand, which in the largest cities saves half of the time."""
    shifts = problem.shifts
    by_shift = np.lexsort((shifts.starts, cell_of(shifts.x, shifts.y, **plane_of(grid))))
    turn = np.empty(len(by_shift), dtype=np.int32)
    turn[by_shift] = np.arange(len(by_shift), dtype=np.int32)
    return np.argsort(turn[problem.seats.shift], kind="stable").astype(np.int32)


def cost_of_head(problem: Problem, prices: Prices) -> Longs:
    """What a head on each seat costs in points: its own price and its minutes of the contract, rounded down."""
    shifts = problem.shifts
    minutes = (shifts.ends - shifts.starts).astype(np.int64)
    limited = shifts.contract >= 0
    per_minute = np.zeros(len(minutes), dtype=np.int64)
    per_minute[limited] = prices.contract[shifts.contract[limited]]
    return np.asarray(prices.seat + (per_minute * minutes // 1000)[problem.seats.shift], dtype=np.int64)


def _pieces(depth: Ints) -> Iterator[tuple[int, int]]:
    """So many seats after each other in pieces of about the same work."""
    if not len(depth):
        return
    rows = np.cumsum(depth.astype(np.int64) + 1) // KEYS_A_PART
    bounds = [0, *(np.flatnonzero(np.diff(rows)) + 1).tolist(), len(depth)]
    yield from pairwise(bounds)


def _joined(parts: list[_Part], order: Ints, threads: int) -> Edges:
    """What was found in this order of the seats, put in theirs."""
    ends = np.cumsum([len(part.counts) for part in parts], dtype=np.int64)
    counts, rest = np.zeros(len(order), dtype=np.int64), np.empty_like(order)
    for part, end in zip(parts, ends, strict=True):
        seats = order[end - len(part.counts) : end]
        counts[seats], rest[seats] = part.counts, part.rest
    made = room(counts)

    def put(part: _Part, end: int) -> None:
        size = len(part.counts)
        source = Rows(np.concatenate(([0], np.cumsum(part.counts))), part.person, part.points)
        carry(source, np.arange(size), made, order[end - size : end].astype(np.int64), 0, size)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(put, parts, ends))
    return Edges(**made._asdict(), rest=rest)


@compiled
def _search_all(a: Arrays, g: Grid, seats: Ints, depth: Ints, above: Bar) -> tuple[Longs, Ints, Ints, Ints]:
    """The lists of these seats, one after the other. One more than a list holds is looked for: who comes next says what
    all who are left out are worth at most."""
    room = np.int64(0)
    for seat in seats:
        room += depth[seat]
    counts = np.zeros(len(seats), dtype=np.int64)
    person, points = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    rest = np.full(len(seats), COMPLETE, dtype=np.int32)
    filled = 0
    for number, seat in enumerate(seats):
        if depth[seat] == 0:
            continue
        keys = np.empty(depth[seat] + 1, dtype=np.int64)
        count, least = search(a, g, seat, above, keys), least_of(above, seat)
        if least > LEAST:
            rest[number] = least
        if count > depth[seat]:
            count = depth[seat]
            rest[number] = keys[count] >> TIE_BITS
        for row in range(count):
            person[filled] = g.by_place[TIES - 1 - (keys[row] & (TIES - 1))]
            points[filled] = keys[row] >> TIE_BITS
            filled += 1
        counts[number] = count
    return counts, person[:filled].copy(), points[:filled].copy(), rest
