"""A plan in the making: who takes which seat, with every step written down so that it can be taken back."""

from typing import NamedTuple

import numpy as np

from app.matching.compiling import compiled
from app.matching.problem import Bytes, Ints, Longs, Numbers
from app.matching.solver.model import Model
from app.matching.solver.ways import in_turn

NONE = -1
MOST_CLASHES = 64
TRAIL = 2**17


class Board(NamedTuple):
    """Taken pairs hang in two chains each: their person's, in order of start, and their seat's."""

    taken: Bytes
    head: Ints
    """The first taken pair of each person, or NONE."""
    following: Ints
    seat_head: Ints
    seat_following: Ints
    filled: Ints
    """Heads on each seat."""
    present: Ints
    """Heads on each shift."""
    contract_left: Longs
    value: Longs
    trail: Ints
    """Pairs as they were put in (pair) and taken out (-1 - pair)."""
    steps: Longs
    """How long the trail is."""


def board(model: Model) -> Board:
    """Nobody anywhere."""
    pairs, people, seats = len(model.seat), len(model.people), len(model.shift)
    return Board(
        taken=np.zeros(pairs, dtype=np.uint8),
        head=np.full(people, NONE, dtype=np.int32),
        following=np.full(pairs, NONE, dtype=np.int32),
        seat_head=np.full(seats, NONE, dtype=np.int32),
        seat_following=np.full(pairs, NONE, dtype=np.int32),
        filled=np.zeros(seats, dtype=np.int32),
        present=np.zeros(len(model.starts), dtype=np.int32),
        contract_left=model.contract_left.astype(np.int64),
        value=np.zeros(1, dtype=np.int64),
        trail=np.zeros(TRAIL, dtype=np.int32),
        steps=np.zeros(1, dtype=np.int64),
    )


@compiled
def put(model: Model, board: Board, pair: int) -> None:
    """Let the person of this pair take its seat. Nothing is checked."""
    _hang_in(board.head, board.following, model.owner[pair], pair)
    _hang_in(board.seat_head, board.seat_following, model.seat[pair], pair)
    _count(model, board, pair, 1)
    board.taken[pair] = 1
    _note(board, pair)


@compiled
def lift_off(model: Model, board: Board, pair: int) -> None:
    """Let the person of this pair leave its seat."""
    _take_out(board.head, board.following, model.owner[pair], pair)
    _take_out(board.seat_head, board.seat_following, model.seat[pair], pair)
    _count(model, board, pair, -1)
    board.taken[pair] = 0
    _note(board, -1 - pair)


@compiled
def rewind(model: Model, board: Board) -> None:
    """Take back every step on the trail."""
    while board.steps[0] > 0:
        step = board.trail[board.steps[0] - 1]
        if step >= 0:
            lift_off(model, board, step)
        else:
            put(model, board, -1 - step)
        board.steps[0] -= 2


@compiled
def _note(board: Board, step: int) -> None:
    board.trail[board.steps[0]] = step
    board.steps[0] += 1


@compiled
def _count(model: Model, board: Board, pair: int, heads: int) -> None:
    seat = model.seat[pair]
    shift = model.shift[seat]
    board.filled[seat] += heads
    board.present[shift] += heads
    board.value[0] += heads * model.points[pair]
    contract = model.contract[shift]
    if contract >= 0:
        board.contract_left[contract] -= heads * model.minutes[shift]


@compiled
def _hang_in(head: Ints, following: Ints, chain: int, pair: int) -> None:
    before, here = NONE, head[chain]
    while here != NONE and here < pair:
        before, here = here, following[here]
    following[pair] = here
    if before == NONE:
        head[chain] = pair
    else:
        following[before] = pair


@compiled
def _take_out(head: Ints, following: Ints, chain: int, pair: int) -> None:
    before, here = NONE, head[chain]
    while here != pair:
        before, here = here, following[here]
    if before == NONE:
        head[chain] = following[pair]
    else:
        following[before] = following[pair]


@compiled
def clashes(model: Model, board: Board, pair: int, cost: Numbers, found: Ints) -> tuple[int, float]:
    """What the person would have to leave for this pair: how many (their pairs stand in `found`), and what it costs.

    Each left pair costs its points above the cost of a head, as somebody else is likely to take it for that. Of those
    that only the caps forbid the cheapest go first.
    """
    person = model.owner[pair]
    shift = model.shift[model.seat[pair]]
    day, week = model.day[shift], model.week[shift]
    day_left = model.day_left[person, day] - model.minutes[shift]
    week_left = model.week_left[person, week] - model.minutes[shift]
    count, loss = 0, 0.0
    other = board.head[person]
    while other != NONE:
        there = model.shift[model.seat[other]]
        if not in_turn(model, there, shift) and not in_turn(model, shift, there):
            found[count] = other
            count += 1
            loss += _worth(model, other, cost)
        else:
            if model.day[there] == day:
                day_left -= model.minutes[there]
            if model.week[there] == week:
                week_left -= model.minutes[there]
        other = board.following[other]
    while (day_left < 0 or week_left < 0) and count < MOST_CLASHES:
        other = _cheapest(model, board, person, cost, found, count, day if day_left < 0 else NONE, week)
        if other == NONE:
            return count, np.inf
        there = model.shift[model.seat[other]]
        found[count] = other
        count += 1
        loss += _worth(model, other, cost)
        if model.day[there] == day:
            day_left += model.minutes[there]
        week_left += model.minutes[there]
    return count, loss


@compiled
def _worth(model: Model, pair: int, cost: Numbers) -> float:
    return float(max(model.points[pair] - cost[model.seat[pair]], 0.0))


@compiled
def _cheapest(
    model: Model, board: Board, person: int, cost: Numbers, found: Ints, count: int, day: int, week: int
) -> int:
    """Of the person's pairs in that day (or week) that are not found yet: the one that costs least a minute."""
    best, least = NONE, np.inf
    other = board.head[person]
    while other != NONE:
        there = model.shift[model.seat[other]]
        fits = model.week[there] == week and (day == NONE or model.day[there] == day)
        if fits and not _among(found, count, other):
            worth = _worth(model, other, cost) / model.minutes[there]
            if worth < least:
                best, least = other, worth
        other = board.following[other]
    return best


@compiled
def _among(found: Ints, count: int, pair: int) -> bool:
    return bool(np.any(found[:count] == pair))


@compiled
def on_shift(model: Model, board: Board, person: int, shift: int) -> bool:
    """Whether the person has a seat of the shift already."""
    other = board.head[person]
    while other != NONE:
        if model.shift[model.seat[other]] == shift:
            return True
        other = board.following[other]
    return False


@compiled
def complete(model: Model, board: Board, shift: int) -> bool:
    """Whether the shift has nobody, or everybody that it needs."""
    if board.present[shift] == 0:
        return True
    staff = 0
    for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
        if board.filled[seat] < model.least[seat]:
            return False
        if model.staff[seat]:
            staff += board.filled[seat]
    return staff > 0 or not model.needs_staff[shift]


def taken_pairs(board: Board) -> Ints:
    """The pairs of the plan."""
    return np.flatnonzero(board.taken).astype(np.int32)
