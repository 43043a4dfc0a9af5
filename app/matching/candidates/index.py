"""All people by when they are free, where they live and what they are worth anywhere: built once, for every seat."""

from typing import Any, NamedTuple

import numpy as np

from app.matching.arrays import Arrays, Records, arrays
from app.matching.compiling import compiled
from app.matching.eligibility import fails_credential, fails_language, fails_refused, fails_skill
from app.matching.problem import Flags, Floats, Ints, Longs, Masks, Numbers, Problem
from app.matching.score import merit

HOUR_SLOTS = 4
WORD_SLOTS = 64
MOST_ENTRIES = 50_000_000
"""A person stands once in each block of time in which they are free; blocks grow until that is no more than this."""
PEOPLE_A_CELL = 200
MOST_CELLS = 6_000
LAYERS = (0.5, 0.9, 1.0)
"""What part of the people go no farther than each layer reaches."""
MOST = 0.5
"""What part of all people a grid of some is worth making for."""

_NONE = np.uint64(0)


NEAR = np.dtype(
    [
        ("x", "f4"),
        ("y", "f4"),
        ("reach", "f4"),
        ("person", "i4"),
        ("merit", "i8"),
        ("staff_of", "i8"),
        ("skills", "u8"),
        ("languages", "u8"),
        ("likes", "u8"),
        ("refuses", "u8"),
        ("sex", "u1"),
        ("minor", "u1"),
    ],
    align=True,
)
"""All that the quickest rules and points of a person are read from."""


class Grid(NamedTuple):
    """The index as compiled code reads it.

    Blocks are spans of `block_slots` quarters of an hour, cells are squares of `size` metres, row by row from the south
    west; outer cells reach on without an end. All cells lie there in layers: one after the other for people who go ever
    farther, so that those who do not come so far need not be looked at. The last cell of a block is for people whose
    home is unknown.
    """

    block_slots: int
    blocks: int
    columns: int
    lines: int
    size: float
    west: float
    south: float
    reaches: Numbers
    """Metres which nobody in each layer goes beyond."""
    cells: int
    """How many a block has, in all layers and with the last one."""
    first: Longs
    """Of each cell of a block, block by block: where its people begin in `home`."""
    home: Ints
    """Whom the cells hold, as rows of `near`."""
    near: Records
    """Each person cell by cell, in a cell those with most merit first: a cell is read from row to row, which takes a
    fraction of the time of looking people up."""
    top_merit: int
    place: Ints
    """Of each person among all, the least recently asked first, then by identity: who comes first at equal points."""
    by_place: Ints
    agencies: Longs
    agency_first: Longs
    agency_home: Ints
    """Who is paid by each agency, those with most merit first, as rows of `near`."""
    friends_of: Longs
    friend: Ints
    """Known visitors, ordered by whom they know."""
    before_first: Longs
    before_person: Ints
    """Whom the plan before had on each shift."""


