"""Routes into a search's state and out of it, and the first routes of all."""

from typing import Any

import numpy as np

from app.matching.compiling import kernel
from app.matching.routing.board import ABSENT, UNTIMED, Board
from app.matching.routing.links import leg, link, unlink
from app.matching.routing.problem import Tours
from app.matching.routing.times import book, last_key, meeting, order_visits, push, settle

NO_LIMIT = 1e18


@kernel
def _ready(b: Board, v: int, j: int) -> int:
    u = b.nodes[2 * b.visits + v].before
    return int(b.nodes[u].begins + b.nodes[u].length + b.travel[b.nodes[u].leaving, b.items[j].place])


@kernel
def _append(b: Board, j: int) -> None:
    """Put a visit at the end of the routes where that costs least, if anybody can make it."""
    a, z = 2 * j, 2 * j + 1
    best, best_v, best_w = 1 << 60, ABSENT, ABSENT
    for k in range(b.nodes[a].able_first, b.nodes[a].able_past):
        v = b.able_staff[k]
        u = b.nodes[2 * b.visits + v].before
        way = leg(b, u, a) + leg(b, a, 2 * b.visits + v) - leg(b, u, 2 * b.visits + v)
        if not b.items[j].paired:
            begins = max(_ready(b, v, j), b.items[j].opens)
            price = way + 2 * max(begins - b.items[j].closes, 0) + begins // 8
            if price < best:
                best, best_v = price, v
            continue
        for n in range(b.nodes[z].able_first, b.nodes[z].able_past):
            w = b.able_staff[n]
            if w == v:
                continue
            u = b.nodes[2 * b.visits + w].before
            way_too = leg(b, u, z) + leg(b, z, 2 * b.visits + w) - leg(b, u, 2 * b.visits + w)
            first, second = meeting(b, j, _ready(b, v, j), _ready(b, w, j))
            late = max(first - b.items[j].closes, 0) + max(second - b.items[j].closes, 0)
            price = way + way_too + 2 * late + (first + second) // 8
            if price < best:
                best, best_v, best_w = price, v, w
    if best_v >= 0:
        put(b, j, best_v, best_w)


@kernel
def put(b: Board, j: int, v: int, w: int) -> None:
    """Append a visit to one route, or two."""
    depot = 2 * b.visits
    b.tally[0].log_size = 0
    link(b, 2 * j, b.nodes[depot + v].before)
    push(b, depot + v, True)
    if b.items[j].paired:
        link(b, 2 * j + 1, b.nodes[depot + w].before)
        push(b, depot + w, True)
    b.tally[0].lost -= b.items[j].worth
    push(b, 2 * j, True)
    settle(b, NO_LIMIT)


@kernel
def remove(b: Board, j: int) -> None:
    """Take a visit out again, last things first."""
    for x in range(2 * j, 2 * j + 1 + b.items[j].paired):
        u = b.nodes[x].before
        unlink(b, x)
        b.nodes[x].who = ABSENT
        push(b, b.nodes[u].following, True)
    b.tally[0].lost += b.items[j].worth
    b.tally[0].log_size = 0
    book(b, j, -UNTIMED, -UNTIMED, False, False)
    settle(b, NO_LIMIT)


@kernel
def _place_all(b: Board, order: Any) -> None:
    rank = 0.0
    for j in range(b.visits):
        if b.nodes[2 * j].who >= 0:
            rank = max(rank, b.items[j].key)
    share = (last_key(b) - rank) / (len(order) + 1)
    for j in order:
        if b.nodes[2 * j].who >= 0:
            continue
        rank += share
        b.items[j].key = rank
        excess = b.tally[0].excess
        _append(b, j)
        if not b.tally[0].required and b.tally[0].excess > excess:
            remove(b, j)
    order_visits(b)


def place_all(board: Board) -> None:
    """Put the visits that are in no route at the end of the best one, by when they have to begin."""
    visits = board.items[: board.visits]
    _place_all(board, np.argsort(visits["closes"] + visits["opens"], kind="stable"))


def clear(board: Board) -> None:
    """Take every visit out of its routes."""
    for j in np.argsort(-board.items["key"][: board.visits], kind="stable"):
        if board.nodes["who"][2 * j] >= 0:
            remove(board, int(j))


def set_tours(board: Board, tours: Tours) -> None:
    """Have these routes. Left out is who cannot make a call, and who would wait in a circle for each other."""
    tours = _possible(board, tours)
    at = {call: v for v, tour in enumerate(tours) for call in tour}
    heads = [iter(tour) for tour in tours]
    waiting = {v: next(head, None) for v, head in enumerate(heads)}
    for rank in range(1, board.visits + 1):
        ready = [
            call >> 1
            for call in waiting.values()
            if call is not None and (call ^ 1 not in at or waiting[at[call ^ 1]] == call ^ 1)
        ]
        if not ready:
            return
        j = min(ready, key=lambda j: (board.items["opens"][j], j))
        board.items["key"][j] = rank
        workers = [at[call] for call in (2 * j, 2 * j + 1) if call in at]
        put(board, j, workers[0], workers[-1])
        for v in workers:
            waiting[v] = next(heads[v], None)


def _possible(board: Board, tours: Tours) -> Tours:
    """The calls of these routes whose worker can make them, each once, and not half a visit."""
    who: dict[int, int] = {}
    for v, tour in enumerate(tours[: board.workers]):
        for call in tour:
            if call < 2 * board.visits and board.able[v, call]:
                who.setdefault(call, v)
    whole = {call for call in who if not board.items["paired"][call >> 1] or who.get(call ^ 1, who[call]) != who[call]}
    return [
        [call for call in dict.fromkeys(tour) if call in whole and who[call] == v]
        for v, tour in enumerate(tours[: board.workers])
    ]


def tours_of(board: Board) -> Tours:
    """The calls of each worker in the best routes seen."""
    tours: Tours = []
    for v in range(board.workers):
        node = int(board.best[2 * board.visits + v])
        tour = []
        while node < 2 * board.visits:
            tour.append(node)
            node = int(board.best[node])
        tours.append(tour)
    return tours
