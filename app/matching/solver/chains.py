"""Chains of exchanges: fill what is open, let whoever comes leave what they had, fill that, and keep it if it pays."""

from typing import NamedTuple

import numpy as np

from app.matching.compiling import compiled
from app.matching.problem import Ints, Longs, Numbers
from app.matching.solver.board import (
    MOST_CLASHES,
    NONE,
    Board,
    clashes,
    complete,
    lift_off,
    on_shift,
    put,
    rewind,
)
from app.matching.solver.model import Model

LONGEST = 12
"""Exchanges in one chain."""
MOST_HOLES = 512
LOOKED = 300
"""Shifts of a contract among which the least valuable is sought."""
SACRIFICED = 3
MOST_REHOMED = 4


class Chain(NamedTuple):
    """What one attempt works with."""

    holes: Ints
    """Seats that lost somebody or want somebody, the last one first."""
    counts: Longs
    """How many holes, touched shifts and freed people there are, the state of the dice, and whether the attempt would
    have to move somebody of another zone."""
    touched: Ints
    found: Ints
    best: Ints
    barred: Longs
    """Of each pair the attempt that took it out: it does not put it back."""
    fallen: Longs
    """Of each shift the attempt that gave it up."""
    freed: Ints
    """People who lost a seat to somebody else or with their team."""
    cost: Numbers
    """Of a head on each seat, with its contract's minutes."""
    price: Numbers
    """Without them: what one more head is worth."""
    attempt: Longs
    zone: Ints
    """Of each person the zone in which they may be moved; NONE for those who serve in several."""
    place: Ints
    """The zone of each shift."""
    here: Longs
    """The zone in which this work is done."""


HOLES, TOUCHED, FREED, DICE, SPOILT = 0, 1, 2, 3, 4


def chain(model: Model, seed: int, cost: Numbers, price: Numbers) -> Chain:
    """Room for attempts, one after the other, that go by these costs."""
    return Chain(
        holes=np.zeros(MOST_HOLES, dtype=np.int32),
        counts=np.array([0, 0, 0, seed * 2654435761 % 2**31 + 1, 0], dtype=np.int64),
        touched=np.zeros(MOST_HOLES, dtype=np.int32),
        found=np.zeros(MOST_CLASHES + 1, dtype=np.int32),
        best=np.zeros(MOST_CLASHES + 1, dtype=np.int32),
        barred=np.zeros(len(model.seat), dtype=np.int64),
        fallen=np.zeros(len(model.starts), dtype=np.int64),
        freed=np.zeros(MOST_HOLES, dtype=np.int32),
        cost=cost,
        price=price,
        attempt=np.zeros(1, dtype=np.int64),
        zone=np.zeros(len(model.people), dtype=np.int32),
        place=np.zeros(len(model.starts), dtype=np.int32),
        here=np.zeros(1, dtype=np.int64),
    )


@compiled
def dice(chain: Chain) -> float:
    """A number from 0 to 1, of a sequence that the seed decides."""
    state = np.uint64(chain.counts[DICE])
    state ^= (state << np.uint64(13)) & np.uint64(0x7FFFFFFFFFFFFFFF)
    state ^= state >> np.uint64(7)
    state ^= (state << np.uint64(17)) & np.uint64(0x7FFFFFFFFFFFFFFF)
    chain.counts[DICE] = np.int64(state)
    return (np.int64(state) % 1048576) / 1048576.0


@compiled
def begin(board: Board, chain: Chain) -> None:
    """A new attempt."""
    board.steps[0] = 0
    chain.counts[HOLES] = 0
    chain.counts[TOUCHED] = 0
    chain.counts[FREED] = 0
    chain.counts[SPOILT] = 0
    chain.attempt[0] += 1


@compiled
def want(model: Model, board: Board, chain: Chain, shift: int) -> None:
    """Make holes of what the shift needs to be complete."""
    staff, spare = 0, NONE
    for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
        for _ in range(model.least[seat] - board.filled[seat]):
            _hole(chain, seat)
        if model.staff[seat] and model.open[seat] > 0:
            staff += max(model.least[seat], board.filled[seat])
            spare = seat
    if model.needs_staff[shift] and staff == 0 and spare != NONE:
        _hole(chain, spare)
    _touch(chain, shift)


