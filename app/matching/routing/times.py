"""When calls begin: after a change of routes only what changes is timed again, in the order of the visits."""

import numpy as np

from app.matching.compiling import kernel
from app.matching.routing.board import Board

DEPOT_KEY = 1e18


@kernel
def key_of(b: Board, item: int) -> float:
    """Where a visit stands in the order; a worker's way home comes after everything."""
    return b.items[item].key if item < b.visits else DEPOT_KEY


@kernel
def item_of(b: Board, node: int) -> int:
    """The visit of a call, or what stands for the worker's way home."""
    return node >> 1 if node < 2 * b.visits else node - b.visits


@kernel
def push(b: Board, node: int, earlier: bool) -> None:
    """Have the visit or way home of that node timed again."""
    item = item_of(b, node)
    if item >= b.visits and b.staff[item - b.visits].ends > 1 << 39:
        return
    if b.items[item].queued == 0:
        key = key_of(b, item)
        k = b.tally[0].queue_size
        # Kept in descending order, so that the next one is at the end: most changes go to what comes soon.
        while k > 0 and key_of(b, b.queue[k - 1]) < key:
            b.queue[k] = b.queue[k - 1]
            k -= 1
        b.queue[k] = item
        b.tally[0].queue_size += 1
        b.items[item].queued = 1
    if earlier and b.items[item].queued == 1:
        b.items[item].queued = 2
        b.tally[0].rising += 1


@kernel
def arrival(b: Board, node: int) -> int:
    """When its worker gets there from the call before, without a break on the way."""
    u = b.nodes[node].before
    return int(b.nodes[u].begins + b.nodes[u].length + b.travel[b.nodes[u].leaving, b.items[node >> 1].place])


@kernel
def meeting(b: Board, j: int, first: int, second: int) -> tuple[int, int]:
    """When both calls of a visit begin if its workers arrive then."""
    first = max(first, b.items[j].opens)
    second = max(second, b.items[j].opens, first + b.items[j].least)
    return max(first, second - b.items[j].most), second


@kernel
def after_rest(b: Board, node: int, arrives: int, begins: int) -> int:
    """When its worker gets there, with the break before it if that is the place for it, which is noted.

    It is where the worker would stand waiting anyway, or where the break could not begin in time afterwards.
    """
    u = b.nodes[node].before
    v = b.nodes[node].who
    leaves = b.nodes[u].begins + b.nodes[u].length
    rest = max(leaves, b.staff[v].rest_opens) - leaves + b.staff[v].rest_length
    rested = arrives + rest
    must = begins + b.nodes[node].length > b.staff[v].rest_closes
    may = leaves + rest - b.staff[v].rest_length <= b.staff[v].rest_closes
    idle = 2 * (begins - arrives) >= rest and rested <= b.items[node >> 1].closes
    b.nodes[node].rested = must or (may and idle)
    return rested if b.nodes[node].rested else arrives


@kernel
def time_visit(b: Board, j: int) -> tuple[int, int]:
    """When both calls of a visit begin; the second counts as the first where there is one only."""
    a, z = 2 * j, 2 * j + 1
    first = arrival(b, a)
    if not b.items[j].paired:
        begins = max(first, b.items[j].opens)
        b.nodes[a].rested = b.nodes[b.nodes[a].before].rested
        if not b.nodes[a].rested:
            begins = max(after_rest(b, a, first, begins), b.items[j].opens)
        return begins, begins
    second = arrival(b, z)
    begins, begins_too = meeting(b, j, first, second)
    b.nodes[a].rested = b.nodes[b.nodes[a].before].rested
    b.nodes[z].rested = b.nodes[b.nodes[z].before].rested
    if b.nodes[a].rested and b.nodes[z].rested:
        return begins, begins_too
    # Twice, for a break of one makes the other wait, who may have to take theirs before it then.
    for _ in range(2):
        if not b.nodes[a].rested:
            first = after_rest(b, a, first, begins)
        if not b.nodes[z].rested:
            second = after_rest(b, z, second, begins_too)
        begins, begins_too = meeting(b, j, first, second)
    return begins, begins_too


@kernel
def time_return(b: Board, v: int) -> None:
    """How much too late a worker gets home."""
    u = b.nodes[2 * b.visits + v].before
    home = b.nodes[u].begins + b.nodes[u].length + b.travel[b.nodes[u].leaving, b.staff[v].home]
    over = max(home - b.staff[v].ends, 0) if u < 2 * b.visits else 0
    item = b.visits + v
    if over != b.items[item].excess:
        note(b, item, 0, 0)
        b.tally[0].excess += over - b.items[item].excess
        b.items[item].excess = over


@kernel
def note(b: Board, item: int, first: int, second: int) -> None:
    """Keep what was, to take it back."""
    k = b.tally[0].log_size
    b.log[k].item = item
    b.log[k].first = first
    b.log[k].second = second
    b.log[k].excess = b.items[item].excess
    b.tally[0].log_size = k + 1


