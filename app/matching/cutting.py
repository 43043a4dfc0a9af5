"""Where to cut rows of different lengths, so that threads have about as much to do with each part."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from app.matching.problem import Longs

PARTS = 16


def cuts(first: Longs, parts: int) -> list[int]:
    """The rows at which so many parts begin, and where the last one ends: each has about as many entries.

    The entries of row r are `first[r]` to `first[r + 1]`. The number of parts must not depend on that of threads where
    sums are made of them.
    """
    at = np.searchsorted(first, np.linspace(0, first[-1], parts + 1))
    at[0], at[-1] = 0, len(first) - 1
    return [int(row) for row in at]


def in_parts(first: Longs, threads: int, part: Callable[[int, int], None]) -> None:
    """Do all rows, from where to where at a time, on so many threads."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda rows: part(*rows), pairwise(cuts(first, PARTS))))
