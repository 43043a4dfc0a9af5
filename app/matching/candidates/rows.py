"""Lists of different lengths that lie one after the other, and how threads copy some of them."""

from typing import NamedTuple

import numpy as np

from app.matching.compiling import compiled
from app.matching.problem import Flags, Ints, Longs


class Rows(NamedTuple):
    """Row r is `first[r]` to `first[r + 1]`."""

    first: Longs
    person: Ints
    points: Ints


def room(counts: Longs) -> Rows:
    """Room for rows of these lengths."""
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Rows(first, np.empty(first[-1], dtype=np.int32), np.empty(first[-1], dtype=np.int32))


@compiled
def carry(source: Rows, rows: Longs, target: Rows, to: Longs, begin: int, end: int) -> None:
    """Copy these rows, from the `begin`-th to before the `end`-th of them, into those rows of another table."""
    for number in range(begin, end):
        at = target.first[to[number]]
        for entry in range(source.first[rows[number]], source.first[rows[number] + 1]):
            target.person[at], target.points[at] = source.person[entry], source.points[entry]
            at += 1


@compiled
def sift(source: Rows, kept: Flags, target: Rows, begin: int, end: int) -> None:
    """Copy what is kept of the rows from `begin` to before `end` into the same rows of another table."""
    at = target.first[begin]
    for entry in range(source.first[begin], source.first[end]):
        if kept[entry]:
            target.person[at], target.points[at] = source.person[entry], source.points[entry]
            at += 1
