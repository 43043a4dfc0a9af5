"""A first plan from what the prices say, and its improvement by many small exchanges."""

import numpy as np

from app.matching.compiling import compiled
from app.matching.problem import Ints
from app.matching.solver.board import NONE, Board, clashes, complete, lift_off, on_shift, put
from app.matching.solver.chains import (
    Chain,
    _hole,
    _touch,
    affordable,
    begin,
    build,
    close,
    dice,
    dissolve,
    leave,
    movable,
    settle,
    want,
)
from app.matching.solver.model import Model

RUINED = 4
"""People whose whole week is thought over together."""


@compiled
def round_up(model: Model, board: Board, chain: Chain, order: Ints) -> None:
    """Put in the pairs of this order as far as they go together, then make teams whole or give them up."""
    for pair in order:
        seat = model.seat[pair]
        shift = model.shift[seat]
        if board.taken[pair] or board.filled[seat] >= model.open[seat] or not affordable(model, board, shift):
            continue
        count, _ = clashes(model, board, pair, chain.cost, chain.found)
        if count == 0 and not on_shift(model, board, model.owner[pair], shift):
            put(model, board, pair)
        board.steps[0] = 0
    for shift in range(len(model.starts)):
        if not complete(model, board, shift) and not build(model, board, chain, shift):
            begin(board, chain)
            dissolve(model, board, chain, shift)
    board.steps[0] = 0


@compiled
def stir(model: Model, board: Board, chain: Chain, seats: Ints, attempts: int) -> int:
    """So many attempts at exchanges on these seats, which are those of the chain's zone; how many were worth it."""
    kept = 0
    for _ in range(attempts):
        seat = seats[int(dice(chain) * len(seats))]
        what = dice(chain)
        if what < 0.5 and board.filled[seat] < model.open[seat]:
            kept += _fill(model, board, chain, seat)
        elif what < 0.8 and board.seat_head[seat] != NONE:
            kept += _replace(model, board, chain, seat)
        else:
            kept += _rethink(model, board, chain, seat)
    return kept


@compiled
def _fill(model: Model, board: Board, chain: Chain, seat: int) -> bool:
    """One head more, or the whole team where there is none."""
    before, shift = board.value[0], model.shift[seat]
    begin(board, chain)
    if board.present[shift] == 0:
        want(model, board, chain, shift)
    else:
        _hole(chain, seat)
        _touch(chain, shift)
    close(model, board, chain)
    return settle(model, board, chain, before, 0)


@compiled
def _replace(model: Model, board: Board, chain: Chain, seat: int) -> bool:
    """Somebody else on a seat."""
    before = board.value[0]
    begin(board, chain)
    pair = board.seat_head[seat]
    for _ in range(np.int64(dice(chain) * board.filled[seat])):
        pair = board.seat_following[pair]
    if not movable(model, chain, pair):
        return False
    leave(model, board, chain, pair)
    close(model, board, chain)
    return settle(model, board, chain, before, 0)


@compiled
def _rethink(model: Model, board: Board, chain: Chain, seat: int) -> bool:
    """The weeks of a few people who could all take one seat."""
    before, shift = board.value[0], model.shift[seat]
    first, size = model.by_seat_first[seat], model.by_seat_first[seat + 1] - model.by_seat_first[seat]
    if size == 0:
        return False
    begin(board, chain)
    for _ in range(RUINED):
        person = model.owner[model.by_seat[first + np.int64(dice(chain) * size)]]
        while chain.zone[person] == chain.here[0] and board.head[person] != NONE:
            pair = board.head[person]
            lift_off(model, board, pair)
            _hole(chain, model.seat[pair])
            _touch(chain, model.shift[model.seat[pair]])
    if board.present[shift] == 0:
        want(model, board, chain, shift)
    elif board.filled[seat] < model.open[seat]:
        _hole(chain, seat)
        _touch(chain, shift)
    close(model, board, chain)
    return settle(model, board, chain, before, 0)


def order_of_pairs(model: Model, share: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """The pairs that people chose at the last prices, the surest first, and of equal ones the most valuable."""
    chosen = np.flatnonzero(share)
    gain = model.points[chosen] - cost[model.seat[chosen]]
    return chosen[np.lexsort((-gain, -share[chosen].astype(np.int64)))].astype(np.int32)
