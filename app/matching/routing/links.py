"""Taking calls out of routes and putting them in, with what that does to the ways; and the search's dice."""

import numpy as np

from app.matching.compiling import kernel
from app.matching.routing.board import Board
from app.matching.routing.times import FIRST_KEY, last_key


@kernel
def draw(b: Board) -> float:
    """The next random number from 0 up to 1."""
    x = b.tally[0].random
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    b.tally[0].random = x
    return np.float64((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def pick(b: Board, count: int) -> int:
    """A random number from 0 to `count` - 1."""
    return int(draw(b) * count)


@kernel
def leg(b: Board, u: int, w: int) -> int:
    """The way from one node to the next; to a depot it is the way home."""
    depot = w - 2 * b.visits
    return int(b.travel[b.nodes[u].leaving, b.staff[depot].home if depot >= 0 else b.items[w >> 1].place])


@kernel
def unlink(b: Board, x: int) -> None:
    """Take a call out of its route."""
    u, w = b.nodes[x].before, b.nodes[x].following
    b.nodes[u].following = w
    b.nodes[w].before = u
    b.tally[0].travel += leg(b, u, w) - leg(b, u, x) - leg(b, x, w)


@kernel
def link(b: Board, x: int, u: int) -> None:
    """Put a call into a route, after that node."""
    w = b.nodes[u].following
    b.nodes[u].following = x
    b.nodes[x].before = u
    b.nodes[x].following = w
    b.nodes[w].before = x
    b.nodes[x].who = b.nodes[u].who
    b.tally[0].travel += leg(b, u, x) + leg(b, x, w) - leg(b, u, w)


@kernel
def low(b: Board, node: int) -> float:
    """The key of a node that something shall follow."""
    return b.items[node >> 1].key if node < 2 * b.visits else FIRST_KEY


@kernel
def high(b: Board, node: int) -> float:
    """The key of a node that something shall precede."""
    return b.items[node >> 1].key if node < 2 * b.visits else last_key(b)


@kernel
def last_before(b: Board, v: int, key: float) -> int:
    """The last node of that worker's route that stands before the key."""
    u = 2 * b.visits + v
    while True:
        w = b.nodes[u].following
        if w >= 2 * b.visits or b.items[w >> 1].key >= key:
            return u
        u = w


@kernel
def piece(b: Board, first: int, longest: int, v: int) -> tuple[int, int]:
    """The last of up to so many calls from there on, and their number; -1 if that worker cannot make one of them.

    `first` may be a depot: then the piece is empty.
    """
    node, last, count = first, first, 0
    while count < longest and node < 2 * b.visits:
        if not b.able[v, node]:
            return last, -1
        last = node
        node = b.nodes[node].following
        count += 1
    return last, count


@kernel
def hand_over(b: Board, first: int, count: int, v: int) -> None:
    """Note that another worker makes these calls."""
    node = first
    for _ in range(count):
        b.nodes[node].who = v
        node = b.nodes[node].following


@kernel
def join(b: Board, u: int, w: int) -> None:
    b.nodes[u].following = w
    b.nodes[w].before = u


@kernel
def splice(b: Board, u: int, t: int, t_last: int, t_count: int, r: int, q: int, q_last: int, q_count: int) -> None:
    """Exchange the piece after u (t to t_last) with the piece after r (q to q_last); either may be empty."""
    t_next = b.nodes[t_last].following if t_count else b.nodes[u].following
    q_next = b.nodes[q_last].following if q_count else b.nodes[r].following
    hand_over(b, t, t_count, b.nodes[r].who)
    hand_over(b, q, q_count, b.nodes[u].who)
    if q_count:
        join(b, u, q)
        join(b, q_last, t_next)
    else:
        join(b, u, t_next)
    if t_count:
        join(b, r, t)
        join(b, t_last, q_next)
    else:
        join(b, r, q_next)
