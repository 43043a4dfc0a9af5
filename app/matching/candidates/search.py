"""The best people for one seat: known visitors first, then cell by cell from near to far, until nobody can be better.

Who is found is kept as a key, the best few in a heap with the worst on top. A key is the points and, below them, who
comes first at equal points, so that keys are all different and their order is the order of the list.
"""

from typing import Any

import numpy as np

from app.matching.arrays import Arrays, City, Records
from app.matching.candidates.bar import Bar, least_of, reaches
from app.matching.candidates.index import Grid
from app.matching.compiling import kernel
from app.matching.eligibility import allowed, fails_available, hindered, metres, shut, suits
from app.matching.problem import SLOT_MINUTES, Ints, Longs, Masks
from app.matching.score import bond, fit, points, travel_cost, worth

TIE_BITS = 24
"""Room for 16 million people."""
TIES = 2**TIE_BITS
SLACK = 0.01
"""Metres by which a cell may seem farther than somebody in it, for rounding."""


@kernel
def search(a: Arrays, g: Grid, seat: int, above: Bar, keys: Longs) -> int:
    """How many were found who are above the bar; `keys` takes the best, in order, and has an end."""
    if len(keys) == 0 or shut(a, seat):
        return 0
    floor = least_of(above, seat) * TIES + TIES - 1
    count = _bonds(a, g, seat, above, floor, keys)
    if a.seat[seat].staff != 0:
        count = _staff(a, g, seat, above, floor, keys, count)
    elif -(-a.seat[seat].ends // SLOT_MINUTES) <= a.seat[seat].starts // SLOT_MINUTES:
        count = _everyone(a, g, seat, above, floor, keys, count)
    elif -(-a.seat[seat].ends // SLOT_MINUTES) <= 64 * a.free.shape[1]:
        count = _cells(a, g, seat, above, floor, keys, count)
    _sort(keys, count)
    return count


@kernel
def _bonds(a: Arrays, g: Grid, seat: int, above: Bar, floor: int, keys: Longs) -> int:
    """Those whom something ties to this very seat; nobody else's points depend on it, so all others come by `fit`."""
    count = 0
    served = a.seat[seat].served
    if served != 0:
        row = np.searchsorted(g.friends_of, served)
        while row < len(g.friend) and g.friends_of[row] == served:
            if bond(a, g.friend[row], seat) != 0:
                count = _offer(a, g, seat, g.friend[row], above, floor, keys, count)
            row += 1
    shift = a.seat[seat].shift
    for row in range(g.before_first[shift], g.before_first[shift + 1]):
        person = g.before_person[row]
        if bond(a, person, seat) != 0 and not _is_friend(a, person, served):
            count = _offer(a, g, seat, person, above, floor, keys, count)
    return count


@kernel
def _is_friend(a: Arrays, person: int, served: int) -> bool:
    for row in range(a.known_first[person], a.known_first[person + 1]):
        if served != 0 and a.served[row] == served:
            return True
    return False


@kernel
def _staff(a: Arrays, g: Grid, seat: int, above: Bar, floor: int, keys: Longs, count: int) -> int:
    """Whom the shift's agency pays."""
    agency = np.searchsorted(g.agencies, a.seat[seat].agency)
    if agency < len(g.agencies) and g.agencies[agency] == a.seat[seat].agency:
        first, past = g.agency_first[agency], g.agency_first[agency + 1]
        ceiling = worth(a, seat) + a.city.preference
        count = _best_of(a, g, seat, above, g.agency_home, first, past, ceiling, floor, keys, count)
    return count


@kernel
def _everyone(a: Arrays, g: Grid, seat: int, above: Bar, floor: int, keys: Longs, count: int) -> int:
    """For a shift that takes no time: anybody is free for it."""
    for person in range(len(a.person)):
        if bond(a, person, seat) == 0:
            count = _offer(a, g, seat, person, above, floor, keys, count)
    return count


@kernel
def _cells(a: Arrays, g: Grid, seat: int, above: Bar, floor: int, keys: Longs, count: int) -> int:
    """Whoever is free then, from near to far."""
    cells = g.columns * g.lines
    base = _block(a, g, seat) * g.cells
    ceiling = worth(a, seat) + a.city.preference
    homeless, past = g.first[base + g.cells - 1], g.first[base + g.cells]
    x, y = np.float64(a.seat[seat].x), np.float64(a.seat[seat].y)
    lost, rings = np.isnan(x + y), max(g.columns, g.lines)
    if lost:
        x, y = _some_home(g, seat)
        rings = int(min(rings, above.around // g.size + 1))
    column = min(max(int((x - g.west) // g.size), 0), g.columns - 1)
    line = min(max(int((y - g.south) // g.size), 0), g.lines - 1)
    nowhere = ceiling - travel_cost(a.city, np.nan)
    for ring in range(rings):
        nearest = 0.0 if lost else max((ring - 1) * g.size - SLACK, 0.0)
        top = nowhere if lost else ceiling - travel_cost(a.city, nearest)
        if nearest > g.reaches[-1] or (top + g.top_merit) * TIES + TIES - 1 <= _bar(keys, count, floor):
            break
        for row in range(max(line - ring, 0), min(line + ring, g.lines - 1) + 1):
            step = 1 if abs(row - line) == ring else max(2 * ring, 1)
            for col in range(column - ring, column + ring + 1, step):
                if col < 0 or col >= g.columns:
                    continue
                away = 0.0 if lost else _nearest(g, col, row, x, y)
                high = nowhere if lost else ceiling - travel_cost(a.city, away)
                for layer in range(len(g.reaches)):
                    at = base + layer * cells + row * g.columns + col
                    if g.reaches[layer] < away or g.first[at] == g.first[at + 1]:
                        continue
                    if high + g.near[g.home[g.first[at]]].merit >= _bar(keys, count, floor) >> TIE_BITS:
                        count = _best_of(
                            a, g, seat, above, g.home, g.first[at], g.first[at + 1], high, floor, keys, count
                        )
    return _best_of(a, g, seat, above, g.home, homeless, past, nowhere, floor, keys, count)


@kernel
def _some_home(g: Grid, seat: int) -> tuple[np.float64, np.float64]:
    """Where somebody lives, another for each seat: people are sought around it for a shift that is nowhere."""
    for at in range(len(g.near)):
        n = g.near[(seat * 7919 + at) % len(g.near)]
        if not np.isnan(n.x + n.y):
            return np.float64(n.x), np.float64(n.y)
    return np.float64(g.west), np.float64(g.south)


@kernel
def _block(a: Arrays, g: Grid, seat: int) -> int:
    """Of the blocks of time that the shift touches, the one in which fewest people are free."""
    slot = SLOT_MINUTES * g.block_slots
    fewest = a.seat[seat].starts // slot
    for block in range(fewest + 1, (a.seat[seat].ends - 1) // slot + 1):
        if _crowd(g, block) < _crowd(g, fewest):
            fewest = block
    return int(fewest)


@kernel
def _crowd(g: Grid, block: int) -> int:
    return int(g.first[(block + 1) * g.cells] - g.first[block * g.cells])


@kernel
def _nearest(g: Grid, column: int, line: int, x: float, y: float) -> float:
    """How near somebody in this cell can live at least."""
    east, north = 0.0, 0.0
    if column > 0:
        east = max(g.west + column * g.size - x, east)
    if column < g.columns - 1:
        east = max(x - g.west - (column + 1) * g.size, east)
    if line > 0:
        north = max(g.south + line * g.size - y, north)
    if line < g.lines - 1:
        north = max(y - g.south - (line + 1) * g.size, north)
    return max(float(np.sqrt(east * east + north * north)) - SLACK, 0.0)


@kernel
def _best_of(
    a: Arrays,
    g: Grid,
    seat: int,
    above: Bar,
    entries: Ints,
    first: int,
    past: int,
    ceiling: int,
    floor: int,
    keys: Longs,
    count: int,
) -> int:
    """Those of these people, most merit first, who are good enough; `ceiling` is what nobody exceeds but by merit."""
    s, gain = a.seat[seat], worth(a, seat)
    while True:
        bar = _bar(keys, count, floor)
        first = _next(s, a.city, a.free, g.near, entries, first, past, ceiling, gain, bar >> TIE_BITS)
        if first >= past:
            return count
        n = g.near[entries[first]]
        person = n.person
        reached = gain + n.merit + fit(a.city, n, s)
        key = _key(reached, g.place[person])
        rises = key > bar and reaches(above, seat, person, reached, s.starts, s.ends)
        if rises and bond(a, person, seat) == 0 and not hindered(a, person, seat):
            count = _keep(keys, count, key)
        first += 1


@kernel
def _next(
    s: Any,
    city: City,
    free: Masks,
    near: Records,
    entries: Ints,
    first: int,
    past: int,
    ceiling: int,
    gain: int,
    bar: int,
) -> int:
    """The next of the entries who reaches the bar and whom the quickest rules leave; `past` when nobody does.

    Nearly all of the search is spent here, so it is given nothing but what it reads.
    """
    most = gain + city.preference
    for at in range(first, past):
        n = near[entries[at]]
        if ceiling + n.merit < bar:
            break
        away = metres(n.x, n.y, s.x, s.y)
        if away > n.reach or most + n.merit - travel_cost(city, away) < bar:
            continue
        if suits(n, s) and gain + n.merit + fit(city, n, s) >= bar and not fails_available(free, n.person, s):
            return at
    return past


@kernel
def _offer(a: Arrays, g: Grid, seat: int, person: int, above: Bar, floor: int, keys: Longs, count: int) -> int:
    """Keep this person if they are good enough and no rule is against it."""
    s, reached = a.seat[seat], points(a, person, seat)
    key = _key(reached, g.place[person])
    rises = key > _bar(keys, count, floor) and reaches(above, seat, person, reached, s.starts, s.ends)
    return _keep(keys, count, key) if rises and allowed(a, person, seat) else count


@kernel
def _key(worth_all: int, place: int) -> int:
    return int(worth_all * TIES + TIES - 1 - place)


@kernel
def _keep(keys: Longs, count: int, key: int) -> int:
    """Take a key in; the answer is how many there are then. They become a heap once there is no room for more, and
    from then on a key takes the place of the least."""
    if count == len(keys):
        _sink(keys, 0, count, key)
        return count
    keys[count] = key
    if count + 1 == len(keys):
        _heap(keys, count + 1)
    return count + 1


@kernel
def _bar(keys: Longs, count: int, floor: int) -> int:
    """The key that another must exceed."""
    return int(keys[0]) if count == len(keys) else floor


@kernel
def _heap(keys: Longs, count: int) -> None:
    """Make a heap of the first `count` keys."""
    for at in range(count // 2 - 1, -1, -1):
        _sink(keys, at, count, keys[at])


@kernel
def _sink(keys: Longs, at: int, count: int, key: int) -> None:
    """Put a key in the place of one of the heap, and as far down as it belongs."""
    while 2 * at + 1 < count:
        below = 2 * at + 1
        if below + 1 < count and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at] = keys[below]
        at = below
    keys[at] = key


@kernel
def _sort(keys: Longs, count: int) -> None:
    """The greatest first: of a heap, the least goes to the end again and again."""
    if count < len(keys):
        _heap(keys, count)
    for end in range(count - 1, 0, -1):
        least = keys[0]
        _sink(keys, 0, end, keys[end])
        keys[end] = least
