"""What a pair must be worth to be listed: points on a seat, less what the person's time is worth to them elsewhere."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.matching.arrays import NO_PERIOD, period
from app.matching.compiling import compiled, kernel
from app.matching.problem import SLOT_MINUTES, Flags, Ints, Longs, Problem

Shorts = NDArray[np.int16]


class Tolls(NamedTuple):
    """What people's time is worth, in points, by person and week; the last column is for what lies in no week.

    Those with a row in `slots` pay by the hour instead: they have time for many shifts, and what they cannot do is what
    happens at once.
    """

    whole: Ints
    """Of a shift beside which no other fits into the week."""
    rate: Ints
    """Of a minute of any other shift, in thousandths."""
    spare: Ints
    """Minutes of a shift beside which another may still fit."""
    row: Ints
    """Of each person their row in `slots`; -1 for most."""
    slots: Shorts
    """Of each quarter of an hour."""


class Bar(NamedTuple):
    """By seat, more points than which a pair must be worth."""

    least: Longs
    strictly: Longs
    """The same for those who pay by the hour."""
    week: Ints
    """The week of each seat's shift, as a column of the tolls."""
    tolls: Tolls


NOTHING = Tolls(
    whole=np.zeros((0, 0), dtype=np.int32),
    rate=np.zeros((0, 0), dtype=np.int32),
    spare=np.zeros((0, 0), dtype=np.int32),
    row=np.zeros(0, dtype=np.int32),
    slots=np.zeros((0, 0), dtype=np.int16),
)
"""Nobody's time is worth anything."""
LEAST = -(2**38)
"""Fewer points than any pair has."""
ANYBODY = Bar(
    least=np.zeros(0, dtype=np.int64),
    strictly=np.zeros(0, dtype=np.int64),
    week=np.zeros(0, dtype=np.int32),
    tolls=NOTHING,
)
"""A bar that everybody is above."""


def bar(problem: Problem, least: Longs, strictly: Longs | None = None, tolls: Tolls = NOTHING) -> Bar:
    """These points by seat; without tolls, nobody's time is worth anything."""
    weeks = len(problem.weeks) - 1
    week = period(problem.weeks, problem.shifts.starts)[problem.seats.shift]
    return Bar(
        least=least,
        strictly=least if strictly is None else strictly,
        week=np.where(week == NO_PERIOD, weeks, week).astype(np.int32),
        tolls=tolls,
    )


@kernel
def least_of(bar: Bar, seat: int) -> int:
    """More points than which a pair of this seat must be worth in any case."""
    return int(bar.least[seat]) if len(bar.least) > 0 else LEAST


@kernel
def reaches(bar: Bar, seat: int, person: int, points: int, starts: int, ends: int) -> bool:
    """Whether the person is worth listing for the seat, with so many points and from when to when."""
    if points <= least_of(bar, seat):
        return False
    if len(bar.tolls.row) == 0:
        return True
    if bar.tolls.row[person] >= 0:
        return bool(points - _by_the_hour(bar.tolls, person, starts, ends) > bar.strictly[seat])
    return bool(points - _by_the_week(bar.tolls, person, bar.week[seat], ends - starts) > bar.least[seat])


@kernel
def _by_the_week(tolls: Tolls, person: int, week: int, minutes: int) -> int:
    if minutes > tolls.spare[person, week]:
        return int(tolls.whole[person, week])
    return int(np.int64(tolls.rate[person, week]) * minutes // 1000)


@kernel
def _by_the_hour(tolls: Tolls, person: int, starts: int, ends: int) -> int:
    row, total = tolls.row[person], 0
    for slot in range(starts // SLOT_MINUTES, min((ends - 1) // SLOT_MINUTES + 1, tolls.slots.shape[1])):
        total += tolls.slots[row, slot]
    return total


@compiled
def mark(
    bar: Bar,
    first: Longs,
    person: Ints,
    points: Ints,
    begin: int,
    end: int,
    starts: Ints,
    ends: Ints,
    also_first: Longs,
    also: Ints,
    kept: Flags,
) -> None:
    """Say in `kept` which pairs of the seats from `begin` to `end` are above the bar, or are to be kept in any case."""
    for seat in range(begin, end):
        for at in range(first[seat], first[seat + 1]):
            kept[at] = reaches(bar, seat, person[at], points[at], starts[seat], ends[seat])
            for row in range(also_first[seat], also_first[seat + 1]):
                kept[at] = kept[at] or also[row] == person[at]