@kernel
def book(b: Board, j: int, first: int, second: int, rested: bool, rested_too: bool) -> None:
    """Set the times of a visit, and what they cost; `rested` is what was."""
    k = b.tally[0].log_size
    note(b, j, b.nodes[2 * j].begins, b.nodes[2 * j + 1].begins)
    b.log[k].late = b.items[j].late
    b.log[k].latest = b.items[j].latest
    b.log[k].rested = rested
    b.log[k].rested_too = rested_too
    b.nodes[2 * j].begins = first
    b.nodes[2 * j + 1].begins = second
    late = max(first - b.items[j].closes, 0)
    latest = late
    if b.items[j].paired:
        other = max(second - b.items[j].closes, 0)
        latest = max(late, other)
        late += other
    excess = max(latest - b.tally[0].grace, 0)
    b.tally[0].late += late - b.items[j].late
    b.tally[0].excess += excess - b.items[j].excess
    b.items[j].late = late
    b.items[j].latest = latest
    b.items[j].excess = excess


@kernel
def step(b: Board) -> None:
    """Time what comes first in the queue, and queue what follows from it."""
    k = b.tally[0].queue_size - 1
    item = b.queue[k]
    b.tally[0].queue_size = k
    if b.items[item].queued == 2:
        b.tally[0].rising -= 1
    b.items[item].queued = 0
    if item >= b.visits:
        time_return(b, item - b.visits)
        return
    a = 2 * item
    rested, rested_too = b.nodes[a].rested, b.nodes[a + 1].rested
    first, second = time_visit(b, item)
    was, was_too = b.nodes[a].begins, b.nodes[a + 1].begins
    if first == was and second == was_too and rested == b.nodes[a].rested and rested_too == b.nodes[a + 1].rested:
        return
    book(b, item, first, second, rested, rested_too)
    if first != was or rested != b.nodes[a].rested:
        push(b, b.nodes[a].following, first < was or rested != b.nodes[a].rested)
    if b.items[item].paired and (second != was_too or rested_too != b.nodes[a + 1].rested):
        push(b, b.nodes[a + 1].following, second < was_too or rested_too != b.nodes[a + 1].rested)


@kernel
def cost(b: Board) -> int:
    """What the routes cost, with what is not allowed priced in."""
    t = b.tally[0]
    known = t.cost_travel * t.travel + t.lost
    return int(known + t.cost_late * t.late + t.cost_latest * t.latest + t.weight * t.excess)


@kernel
def settle(b: Board, most: float) -> bool:
    """Time everything that is queued; False as soon as the cost is certain to exceed `most`."""
    was = b.tally[0].latest
    b.tally[0].latest = 0
    while b.tally[0].queue_size > 0:
        step(b)
        if b.tally[0].rising == 0 and cost(b) > most:
            empty_queue(b)
            b.tally[0].latest = was
            return False
    worst = 0
    lost = False
    for k in range(b.tally[0].log_size):
        item = b.log[k].item
        if item < b.visits:
            worst = max(worst, b.items[item].latest)
            lost = lost or b.log[k].latest == was
    if lost and worst < was:
        worst = 0
        for j in range(b.visits):
            worst = max(worst, b.items[j].latest)
    b.tally[0].latest = max(worst, 0 if lost else was)
    return cost(b) <= most


@kernel
def empty_queue(b: Board) -> None:
    """Forget what was queued."""
    for k in range(b.tally[0].queue_size):
        b.items[b.queue[k]].queued = 0
    b.tally[0].queue_size = 0
    b.tally[0].rising = 0


@kernel
def take_back_times(b: Board) -> None:
    """Undo all that was noted since the log was cleared, newest first."""
    for k in range(b.tally[0].log_size - 1, -1, -1):
        item = b.log[k].item
        undo = b.log[k]
        b.tally[0].excess += undo.excess - b.items[item].excess
        b.items[item].excess = undo.excess
        if item < b.visits:
            b.nodes[2 * item].begins = undo.first
            b.nodes[2 * item + 1].begins = undo.second
            b.nodes[2 * item].rested = undo.rested
            b.nodes[2 * item + 1].rested = undo.rested_too
            b.tally[0].late += undo.late - b.items[item].late
            b.items[item].late = undo.late
            b.items[item].latest = undo.latest
    b.tally[0].log_size = 0


@kernel
def order_visits(b: Board) -> bool:
    """Number the visits afresh in an order that all routes respect, earliest first; False if there is none."""
    heads = b.queue  # room for a node of each worker; nothing is queued now
    for v in range(b.workers):
        heads[v] = b.nodes[2 * b.visits + v].following
    left = 0
    for j in range(b.visits):
        left += b.nodes[2 * j].who >= 0
    for rank in range(1, left + 1):
        best = -1
        for v in range(b.workers):
            node = heads[v]
            if node >= 2 * b.visits:
                continue
            j = node >> 1
            if b.items[j].paired and heads[b.nodes[node ^ 1].who] != node ^ 1:
                continue
            if best < 0 or b.nodes[2 * j].begins < b.nodes[2 * best].begins:
                best = j
        if best < 0:
            return False
        b.items[best].key = rank
        heads[b.nodes[2 * best].who] = b.nodes[2 * best].following
        if b.items[best].paired:
            heads[b.nodes[2 * best + 1].who] = b.nodes[2 * best + 1].following
    return True


FIRST_KEY = 0.0


@kernel
def last_key(b: Board) -> float:
    """A key after those of all visits."""
    return np.float64(b.visits + 1)
