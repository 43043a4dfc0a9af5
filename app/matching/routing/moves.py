"""Changes of routes: each is made, timed and, unless its cost is accepted, taken back."""

from typing import Any

from app.matching.compiling import kernel
from app.matching.routing.board import ABSENT, UNTIMED, Board
from app.matching.routing.links import draw, high, last_before, leg, link, low, pick, piece, splice, unlink
from app.matching.routing.times import book, empty_queue, push, settle, take_back_times

NOWHERE = -1
DEPOT_SHARE = 0.08
"""How often a call is tried at an end of a route instead of beside a neighbour."""
KEEP_PARTNER_SHARE = 0.6
LONGEST_PIECE = 4
TAIL_SHARE = 0.35


@kernel
def neighbour(b: Board, near: Any) -> int:
    """One of the calls in a row of neighbours, the better ones more often."""
    r = draw(b)
    return int(near[int(len(near) * r * r)])


@kernel
def spot(b: Board, x: int) -> int:
    """A node after which a call may be put: beside a neighbour, or at an end of a route."""
    kind = draw(b)
    if kind < DEPOT_SHARE:
        first, past = b.nodes[x].able_first, b.nodes[x].able_past
        if first == past:
            return NOWHERE
        depot = 2 * b.visits + b.able_staff[first + pick(b, past - first)]
        return int(depot if kind < DEPOT_SHARE / 2 else b.nodes[depot].before)
    if kind < (1 + DEPOT_SHARE) / 2:
        u = neighbour(b, b.near_before[x])
        return u if u >= 0 and b.nodes[u].who >= 0 and b.able[b.nodes[u].who, x] else NOWHERE
    w = neighbour(b, b.near_after[x])
    return b.nodes[w].before if w >= 0 and b.nodes[w].who >= 0 and b.able[b.nodes[w].who, x] else NOWHERE


@kernel
def partner(b: Board, z: int, taken: int, was: int) -> int:
    """Who makes the other call of a visit: who did, or another, but not the one who makes the first; else ABSENT."""
    if was >= 0 and was != taken and draw(b) < KEEP_PARTNER_SHARE:
        return was
    first, past = b.nodes[z].able_first, b.nodes[z].able_past
    if past == first:
        return ABSENT
    v = b.able_staff[first + pick(b, past - first)]
    return v if v != taken else ABSENT


@kernel
def finish(b: Board, most: float) -> bool:
    """Time a change if its ways alone do not cost too much already."""
    t = b.tally[0]
    if t.cost_travel * t.travel + t.lost > most:
        empty_queue(b)
        return False
    return settle(b, most)


@kernel
def relocate(b: Board, most: float) -> bool:
    """Move a visit to another place in the order, and maybe to others; both its calls if it has two."""
    x = b.calls[pick(b, len(b.calls))]
    j = x >> 1
    z = x ^ 1 if b.items[j].paired else ABSENT
    u = spot(b, x)
    if u < 0 or u >> 1 == j:
        return False
    v = b.nodes[u].who
    from_x, from_v = b.nodes[x].before, b.nodes[x].who
    if from_v >= 0 and from_x == u:
        return False
    w = b.nodes[u].following
    if w == x:
        return False
    to_w = ABSENT
    if z >= 0:
        to_w = partner(b, z, v, b.nodes[z].who)
        if to_w < 0:
            return False
        if w == z:
            w = b.nodes[z].following
    lo, hi = low(b, u), high(b, w)
    key = lo + (hi - lo) * draw(b)
    if not lo < key < hi:
        return False
    return _move(b, x, z, u, to_w, key, most)


