"""What a pair must be worth to be listed: points on a seat, less what the person's time is worth to them elsewhere."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.matching.arrays import NO_PERIOD, Records, period
from app.matching.candidates.rows import Rows
from app.matching.compiling import compiled, kernel
from app.matching.problem import SLOT_MINUTES, Flags, Ints, Longs, Problem

Shorts = NDArray[np.int16]


DUE = np.dtype([("whole", "i4"), ("rate", "i4"), ("spare", "i4"), ("row", "i4")])
"""What a person's time is worth in one week, in points.

`whole`: of a shift beside which no other fits into the week; `rate`: of a minute of any other shift, in thousandths;
`spare`: minutes of a shift beside which another may still fit. Those with a `row` in `Tolls.slots` (it is -1 for most)
pay by the hour instead: they have time for many shifts, and what they cannot do is what happens at once.
"""


class Tolls(NamedTuple):
    """What people's time is worth to them elsewhere."""

    due: Records
    """(people, weeks + 1) of `DUE`; the last column is for what lies in no week."""
    slots: Shorts
    """(those who pay by the hour, quarters of an hour) points of each quarter of an hour."""


class Bar(NamedTuple):
    """By seat, more points than which a pair must be worth."""

    least: Longs
    strictly: Longs
    """The same for those who pay by the hour."""
    week: Ints
    """The week of each seat's shift, as a column of the tolls."""
    tolls: Tolls
    around: float
    """Metres around somebody's home in which people are sought for a shift whose place is unknown."""


NOTHING = Tolls(due=np.zeros((0, 0), dtype=DUE), slots=np.zeros((0, 0), dtype=np.int16))
"""Nobody's time is worth anything."""
EVERYWHERE = 1e9
"""Metres within which everybody lives."""
LEAST = -(2**38)
"""Fewer points than any pair has."""
ANYBODY = Bar(
    least=np.zeros(0, dtype=np.int64),
    strictly=np.zeros(0, dtype=np.int64),
    week=np.zeros(0, dtype=np.int32),
    tolls=NOTHING,
    around=EVERYWHERE,
)
"""A bar that everybody is above."""


def bar(
    problem: Problem,
    least: Longs,
    strictly: Longs | None = None,
    tolls: Tolls = NOTHING,
    around: float = EVERYWHERE,
) -> Bar:
    """These points by seat; without tolls, nobody's time is worth anything."""
    weeks = len(problem.weeks) - 1
    week = period(problem.weeks, problem.shifts.starts)[problem.seats.shift]
    return Bar(
        least=least,
        strictly=least if strictly is None else strictly,
        week=np.where(week == NO_PERIOD, weeks, week).astype(np.int32),
        tolls=tolls,
        around=around,
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
    if len(bar.tolls.due) == 0:
        return True
    due = bar.tolls.due[person, bar.week[seat]]
    if due.row >= 0:
        return bool(points - _by_the_hour(bar.tolls.slots[due.row], starts, ends) > bar.strictly[seat])
    return bool(points - _by_the_week(due, ends - starts) > bar.least[seat])


@kernel
def _by_the_week(due: Any, minutes: int) -> int:
    return int(due.whole) if minutes > due.spare else int(np.int64(due.rate) * minutes // 1000)


@kernel
def _by_the_hour(slots: Shorts, starts: int, ends: int) -> int:
    """Of the quarters that lie wholly between: two shifts that one person can serve share none."""
    total = 0
    for slot in range(-(-starts // SLOT_MINUTES), min(ends // SLOT_MINUTES, len(slots))):
        total += slots[slot]
    return total


@compiled
def mark(
    bar: Bar,
    rows: Rows,
    begin: int,
    end: int,
    starts: Ints,
    ends: Ints,
    also_first: Longs,
    also: Ints,
    kept: Flags,
    count: Longs,
) -> None:
    """Say in `kept` which pairs of the seats from `begin` to `end` are above the bar or are to be kept in any case, and
    in `count` how many of each seat are."""
    for seat in range(begin, end):
        for at in range(rows.first[seat], rows.first[seat + 1]):
            keep = reaches(bar, seat, rows.person[at], rows.points[at], starts[seat], ends[seat])
            row = also_first[seat]
            while not keep and row < also_first[seat + 1]:
                keep = also[row] == rows.person[at]
                row += 1
            kept[at] = keep
            count[seat] += keep
