"""The lists that prices move over: of all who come near a seat's price, those for whom it is worth their time.

How far below its price a seat's list reaches says how far the price may fall before more people have to be sought.
Where many of the seats that ask for the same stand at the end of their lists, prices have far to fall: few people can
do what these seats ask for, and all of them are wanted everywhere. Elsewhere prices hardly move after a few steps.
"""

from collections.abc import Callable

import numpy as np

from app.matching.alike import alike
from app.matching.candidates import COMPLETE, DEEPEST, LONG, Bar, Edges, Tolls, bar, reaching, replaced
from app.matching.candidates.bar import EVERYWHERE
from app.matching.problem import Flags, Ints, Longs, Numbers, Problem
from app.matching.solver.dual import Ascent
from app.matching.solver.losses import less

FIRST, LEAST, MOST = 600.0, 50.0, 2_500.0
"""Points that lists reach below the price."""
FALLING = 0.25
"""What part of the seats alike must be held back by their lists for all of these to reach much farther."""
MUCH_FARTHER, FARTHER, NEARER = 4.0, 2.0, 0.5
"""How the reach changes: of such seats, of those held back by themselves, and of all others."""
NEAR = 100.0
"""Points below the price within which people are kept in mind at least."""
BY_THE_HOUR, SOUGHT_BY_THE_HOUR = 100.0, 400.0
"""Points that lists reach at most for whoever pays by the hour, and when they are sought: they can do nearly anything,
and long lists would consist of them."""
LENIENT = 0.5
"""What part of their tolls is charged when people are sought: some will be worth less elsewhere in a few steps."""
FEW = 200
"""One of so many seats must be short of people for it to be worth looking for some."""
SHORTEST, DEEPER, DEEPER_FALLING = 8, 8, 24
"""How many people a list counts as at least, and how many times as many are sought where it was too short, or where all
alike were: looking for a few more takes nearly as long as looking for many."""
LARGE = 1_000_000_000
"""Pairs of seats and people who are paid. In a city with more, a proof takes of these people only those to whom a seat
is worth their time, not all who gain by it: it proves some 0.05 % less then, in half the time."""
AROUND = 3_000.0
"""Metres around somebody's home in which people are sought in a large city for a shift that is nowhere: it is as far
from everybody. In a city with fewer people too few live there."""

Seek = Callable[[Ints, Bar], Edges]
"""Finds so many people for each seat, of those who are above the bar."""


class Lists:
    """All who come near the prices of seats, as prices move."""

    def __init__(self, problem: Problem, edges: Edges, seek: Seek, threads: int) -> None:
        self._problem, self._edges, self._seek, self._threads = problem, edges, seek, threads
        self._alike = alike(problem)
        self._seats_alike = np.maximum(np.bincount(self._alike), 1)
        self._large = int(np.count_nonzero(problem.people.staff_of > 0)) * problem.seat_count > LARGE
        self._around = AROUND if self._large else EVERYWHERE
        self._reach = np.full(problem.seat_count, FIRST)
        self._unsure = np.zeros(problem.seat_count, dtype=np.bool_)
        """The seats for which people were sought, less tolls of that time: some may be worth more there by now."""
        self.partial = False
        """Whether people were left out of lists because their time is worth more elsewhere."""

    @property
    def complete(self) -> bool:
        """Whether everybody who may take a seat is listed, or as many as are kept where everybody counts."""
        return bool(((self._edges.rest == COMPLETE) | (np.diff(self._edges.first) >= LONG)).all())

    def renewed(self, ascent: Ascent, planned: tuple[Ints, Ints]) -> Edges:
        """Those for whom a seat is worth their time at the present prices, or nearly; who chose it lately; the planned.

        More people are sought where prices are held back by their lists. The ascent lays down the lists that it has.
        """
        held, cost, problem = ascent.held_back(), ascent.costs_now(), self._problem
        tolls = ascent.tolls(problem, cost, by_the_hour=True)
        chosen = ascent.lay_down()
        falling = (np.bincount(self._alike, weights=held) / self._seats_alike > FALLING)[self._alike]
        change = np.where(falling, MUCH_FARTHER, np.where(held, FARTHER, NEARER))
        self._reach = (self._reach * change).clip(LEAST, MOST)
        least = _below(cost, self._reach)
        near = bar(problem, _below(cost, np.maximum(2 * self._reach, NEAR)))
        self._edges = reaching(problem, self._edges, near, self._threads, planned)
        short = held & (self._edges.rest > least)
        if short.sum() * FEW > len(short):
            strictly = _below(cost, np.minimum(self._reach, SOUGHT_BY_THE_HOUR))
            depth = self._deeper(short, falling)
            found = self._seek(depth, bar(problem, least, strictly, less(tolls, LENIENT), self._around))
            self._edges = replaced(self._edges, found, short, self._threads)
            self._unsure |= short
        self.partial = True
        above = bar(problem, least, _below(cost, np.minimum(self._reach, BY_THE_HOUR)), tolls)
        person, seat = (np.concatenate(both) for both in zip(chosen, planned, strict=True))
        return reaching(problem, self._edges, above, self._threads, (person, seat))

    def everybody(self, ascent: Ascent) -> tuple[Edges, Tolls]:
        """Whoever gains by a seat at the best prices more than their time is worth, and what that is."""
        cost, problem = ascent.whole_costs(), self._problem
        tolls = ascent.tolls(problem, cost, by_the_hour=self._large)
        above = bar(problem, _below(cost, np.zeros_like(cost)), tolls=tolls)
        sought = (problem.seats.open > 0) & (self._unsure | (self._edges.rest > above.least))
        found = self._seek(np.where(sought, DEEPEST, 0).astype(np.int32), above)
        return replaced(reaching(problem, self._edges, above, self._threads), found, sought, self._threads), tolls

    def _deeper(self, short: Flags, falling: Flags) -> Ints:
        lengths = np.maximum(np.diff(self._edges.first), SHORTEST) * np.where(falling, DEEPER_FALLING, DEEPER)
        return np.where(short, np.minimum(lengths, DEEPEST), 0).astype(np.int32)


def _below(cost: Numbers, points: Numbers) -> Longs:
    return np.asarray(np.floor(cost - points), dtype=np.int64)
