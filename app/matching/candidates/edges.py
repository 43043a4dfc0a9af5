"""Candidate pairs by seat, how many of them a seat gets, and what is known of those left out."""

import numpy as np
from msgspec import Struct

from app.matching.problem import Flags, Ints, Longs, Problem

COMPLETE = -(2**31)
"""`Edges.rest` of a seat whose list leaves nobody out."""
UNSEEN = 2**31 - 1
"""And of a seat for which nobody was looked for: no pair is worth more."""


DEEPEST = 1000
"""How many people a seat's list holds at most where lists should be as long as they can."""
MOST = 40_000_000
"""Pairs of all lists together, where some of them are long."""
PLENTY = 2


class Edges(Struct, frozen=True, kw_only=True):
    """For each seat the people who may take it and would be worth most there."""

    first: Longs
    """(seats + 1) the pairs of seat e are `first[e]` to `first[e + 1]`, best first."""
    person: Ints
    points: Ints
    rest: Ints
    """Of each seat: no eligible person who is not listed would be worth more points; COMPLETE if there is none."""

    @property
    def seat(self) -> Ints:
        """The seat of each pair."""
        return np.repeat(np.arange(len(self.rest), dtype=np.int32), np.diff(self.first))


def extended(edges: Edges, more: Edges, seats: Flags) -> Edges:
    """The lists with those of these seats replaced by others, unless these are shorter."""
    taken = seats & (np.diff(more.first) >= np.diff(edges.first))
    count = np.where(taken, np.diff(more.first), np.diff(edges.first))
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    person, points = np.empty(first[-1], dtype=np.int32), np.empty(first[-1], dtype=np.int32)
    for source, of_source in ((more, taken), (edges, ~taken)):
        there, here = np.repeat(of_source, count), np.repeat(of_source, np.diff(source.first))
        person[there], points[there] = source.person[here], source.points[here]
    rest = np.where(taken, np.minimum(more.rest, edges.rest), edges.rest)
    return Edges(first=first, person=person, points=points, rest=rest)


class Depth(Struct, frozen=True, kw_only=True):
    """How many people a seat's list holds at most."""

    single: int = 40
    """For one volunteer."""
    team: int = 24
    """For several volunteers, with `each` more a head."""
    each: int = 8
    staff: int = 16

    def of(self, problem: Problem) -> Ints:
        """How many for each seat; none where no head is wanted."""
        seats = problem.seats
        several = self.team + self.each * seats.open
        many = np.where(
            seats.staff, np.maximum(self.staff, seats.open), np.where(seats.open == 1, self.single, several)
        )
        return np.where(seats.open > 0, many, 0).astype(np.int32)


def usual(problem: Problem) -> Depth:
    """The usual depth; as deep as can be where people may serve less than a few times what is wanted.

    In such a week everybody counts, also whoever is not among the best for any seat.
    """
    shifts, seats = problem.shifts, problem.seats
    wanted = np.maximum(seats.open, 0) @ (shifts.ends - shifts.starts)[seats.shift].astype(np.int64)
    offered = problem.people.week_minutes.sum(dtype=np.int64) * max(len(problem.weeks) - 1, 1)
    most, usually = deepest(problem), Depth()
    if offered >= PLENTY * wanted or most <= usually.single:
        return usually
    return Depth(single=most, team=most, each=0, staff=most)


def longer(lengths: Longs, times: int, listed: int) -> Ints:
    """How long these lists may become: so many times, or as much as all the pairs listed leave room for."""
    while times > 1 and listed + int(np.minimum(lengths * times, DEEPEST).sum() - lengths.sum()) > MOST:
        times -= 1
    return np.minimum(lengths * times, DEEPEST).astype(np.int32)


def deepest(problem: Problem) -> int:
    """How many people each list may hold, so that all lists together still fit in memory."""
    return min(DEEPEST, MOST // max(problem.seat_count, 1))
