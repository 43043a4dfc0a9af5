"""Candidate pairs by seat, how many of them a seat gets, and what is known of those left out."""

import numpy as np
from msgspec import Struct

from app.matching.candidates.bar import Bar, mark
from app.matching.candidates.rows import Rows, carry, room, sift
from app.matching.cutting import in_parts
from app.matching.problem import Flags, Ints, Longs, Problem

COMPLETE = -(2**31)
"""`Edges.rest` of a seat whose list leaves nobody out."""
UNSEEN = 2**31 - 1
"""And of a seat for which nobody was looked for: no pair is worth more."""


DEEPEST = 4_000
"""How many people a seat's list holds at most."""
LONG, MOST = 1_000, 40_000_000
"""How many where all lists are as long as they can be, and pairs of all of them together."""
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

    @property
    def rows(self) -> Rows:
        """The lists for compiled code."""
        return Rows(self.first, self.person, self.points)


def replaced(edges: Edges, more: Edges, seats: Flags, threads: int) -> Edges:
    """The lists with those of these seats replaced by others."""
    made = room(np.where(seats, np.diff(more.first), np.diff(edges.first)))
    for source, of_source in ((more, seats), (edges, ~seats)):
        copy(source.rows, made, np.flatnonzero(of_source), threads)
    return Edges(**made._asdict(), rest=np.where(seats, more.rest, edges.rest))


def copy(source: Rows, target: Rows, seats: Longs, threads: int) -> None:
    """Take the lists of these seats over."""
    first = np.concatenate(([0], np.cumsum(np.diff(source.first)[seats])))
    in_parts(first, threads, lambda begin, end: carry(source, seats, target, seats, begin, end))


def reaching(problem: Problem, edges: Edges, above: Bar, threads: int, also: tuple[Ints, Ints] | None = None) -> Edges:
    """Only those pairs that are above this bar, and those of these people and seats."""
    person, seat = (np.zeros(0, dtype=np.int32),) * 2 if also is None else also
    by_seat = np.argsort(seat, kind="stable")
    also_first = np.searchsorted(seat[by_seat], np.arange(problem.seat_count + 1))
    also_person = person[by_seat]
    starts, ends = (times[problem.seats.shift] for times in (problem.shifts.starts, problem.shifts.ends))
    rows, kept = edges.rows, np.empty(len(edges.person), dtype=np.bool_)
    count = np.zeros(problem.seat_count, dtype=np.int64)
    in_parts(
        rows.first,
        threads,
        lambda begin, end: mark(above, rows, begin, end, starts, ends, also_first, also_person, kept, count),
    )
    made = room(count)
    in_parts(rows.first, threads, lambda begin, end: sift(rows, kept, made, begin, end))
    left_out = count < np.diff(rows.first)
    rest = np.where(left_out, np.maximum(edges.rest, above.least), edges.rest).astype(np.int32)
    return Edges(**made._asdict(), rest=rest)


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


def deepest(problem: Problem) -> int:
    """How many people each list may hold, so that all lists together still fit in memory."""
    return min(LONG, MOST // max(problem.seat_count, 1))