class Index:
    """A problem with its arrays and all its people in order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.arrays: Arrays = arrays(problem)
        self.grid: Grid = _grid(problem, self.arrays)

    def grid_of(self, seat: int) -> Grid:
        """The grid with nobody in its cells who lacks what this seat asks for, as long as most people do; of seats that
        ask for the same it must be the one that ends first."""
        able = _able(self.arrays, self.grid.near, seat)
        if np.count_nonzero(able) >= MOST * len(able):
            return self.grid
        grid, rows = self.grid, np.flatnonzero(able).astype(np.int32)
        near, plane = grid.near, plane_of(grid)
        cell = _layered_cell(near["x"], near["y"], near["reach"], grid.reaches, plane)
        free = self.problem.people.free
        return grid._replace(**_in_cells(free, near["person"], rows, cell, grid.block_slots, grid.cells))


def _grid(problem: Problem, a: Arrays) -> Grid:
    people = problem.people
    merits = _merits(a)
    by_place = np.lexsort((people.ids, -people.days_unasked.astype(np.int64))).astype(np.int32)
    place = np.empty_like(by_place)
    place[by_place] = np.arange(len(by_place), dtype=np.int32)
    plane = _plane(people.x, people.y)
    reaches = _reaches(people.reach)
    cell = _layered_cell(people.x, people.y, people.reach, reaches, plane)
    cells = plane["columns"] * plane["lines"] * len(reaches) + 1
    by_merit = by_place[np.argsort(-merits[by_place], kind="stable")]
    by_home = by_merit[np.argsort(cell[by_merit], kind="stable")]
    home = np.empty_like(by_home)
    home[by_home] = np.arange(len(by_home), dtype=np.int32)
    block_slots = _block_slots(people.free)
    rows = np.arange(len(by_home), dtype=np.int32)
    return Grid(
        block_slots=block_slots,
        **plane,
        reaches=reaches,
        **_in_cells(people.free, by_home, rows, cell[by_home], block_slots, cells),
        near=_near(problem, merits, by_home),
        top_merit=int(merits.max(initial=0)),
        place=place,
        by_place=by_place,
        **_by_agency(people.staff_of, by_merit, home),
        **_by_friend(problem),
        **_by_shift(problem),
    )


def _reaches(reach: Floats) -> Numbers:
    """What the people of each layer do not go beyond."""
    if not len(reach):
        return np.zeros(1)
    return np.unique(np.quantile(reach, LAYERS, method="higher")).astype(np.float64)


def _layered_cell(x: Floats, y: Floats, reach: Floats, reaches: Numbers, plane: dict[str, Any]) -> Ints:
    """The cell of each home, in the layer of those who go so far; the last one where it is unknown."""
    cells = plane["columns"] * plane["lines"]
    cell = cell_of(x, y, **plane)
    layer = np.searchsorted(reaches, reach)
    layered: Ints = np.where(cell < cells, layer * cells + cell, len(reaches) * cells).astype(np.int32)
    return layered


def _in_cells(free: Masks, person: Ints, rows: Ints, cell: Ints, block_slots: int, cells: int) -> dict[str, Any]:
    """These rows of people in the cells of all blocks in which they are free."""
    blocks = -(-free.shape[1] * WORD_SLOTS // block_slots)
    first = _counted(free, person, rows, cell, block_slots, blocks, cells)
    home = _filled(free, person, rows, cell, block_slots, blocks, cells, first.copy())
    return {"blocks": blocks, "cells": cells, "first": first, "home": home}


def _near(problem: Problem, merits: Longs, order: Ints) -> Records:
    near = np.zeros(len(order), dtype=NEAR)
    more = {"person": np.arange(len(order)), "merit": merits}
    for name in NEAR.names or ():
        near[name] = (more[name] if name in more else getattr(problem.people, name))[order]
    return near


@compiled
def _merits(a: Arrays) -> Longs:
    """What each person is worth anywhere."""
    merits = np.empty(len(a.person), dtype=np.int64)
    for person in range(len(merits)):
        merits[person] = merit(a, person)
    return merits


def _plane(x: Floats, y: Floats) -> dict[str, Any]:
    """A grid over where nearly all people live; who lives far out falls into its outer cells."""
    known = ~(np.isnan(x) | np.isnan(y))
    if not known.any():
        return {"columns": 1, "lines": 1, "size": 1.0, "west": 0.0, "south": 0.0}
    west, east = np.quantile(x[known], (0.005, 0.995))
    south, north = np.quantile(y[known], (0.005, 0.995))
    cells = min(max(int(known.sum()) // PEOPLE_A_CELL, 1), MOST_CELLS)
    width, height = max(float(east - west), 1.0), max(float(north - south), 1.0)
    size = max((width * height / cells) ** 0.5, max(width, height) / cells)
    return {
        "columns": int(width // size) + 1,
        "lines": int(height // size) + 1,
        "size": size,
        "west": float(west),
        "south": float(south),
    }


def plane_of(grid: Grid) -> dict[str, Any]:
    return {name: getattr(grid, name) for name in ("columns", "lines", "size", "west", "south")}


def cell_of(x: Floats, y: Floats, *, columns: int, lines: int, size: float, west: float, south: float) -> Ints:
    """The cell of each place; the one past the last where it is unknown."""
    with np.errstate(invalid="ignore"):
        column = np.clip(np.floor((x.astype(np.float64) - west) / size), 0, columns - 1)
        line = np.clip(np.floor((y.astype(np.float64) - south) / size), 0, lines - 1)
    return np.where(np.isnan(column + line), columns * lines, np.nan_to_num(line * columns + column)).astype(np.int32)


def _block_slots(free: Masks) -> int:
    """How long a block of time is: an hour, or as much longer as keeps the index small."""
    slots = HOUR_SLOTS
    while slots < WORD_SLOTS and _entries(free, slots) > MOST_ENTRIES:
        slots *= 2
    return slots


@compiled
def _free_in(free: Masks, person: int, block: int, slots: int) -> bool:
    """Whether they are free in any quarter of an hour of the block, which never spans two words."""
    at = block * slots
    bits = free[person, at // 64] >> np.uint64(at % 64)
    return bool(slots == 64 or bits & ((np.uint64(1) << np.uint64(slots)) - np.uint64(1)) != _NONE) and bool(
        bits != _NONE
    )


@compiled
def _entries(free: Masks, slots: int) -> int:
    """How often a person is free in a block."""
    count = 0
    for person in range(len(free)):
        for block in range(free.shape[1] * 64 // slots):
            count += _free_in(free, person, block, slots)
    return count


@compiled
def _counted(free: Masks, person: Ints, rows: Ints, cell: Ints, slots: int, blocks: int, cells: int) -> Longs:
    """Where each cell of each block begins, when it holds these rows of people."""
    first = np.zeros(blocks * cells + 1, dtype=np.int64)
    for row in rows:
        for block in range(blocks):
            if _free_in(free, person[row], block, slots):
                first[block * cells + cell[row] + 1] += 1
    return np.cumsum(first)


@compiled
def _filled(
    free: Masks, person: Ints, rows: Ints, cell: Ints, slots: int, blocks: int, cells: int, following: Longs
) -> Ints:
    """Which of these rows are in each cell of each block, in their order."""
    filled = np.empty(following[-1], dtype=np.int32)
    for row in rows:
        for block in range(blocks):
            if _free_in(free, person[row], block, slots):
                at = block * cells + cell[row]
                filled[following[at]] = row
                following[at] += 1
    return filled


@compiled
def _able(a: Arrays, near: Records, seat: int) -> Flags:
    """Who of these has what the seat asks for."""
    able, s = np.empty(len(near), dtype=np.bool_), a.seat[seat]
    for row in range(len(near)):
        n = near[row]
        lacks = fails_skill(n, s) or fails_language(n, s) or fails_refused(n, s)
        able[row] = not lacks and not fails_credential(a, n.person, seat)
    return able


def _by_agency(staff_of: Longs, order: Ints, home: Ints) -> dict[str, Any]:
    agencies, which = np.unique(staff_of, return_inverse=True)
    return {
        "agencies": agencies,
        "agency_first": _first(which, len(agencies)),
        "agency_home": home[order[np.argsort(which[order], kind="stable")]],
    }


def _by_friend(problem: Problem) -> dict[str, Any]:
    known = problem.known
    pairs = _pairs(known.served, _owners(known.first))
    return {"friends_of": pairs[:, 0].copy(), "friend": pairs[:, 1].astype(np.int32)}


def _by_shift(problem: Problem) -> dict[str, Any]:
    pairs = _pairs(problem.before.shift.astype(np.int64), _owners(problem.before.first))
    return {"before_first": _first(pairs[:, 0], problem.shift_count), "before_person": pairs[:, 1].astype(np.int32)}


def _pairs(key: Longs, person: Longs) -> Longs:
    """Each pair once, by key and then person."""
    order = np.lexsort((person, key))
    pairs = np.stack((key[order], person[order]), axis=1)
    new = np.ones(len(pairs), dtype=np.bool_)
    new[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[new]


def _owners(first: Longs) -> Longs:
    return np.repeat(np.arange(len(first) - 1), np.diff(first))


def _first(number: Longs, count: int) -> Longs:
    return np.concatenate(([0], np.cumsum(np.bincount(number, minlength=count)))).astype(np.int64)