@kernel
def _move(b: Board, x: int, z: int, u: int, to_w: int, key: float, most: float) -> bool:
    """Move a visit: one call after that node, the other into that worker's route where the key says."""
    j = x >> 1
    from_x, from_v = b.nodes[x].before, b.nodes[x].who
    from_z = b.nodes[z].before if z >= 0 else NOWHERE
    old_key, old_travel, old_latest, old_lost = b.items[j].key, b.tally[0].travel, b.tally[0].latest, b.tally[0].lost
    if from_v >= 0:
        unlink(b, x)
        if z >= 0:
            unlink(b, z)
    else:
        b.tally[0].lost -= b.items[j].worth
    b.items[j].key = key
    link(b, x, u)
    if z >= 0:
        link(b, z, last_before(b, to_w, key))
    b.tally[0].log_size = 0
    if from_v >= 0:
        push(b, b.nodes[from_x].following, True)
        if z >= 0:
            push(b, b.nodes[from_z].following, True)
    push(b, x, True)
    push(b, b.nodes[x].following, False)
    if z >= 0:
        push(b, b.nodes[z].following, False)
    if finish(b, most):
        return True
    take_back_times(b)
    unlink(b, x)
    if z >= 0:
        unlink(b, z)
    if from_v >= 0:
        link(b, x, from_x)
        if z >= 0:
            link(b, z, from_z)
    else:
        b.nodes[x].who = ABSENT
        if z >= 0:
            b.nodes[z].who = ABSENT
    b.items[j].key = old_key
    b.tally[0].travel, b.tally[0].latest, b.tally[0].lost = old_travel, old_latest, old_lost
    return False


@kernel
def drop(b: Board, most: float) -> bool:
    """Leave a visit out."""
    x = b.calls[pick(b, len(b.calls))] & ~1
    j = x >> 1
    if b.nodes[x].who < 0:
        return False
    old_travel, old_latest, old_lost = b.tally[0].travel, b.tally[0].latest, b.tally[0].lost
    from_x = b.nodes[x].before
    z = x + 1 if b.items[j].paired else ABSENT
    from_z = b.nodes[z].before if z >= 0 else NOWHERE
    b.tally[0].log_size = 0
    unlink(b, x)
    b.nodes[x].who = ABSENT
    if z >= 0:
        unlink(b, z)
        b.nodes[z].who = ABSENT
    b.tally[0].lost += b.items[j].worth
    push(b, b.nodes[from_x].following, True)
    if z >= 0:
        push(b, b.nodes[from_z].following, True)
    rested, rested_too = b.nodes[x].rested, b.nodes[x + 1].rested
    book(b, j, -UNTIMED, -UNTIMED, rested, rested_too)
    if finish(b, most):
        return True
    take_back_times(b)
    link(b, x, from_x)
    if z >= 0:
        link(b, z, from_z)
    b.tally[0].travel, b.tally[0].latest, b.tally[0].lost = old_travel, old_latest, old_lost
    return False


@kernel
def exchange(b: Board, most: float) -> bool:
    """Exchange pieces of two routes, or all that follows, without changing the order of the visits."""
    at_depot = draw(b) < DEPOT_SHARE
    u = 2 * b.visits + pick(b, b.workers) if at_depot else b.calls[pick(b, len(b.calls))]
    v = b.nodes[u].who
    if v < 0:
        return False
    q = neighbour(b, b.near_after[u])
    if q < 0 or not b.able[v, q]:
        return False
    w = b.nodes[q].who
    if w < 0 or w == v or low(b, u) >= b.items[q >> 1].key:
        return False
    tails = draw(b) < TAIL_SHARE
    t_most = 1 << 30 if tails else pick(b, LONGEST_PIECE)
    q_most = 1 << 30 if tails else 1 + pick(b, LONGEST_PIECE - 1)
    r, t = b.nodes[q].before, b.nodes[u].following
    if t_most and low(b, r) >= high(b, t):
        return False
    t_last, t_count = piece(b, t, t_most, w)
    if t_count < 0:
        return False
    q_last, q_count = piece(b, q, q_most, v)
    if q_count < 0:
        return False
    t_next = b.nodes[t_last].following if t_count else t
    q_next = b.nodes[q_last].following
    if low(b, q_last) >= high(b, t_next):
        return False
    if t_count and low(b, t_last) >= high(b, q_next):
        return False
    return _swap(b, u, t, t_last, t_count, r, q, q_last, q_count, t_next, q_next, most)