@compiled
def _hole(chain: Chain, seat: int) -> None:
    if chain.counts[HOLES] < MOST_HOLES:
        chain.holes[chain.counts[HOLES]] = seat
        chain.counts[HOLES] += 1


@compiled
def _touch(chain: Chain, shift: int) -> None:
    if chain.counts[TOUCHED] < MOST_HOLES:
        chain.touched[chain.counts[TOUCHED]] = shift
        chain.counts[TOUCHED] += 1


@compiled
def _free(model: Model, chain: Chain, pair: int) -> None:
    if chain.counts[FREED] < MOST_HOLES:
        chain.freed[chain.counts[FREED]] = model.owner[pair]
        chain.counts[FREED] += 1


@compiled
def leave(model: Model, board: Board, chain: Chain, pair: int) -> None:
    """Somebody leaves a seat, for this attempt at least; the seat becomes a hole."""
    lift_off(model, board, pair)
    _free(model, chain, pair)
    chain.barred[pair] = chain.attempt[0]
    _hole(chain, model.seat[pair])
    _touch(chain, model.shift[model.seat[pair]])


@compiled
def movable(model: Model, chain: Chain, pair: int) -> bool:
    """Whether this pair's person may be moved in this zone."""
    return bool(chain.zone[model.owner[pair]] == chain.here[0])


@compiled
def _all_movable(model: Model, board: Board, chain: Chain, shift: int) -> bool:
    for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
        pair = board.seat_head[seat]
        while pair != NONE:
            if not movable(model, chain, pair):
                return False
            pair = board.seat_following[pair]
    return True


@compiled
def dissolve(model: Model, board: Board, chain: Chain, shift: int) -> None:
    """Everybody leaves the shift; if somebody cannot, the attempt is spoilt."""
    if not _all_movable(model, board, chain, shift):
        chain.counts[SPOILT] = 1
        return
    for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
        while board.seat_head[seat] != NONE:
            _free(model, chain, board.seat_head[seat])
            lift_off(model, board, board.seat_head[seat])
    chain.fallen[shift] = chain.attempt[0]


@compiled
def affordable(model: Model, board: Board, shift: int) -> bool:
    """Whether the shift's contract has minutes for one head more."""
    contract = model.contract[shift]
    return bool(contract < 0 or board.contract_left[contract] >= model.minutes[shift])


@compiled
def make_room(model: Model, board: Board, chain: Chain, shift: int) -> None:
    """Give up the least valuable shifts under the same contract until it has minutes for one head more."""
    contract = model.contract[shift]
    first, size = model.contract_first[contract], model.contract_first[contract + 1] - model.contract_first[contract]
    start, looked = np.int64(dice(chain) * size), min(size, LOOKED)
    for _ in range(SACRIFICED):
        if affordable(model, board, shift):
            return
        least, victim = np.inf, NONE
        for at in range(looked):
            other = model.contract_shift[first + (start + at) % size]
            if other == shift or board.present[other] == 0 or chain.place[other] != chain.here[0]:
                continue
            worth = _heads_worth(model, board, chain, other)
            if worth < least:
                least, victim = worth, other
        if victim == NONE:
            return
        dissolve(model, board, chain, victim)


@compiled
def _heads_worth(model: Model, board: Board, chain: Chain, shift: int) -> float:
    total = 0.0
    for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
        total += board.filled[seat] * chain.price[seat]
    return total


@compiled
def choose(model: Model, board: Board, chain: Chain, seat: int) -> tuple[int, int]:
    """The best person for the seat, less what they would have to leave; NONE when nobody would gain anything.

    What must be left stands in `chain.best`; the second answer is how many.
    """
    shift = model.shift[seat]
    if not affordable(model, board, shift):
        return NONE, 0
    best, most, size = NONE, 0.0, 0
    for at in range(model.by_seat_first[seat], model.by_seat_first[seat + 1]):
        pair = model.by_seat[at]
        if best != NONE and model.points[pair] <= most:
            break
        if board.taken[pair] or chain.barred[pair] == chain.attempt[0] or not movable(model, chain, pair):
            continue
        count, loss = clashes(model, board, pair, chain.cost, chain.found)
        worth = model.points[pair] - loss
        if worth > most and not on_shift(model, board, model.owner[pair], shift):
            best, most, size = pair, worth, count
            chain.best[:count] = chain.found[:count]
    return best, size


