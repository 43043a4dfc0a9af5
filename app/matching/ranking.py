"""Whom to ask for one seat: the best of everybody, exactly, and for everybody else why not."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from msgspec import Struct

from app.matching.arrays import Arrays
from app.matching.candidates import ANYBODY, Index
from app.matching.candidates.search import TIE_BITS, TIES, search
from app.matching.compiling import kernel
from app.matching.eligibility import failing_bits
from app.matching.problem import Ints
from app.matching.score import Score, parts_of

PEOPLE_A_PART = 50_000
"""How many people one thread looks at before it takes the next."""


class Ranked(Struct, frozen=True):
    """Somebody who may take the seat, and what they would be worth there."""

    person: int
    points: int
    score: Score


def best(index: Index, seat: int, count: int = 10) -> list[Ranked]:
    """The best so many of all who may take this seat; at equal points the least recently asked first, then by identity.

    It is exact: nobody is left out because they were not looked at, only because they cannot be better.
    """
    keys = np.empty(max(count, 0), dtype=np.int64)
    found = search(index.arrays, index.grid, seat, ANYBODY, keys)
    people = index.grid.by_place[TIES - 1 - (keys[:found] & (TIES - 1))].tolist()
    points = (keys[:found] >> TIE_BITS).tolist()
    return [
        Ranked(person, worth, parts_of(index.arrays, person, seat))
        for person, worth in zip(people, points, strict=True)
    ]


def rules_of_everyone(index: Index, seat: int) -> Ints:
    """For each person the bits of every `Rule` that keeps them from this seat; 0 for those who may take it."""
    count = index.problem.people_count
    bits = np.empty(count, dtype=np.int32)

    def part(first: int) -> None:
        _rules(index.arrays, seat, first, min(first + PEOPLE_A_PART, count), bits)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(part, range(0, count, PEOPLE_A_PART)))
    return bits


@kernel
def _rules(a: Arrays, seat: int, first: int, past: int, bits: Ints) -> None:
    for person in range(first, past):
        bits[person] = failing_bits(a, person, seat)
