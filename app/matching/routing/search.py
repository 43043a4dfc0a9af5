"""The search for good routes: annealing again and again, by counted changes that a clock may only cut."""

from time import monotonic

import numpy as np
from msgspec import Struct

from app.matching.routing.anneal import anneal, remember
from app.matching.routing.board import Board, board_of
from app.matching.routing.place import clear, place_all, set_tours, tours_of
from app.matching.routing.problem import Problem, Tours

HOT, COLD = 1.0, 0.01
"""Temperatures at the beginning and end of an annealing, in usual ways between visits."""
WARM = 0.15
"""The temperature at which given routes are improved without being forgotten."""
CHANGES_A_CALL = 150_000
"""As long an annealing as pays; what effort is left goes into another one."""
SHORT_SHARE = 0.2
"""Of an effort that is enough for one annealing only: a first quick one, so that the clock may cut at any time."""
CHANGES_A_SECOND = 1_200_000
MOST_SLICE, LEAST_SLICE, SLICES = 1 << 17, 1 << 9, 64
LIGHT, HEAVY = 4, 1 << 20


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
    scale = _usual_way(problem) * problem.costs.travel
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
    """How many changes each annealing has."""
    number = effort // (CHANGES_A_CALL * calls)
    if number < 2:
        return [int(effort * SHORT_SHARE), effort - int(effort * SHORT_SHARE)]
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
    """Make what is not allowed dearer while there is any; cheaper again, early on, when there is none."""
    tally = board.tally[0]
    if tally["excess"] > 0:
        tally["weight"] = min(HEAVY, tally["weight"] * 2)
    elif share < 0.7:
        tally["weight"] = max(LIGHT, tally["weight"] * 3 // 4)


def _usual_way(problem: Problem) -> float:
    """Between two visits: what temperatures are measured by."""
    place = problem.visits.place
    return max(1.0, float(np.median(problem.travel[place[:, None], place[None, :]])))


def effort_for(seconds: float) -> int:
    """How many changes an ordinary machine tries in that time, with some to spare."""
    return max(1, int(seconds * CHANGES_A_SECOND))
