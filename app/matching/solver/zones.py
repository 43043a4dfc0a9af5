"""Exchanges on several threads: the city is cut into zones, each of which changes only what lies inside of it.

Whoever serves in two zones stays where they are for this round; in the next one the city is cut in another direction.
"""

from concurrent.futures import ThreadPoolExecutor
from math import cos, pi, sin, sqrt

import numpy as np

from app.matching.compiling import compiled
from app.matching.problem import Ints, Longs
from app.matching.solver.board import NONE, Board
from app.matching.solver.chains import DICE, Chain
from app.matching.solver.improve import stir
from app.matching.solver.model import Model

MOST, SEATS_EACH = 4, 5_000
"""How many zones there are at most, whatever the number of threads, and how many seats each has at least."""
TURN = pi * (3 - sqrt(5))
"""From one direction to the next: the golden angle, so that no two rounds cut alike."""
ATTEMPTS, SHARE = 1_000, 20
"""Exchanges tried in a zone in one round: so many, or a part of its seats if that is more."""
ATTEMPTS_EACH = 2**40
"""Attempts are numbered apart in each zone: those of one leave marks that the next one reads."""


class Zones:
    """A plan in the making, improved zone by zone."""

    def __init__(self, model: Model, board: Board, chain: Chain, threads: int) -> None:
        self._model, self._board, self._threads = model, board, threads
        wanted = np.flatnonzero(model.open > 0)
        self._seats = wanted.astype(np.int32)
        self._count = min(max(len(wanted) // SEATS_EACH, 1), MOST)
        self._chains = [_zone_of(chain, number) for number in range(self._count)]
        self._boards = [_its_own(board) for _ in range(self._count)]
        self._round = 0

    def stir(self) -> None:
        """One round of exchanges."""
        model, board = self._model, self._board
        place = _strips(model, self._count, self._round)
        zone = _homes(model, board, place)
        lefts = _shares(board.contract_left, self._count, int(model.minutes.max(initial=0)), self._round)
        for one, left in zip(self._boards, lefts, strict=True):
            one.contract_left[:], one.value[0] = left, 0
        of_seat = place[model.shift[self._seats]]

        def part(number: int) -> None:
            seats = self._seats[of_seat == number]
            if len(seats):
                chain = self._chains[number]._replace(zone=zone, place=place)
                stir(model, self._boards[number], chain, seats, max(ATTEMPTS, len(seats) // SHARE))

        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(part, range(self._count)))
        board.contract_left[:] = np.sum([one.contract_left for one in self._boards], axis=0)
        board.value[0] += sum(int(one.value[0]) for one in self._boards)
        self._round += 1


def _zone_of(chain: Chain, number: int) -> Chain:
    """Room for work in one zone, with dice of its own."""
    counts = np.zeros_like(chain.counts)
    counts[DICE] = (int(chain.counts[DICE]) + number * 2654435761) % 2**31 + 1
    return chain._replace(
        holes=np.zeros_like(chain.holes),
        counts=counts,
        touched=np.zeros_like(chain.touched),
        found=np.zeros_like(chain.found),
        best=np.zeros_like(chain.best),
        freed=np.zeros_like(chain.freed),
        attempt=np.full(1, (number + 1) * ATTEMPTS_EACH, dtype=np.int64),
        here=np.full(1, number, dtype=np.int64),
    )


def _its_own(board: Board) -> Board:
    """The same plan, with sums and a trail that only one zone writes."""
    return board._replace(
        contract_left=np.zeros_like(board.contract_left),
        value=np.zeros_like(board.value),
        trail=np.zeros_like(board.trail),
        steps=np.zeros_like(board.steps),
    )


def _strips(model: Model, count: int, number: int) -> Ints:
    """The zone of each shift: strips across the city with as many shifts in each."""
    along = np.nan_to_num(model.x * cos(number * TURN) + model.y * sin(number * TURN))
    strip = np.empty(len(along), dtype=np.int32)
    strip[np.argsort(along, kind="stable")] = np.arange(len(along)) * count // max(len(along), 1)
    return strip


@compiled
def _homes(model: Model, board: Board, place: Ints) -> Ints:
    """The zone of each person: where they serve, if that is one; else of the first shift they might take."""
    zone = np.empty(len(model.people), dtype=np.int32)
    for person in range(len(zone)):
        pair = board.head[person]
        zone[person] = place[model.shift[model.seat[pair if pair != NONE else model.first[person]]]]
        while pair != NONE:
            if place[model.shift[model.seat[pair]]] != zone[person]:
                zone[person] = NONE
                break
            pair = board.following[pair]
    return zone


def _shares(left: Longs, count: int, longest: int, number: int) -> list[Longs]:
    """What each zone may use of the minutes left: the same of what is plenty, and each in turn what is not."""
    each = left // count // max(longest, 1) * longest
    rest = left - each * count
    turn = (np.arange(len(left)) + number) % count
    return [each + np.where(turn == zone, rest, 0) for zone in range(count)]