@kernel
def _swap(
    b: Board, u: int, t: int, t_last: int, t_count: int, r: int, q: int, q_last: int, q_count: int,
    t_next: int, q_next: int, most: float,
) -> bool:  # fmt: skip
    old_travel, old_latest = b.tally[0].travel, b.tally[0].latest
    b.tally[0].travel += leg(b, u, q) + leg(b, q_last, t_next) - leg(b, r, q) - leg(b, q_last, q_next)
    if t_count:
        b.tally[0].travel += leg(b, r, t) + leg(b, t_last, q_next) - leg(b, u, t) - leg(b, t_last, t_next)
    else:
        b.tally[0].travel += leg(b, r, q_next) - leg(b, u, t_next)
    if b.tally[0].cost_travel * b.tally[0].travel + b.tally[0].lost > most:
        b.tally[0].travel = old_travel
        return False
    splice(b, u, t, t_last, t_count, r, q, q_last, q_count)
    b.tally[0].log_size = 0
    push(b, b.nodes[u].following, True)
    push(b, b.nodes[r].following, True)
    push(b, t_next, True)
    push(b, q_next, True)
    if settle(b, most):
        return True
    take_back_times(b)
    splice(b, u, q, q_last, q_count, r, t, t_last, t_count)
    b.tally[0].travel, b.tally[0].latest = old_travel, old_latest
    return False


@kernel
def trade(b: Board, most: float) -> bool:
    """Let two visits by one worker each change places; one of them may be in no route."""
    x = b.calls[pick(b, len(b.calls))]
    j = x >> 1
    if b.items[j].paired:
        return False
    u = spot(b, x)
    if u < 0 or b.nodes[u].who < 0:
        return False
    y = b.nodes[u].following
    if y >= 2 * b.visits or y == x or b.items[y >> 1].paired:
        return False
    if b.nodes[x].who < 0:
        return _replace(b, x, y, most)
    a = b.nodes[x].before
    if a == y or b.nodes[y].before == x or not b.able[b.nodes[x].who, y]:
        return False
    old_travel, old_latest = b.tally[0].travel, b.tally[0].latest
    c = u
    i = y >> 1
    unlink(b, x)
    unlink(b, y)
    link(b, x, c)
    link(b, y, a)
    b.items[i].key, b.items[j].key = b.items[j].key, b.items[i].key
    b.tally[0].log_size = 0
    if b.tally[0].cost_travel * b.tally[0].travel + b.tally[0].lost <= most:
        push(b, x, True)
        push(b, y, True)
        push(b, b.nodes[x].following, True)
        push(b, b.nodes[y].following, True)
        if settle(b, most):
            return True
        take_back_times(b)
    b.items[i].key, b.items[j].key = b.items[j].key, b.items[i].key
    unlink(b, x)
    unlink(b, y)
    link(b, x, a)
    link(b, y, c)
    b.tally[0].travel, b.tally[0].latest = old_travel, old_latest
    return False


@kernel
def _replace(b: Board, x: int, y: int, most: float) -> bool:
    """Put a visit that is left out where another is, which is left out then."""
    i, j = y >> 1, x >> 1
    old_travel, old_latest, old_lost = b.tally[0].travel, b.tally[0].latest, b.tally[0].lost
    c = b.nodes[y].before
    old_key = b.items[j].key
    b.tally[0].log_size = 0
    unlink(b, y)
    b.nodes[y].who = ABSENT
    link(b, x, c)
    b.items[j].key = b.items[i].key
    b.tally[0].lost += b.items[i].worth - b.items[j].worth
    book(b, i, -UNTIMED, -UNTIMED, b.nodes[y].rested, b.nodes[y + 1].rested)
    push(b, x, True)
    push(b, b.nodes[x].following, True)
    if finish(b, most):
        return True
    take_back_times(b)
    unlink(b, x)
    b.nodes[x].who = ABSENT
    link(b, y, c)
    b.items[j].key = old_key
    b.tally[0].travel, b.tally[0].latest, b.tally[0].lost = old_travel, old_latest, old_lost
    return False


@kernel
def change(b: Board, most: float) -> bool:
    """Try one random change; kept, and True, if the routes then cost no more than that."""
    r = draw(b)
    if r < 0.5:
        return relocate(b, most)
    if r < 0.8:
        return exchange(b, most)
    if r < 0.99 or b.tally[0].required:
        return trade(b, most)
    return drop(b, most)