@compiled
def close(model: Model, board: Board, chain: Chain) -> None:
    """Fill the holes one after the other, each with the best there is, and what opens thereby as well."""
    for _ in range(chain.counts[HOLES] + LONGEST):
        if chain.counts[HOLES] == 0 or chain.counts[SPOILT] or board.steps[0] > len(board.trail) // 2:
            break
        chain.counts[HOLES] -= 1
        seat = chain.holes[chain.counts[HOLES]]
        shift = model.shift[seat]
        if board.filled[seat] >= model.open[seat] or chain.fallen[shift] == chain.attempt[0]:
            continue
        if not affordable(model, board, shift) and chain.price[seat] > 0:
            make_room(model, board, chain, shift)
        pair, size = choose(model, board, chain, seat)
        if pair == NONE:
            if not complete(model, board, shift):
                dissolve(model, board, chain, shift)
            continue
        for at in range(size):
            leave(model, board, chain, chain.best[at])
        put(model, board, pair)
        _touch(chain, shift)
    for at in range(min(chain.counts[FREED], MOST_REHOMED)):
        _occupy(model, board, chain, chain.freed[at])


@compiled
def _occupy(model: Model, board: Board, chain: Chain, person: int) -> None:
    """Give somebody with time the best open seat that they could simply take."""
    best, most = NONE, 0
    begin_pair, end_pair = model.first[person], model.first[person + 1]
    for pair in range(begin_pair, end_pair):
        seat = model.seat[pair]
        shift = model.shift[seat]
        if model.points[pair] <= most or board.filled[seat] >= model.open[seat] or board.present[shift] == 0:
            continue
        if board.taken[pair] or not affordable(model, board, shift) or chain.barred[pair] == chain.attempt[0]:
            continue
        if chain.place[shift] != chain.here[0]:
            continue
        count, _ = clashes(model, board, pair, chain.cost, chain.found)
        if count == 0 and not on_shift(model, board, person, shift):
            best, most = pair, model.points[pair]
    if best != NONE:
        put(model, board, best)
        _touch(chain, model.shift[model.seat[best]])


@compiled
def settle(model: Model, board: Board, chain: Chain, before: int, least_gain: int) -> bool:
    """Keep the attempt when it gained enough and left no team in part; else take it back. Says whether it was kept."""
    for at in range(chain.counts[TOUCHED]):
        if not complete(model, board, chain.touched[at]):
            dissolve(model, board, chain, chain.touched[at])
    if board.value[0] - before >= least_gain and not chain.counts[SPOILT]:
        board.steps[0] = 0
        return True
    rewind(model, board)
    return False


@compiled
def build(model: Model, board: Board, chain: Chain, shift: int) -> bool:
    """Try to bring an empty or incomplete shift about, or to fill one open head of a complete one."""
    before = board.value[0]
    begin(board, chain)
    if board.present[shift] == 0 or not complete(model, board, shift):
        want(model, board, chain, shift)
    else:
        seat = _open_seat(model, board, shift)
        if seat == NONE:
            return False
        _hole(chain, seat)
        _touch(chain, shift)
    close(model, board, chain)
    return settle(model, board, chain, before, 1)


@compiled
def _open_seat(model: Model, board: Board, shift: int) -> int:
    for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
        if board.filled[seat] < model.open[seat]:
            return seat
    return NONE


@compiled
def build_all(model: Model, board: Board, chain: Chain, order: Ints) -> int:
    """Attempt each of these shifts until nothing more comes of it; says how often something did."""
    kept = 0
    for shift in order:
        while build(model, board, chain, shift):
            kept += 1
    return kept
