"""What the checker looks up again and again, worked out once from a problem."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.matching.problem import SLOT_MINUTES, Longs, Problem

Positions = NDArray[np.int64]
Reals = NDArray[np.float64]
Yes = NDArray[np.bool_]
Places = NDArray[np.floating[Any]]


class PairSet:
    """Pairs of an owner's position with a key, asked for many at a time."""

    def __init__(self, owner: Positions, key: NDArray[np.int64]) -> None:
        self._keys = np.unique(key)
        self._pairs = np.unique(owner * max(len(self._keys), 1) + np.searchsorted(self._keys, key))

    def has(self, owner: Positions, key: Positions) -> Yes:
        """For each owner with its key: whether they are a pair."""
        if not len(self._pairs):
            return np.zeros(len(owner), dtype=np.bool_)
        place = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        pair = owner * len(self._keys) + place
        found = np.minimum(np.searchsorted(self._pairs, pair), len(self._pairs) - 1)
        return np.asarray((self._keys[place] == key) & (self._pairs[found] == pair))


def owners(first: Longs) -> Positions:
    """The owner of each row of a table that is ordered by owner."""
    return np.repeat(np.arange(len(first) - 1), np.diff(first))


def within(first: Longs, owner: Positions) -> tuple[Positions, Positions]:
    """All rows of each owner named: which of the owners, and the row."""
    return rows_between(first[owner], first[owner + 1])


def rows_between(low: Positions, high: Positions) -> tuple[Positions, Positions]:
    """Every number of every range: which of the ranges, and the number."""
    counts = high - low
    which = np.repeat(np.arange(len(counts)), counts)
    return which, low[which] + np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)


class Lookups:
    """A problem with what the checker needs besides."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        seats, shifts = problem.seats, problem.shifts
        self.shift_of: Positions = seats.shift.astype(np.int64)
        self.length: Positions = shifts.ends.astype(np.int64) - shifts.starts
        known, declined, before = problem.known, problem.declined, problem.before
        who = owners(known.first)
        self.barred = PairSet(who[known.barred], known.served[known.barred])
        self.met = PairSet(who[~known.barred], known.served[~known.barred])
        self.declined = PairSet(owners(declined.first), declined.shift.astype(np.int64))
        self.before = PairSet(owners(before.first), before.shift.astype(np.int64))

    @cached_property
    def span_owner(self) -> Positions:
        """The person of each commitment."""
        return owners(self.problem.spans.first)

    @cached_property
    def shift_day(self) -> Positions:
        """The local day each shift starts in; -1 outside the horizon."""
        return part_of(self.problem.days, self.problem.shifts.starts)

    @cached_property
    def shift_week(self) -> Positions:
        """The local week each shift starts in; -1 outside the horizon."""
        return part_of(self.problem.weeks, self.problem.shifts.starts)

    @cached_property
    def day_used(self) -> Positions:
        """(people, days) minutes that are committed already."""
        return self._used(self.problem.days)

    @cached_property
    def week_used(self) -> Positions:
        """(people, weeks) minutes that are committed already."""
        return self._used(self.problem.weeks)

    def _used(self, bounds: NDArray[np.int32]) -> Positions:
        spans = self.problem.spans
        used = np.zeros((self.problem.people_count, max(len(bounds) - 1, 0)), dtype=np.int64)
        part = part_of(bounds, spans.starts)
        counts = spans.counts & (part >= 0)
        minutes = spans.ends.astype(np.int64) - spans.starts
        np.add.at(used, (self.span_owner[counts], part[counts]), minutes[counts])
        return used

    def free(self, person: Positions, shift: int) -> Yes:
        """Whether each person said that they are free in every slot the shift touches."""
        words = self.problem.people.free
        starts, ends = int(self.problem.shifts.starts[shift]), int(self.problem.shifts.ends[shift])
        first, past = starts // SLOT_MINUTES, -(-ends // SLOT_MINUTES)
        if first < 0 or past > words.shape[1] * 64:
            return np.zeros(len(person), dtype=np.bool_)
        free = np.ones(len(person), dtype=np.bool_)
        for word in range(first // 64, (past - 1) // 64 + 1):
            low, high = max(first - word * 64, 0), min(past - word * 64, 64)
            wanted = np.uint64(((1 << high) - 1) & ~((1 << low) - 1))
            free &= (words[person, word] & wanted) == wanted
        return free

    def travel_minutes(self, x: Places, y: Places, to_x: Places, to_y: Places) -> Positions:
        """How long it takes from each place to its other one."""
        travel = self.problem.travel
        metres = distance(x, y, to_x, to_y)
        known = np.nan_to_num(metres)
        way = np.ceil(known * travel.detour_percent / 100 / travel.metres_per_minute).astype(np.int64)
        minutes = np.where(known < 1, 0, travel.start_minutes + way)
        return np.where(np.isnan(metres), travel.unknown_minutes, minutes)


def distance(x: Places, y: Places, to_x: Places, to_y: Places) -> Reals:
    """Metres in a straight line; NaN where a place is unknown."""
    east, north = x.astype(np.float64) - to_x, y.astype(np.float64) - to_y
    return np.sqrt(east * east + north * north)


def part_of(bounds: NDArray[np.int32], minute: NDArray[np.int32]) -> Positions:
    """The day or week each minute falls into; -1 where it is of none."""
    part = np.searchsorted(bounds, minute, side="right") - 1
    return np.where(part < len(bounds) - 1, part, -1)
