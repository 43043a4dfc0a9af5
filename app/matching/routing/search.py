"""The search for good routes: annealing again and again, by counted changes that a clock may only cut."""

from time import monotonic

import numpy as np
from msgspec import Struct

from app.matching.routing.anneal import anneal, remember
from app.matching.routing.board import Board, board_of
from app.matching.routing.place import clear, place_all, set_tours, tours_of
from app.matching.routing.problem import Problem, Tours

FEW = 8
HOT, COLD = 1.2, 0.012
"""Temperatures at the beginning and end of an annealing, in ways between a call and the few that are nearest."""
WARM = 0.5
"""The temperature at which given routes are improved without being forgotten."""
CHANGES_A_CALL = 100_000
"""As long an annealing as pays; what effort is left goes into another one."""
CHANGES_A_SECOND = 1_200_000
MOST_SLICE, LEAST_SLICE, SLICES = 1 << 17, 1 << 9, 64
LIGHT, HEAVY = 4, 1 << 20
DEARER = 1.3
LATE = 0.8


class Found(Struct, frozen=True, kw_only=True):
    """Routes, and how many changes were tried."""

    tours: Tours
    effort: int


def search(
    problem: Problem, *, seed: int, effort: int, seconds: float | None = None, start: Tours | None = None
) -> Found:
    """The best routes found by trying that many changes, beginning with some if given.

    The same seed and effort give the same routes, unless the seconds end first.
    """
    until = None if seconds is None else monotonic() + seconds
    board = board_of(problem, seed)
    if not len(board.able_staff):
        return Found(tours=[[] for _ in range(board.workers)], effort=0)
    if start is not None:
        set_tours(board, start)
    place_all(board)
    remember(board)
    scale = _usual_way(board) * problem.costs.travel
    done = 0
    for number, changes in enumerate(_annealings(effort, len(board.calls))):
        if number and not (start and number == 1):
            clear(board)
            place_all(board)
        hot = WARM if start and number == 0 else HOT
        done += _anneal(board, changes, hot * scale, COLD * scale, until)
        if until is not None and monotonic() >= until:
            break
    return Found(tours=tours_of(board), effort=done)


def _annealings(effort: int, calls: int) -> list[int]:
    """How many changes each annealing has; there are two at least, for the clock may cut the last one."""
    number = max(2, effort // (CHANGES_A_CALL * calls))
    return [effort // number] * number


def _anneal(board: Board, changes: int, hot: float, cold: float, until: float | None) -> int:
    """One annealing from the routes as they are; the number of changes tried before the clock cut it."""
    size = max(LEAST_SLICE, min(MOST_SLICE, changes // SLICES))
    board.tally["weight"] = LIGHT
    done = 0
    while done < changes and (until is None or monotonic() < until):
        past = min(done + size, changes)
        anneal(board, done, past, changes, hot, cold)
        done = past
        _weigh(board, done / changes)
    return done


def _weigh(board: Board, share: float) -> None:
    """Make what is not allowed dearer while there is any, and cheaper again, until near the end, when there is none."""
    tally = board.tally[0]
    if tally["excess"] > 0:
        tally["weight"] = min(HEAVY, int(tally["weight"] * (2 if share > LATE else DEARER)) + 1)
    elif share < LATE:
        tally["weight"] = max(LIGHT, int(tally["weight"] / DEARER))


def _usual_way(board: Board) -> float:
    """Between a call and those near it: what temperatures are measured by."""
    near = board.near_after[: 2 * board.visits, :FEW]
    call, column = np.nonzero(near >= 0)
    place = board.items["place"]
    ways = board.travel[place[call >> 1], place[near[call, column] >> 1]]
    return max(1.0, float(np.median(ways))) if len(ways) else 1.0


def effort_for(seconds: float) -> int:
    """How many changes an ordinary machine tries in that time, with some to spare."""
    return max(1, int(seconds * CHANGES_A_SECOND))
