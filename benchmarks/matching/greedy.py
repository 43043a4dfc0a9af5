"""The plan of a careful dispatcher: the most urgent shifts first, each with the best people who are still free."""

import numpy as np

from app.matching.compiling import compiled
from app.matching.problem import Bytes, Ints, Numbers
from app.matching.solver.board import Board, board, clashes, complete, lift_off, on_shift, put, taken_pairs
from app.matching.solver.model import Model


def by_priority(pairs: Model, priority: Bytes) -> Ints:
    """The pairs of that plan. A shift that does not get all it needs gets nobody."""
    made = board(pairs)
    order = np.lexsort((pairs.starts, -priority.astype(np.int64))).astype(np.int32)
    _fill_all(pairs, made, order, np.zeros(len(pairs.shift)), np.zeros(100, dtype=np.int32))
    return taken_pairs(made)


@compiled
def _fill_all(pairs: Model, made: Board, order: Ints, free: Numbers, room: Ints) -> None:
    for shift in order:
        for seat in range(pairs.seats_first[shift], pairs.seats_first[shift + 1]):
            _fill(pairs, made, shift, seat, free, room)
        if not complete(pairs, made, shift):
            for seat in range(pairs.seats_first[shift], pairs.seats_first[shift + 1]):
                while made.seat_head[seat] >= 0:
                    lift_off(pairs, made, made.seat_head[seat])
        made.steps[0] = 0


@compiled
def _fill(pairs: Model, made: Board, shift: int, seat: int, free: Numbers, room: Ints) -> None:
    contract = pairs.contract[shift]
    for pair in pairs.by_seat[pairs.by_seat_first[seat] : pairs.by_seat_first[seat + 1]]:
        if made.filled[seat] == pairs.open[seat] or pairs.points[pair] <= 0:
            return
        if contract >= 0 and made.contract_left[contract] < pairs.minutes[shift]:
            return
        many, _ = clashes(pairs, made, pair, free, room)
        if many == 0 and not on_shift(pairs, made, pairs.owner[pair], shift):
            put(pairs, made, pair)
