"""Keeps the pairs of an earlier plan among the candidates, even where others would be worth more by now."""

import numpy as np

from app.matching.arrays import Arrays
from app.matching.candidates import Edges
from app.matching.compiling import compiled
from app.matching.eligibility import allowed
from app.matching.problem import Flags, Ints, Longs, Problem
from app.matching.score import points


def pairs_before(problem: Problem) -> tuple[Ints, Ints]:
    """People and seats of the shifts that they had in the plan before, whichever seat it was."""
    first = problem.seats.first
    person = np.repeat(np.arange(problem.people_count, dtype=np.int32), np.diff(problem.before.first))
    shift = problem.before.shift
    many = np.diff(first)[shift]
    at = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(person, many), (np.repeat(first[shift], many) + at).astype(np.int32)


def with_pairs(problem: Problem, a: Arrays, edges: Edges, person: Ints, seat: Ints) -> Edges:
    """The candidates and, in their places, those of these pairs that are still allowed."""
    if not len(person):
        return edges
    people = max(problem.people_count, 1)
    listed = edges.seat.astype(np.int64) * people + edges.person
    more = np.setdiff1d(seat.astype(np.int64) * people + person, listed)
    seat, person = (more // people).astype(np.int32), (more % people).astype(np.int32)
    worth, fine = np.zeros(len(more), dtype=np.int32), np.zeros(len(more), dtype=np.bool_)
    _look_at(a, person, seat, worth, fine)
    if not fine.any():
        return edges
    all_seats = np.concatenate((edges.seat, seat[fine]))
    all_points = np.concatenate((edges.points, worth[fine]))
    order = np.lexsort((-all_points, all_seats))  # stable, so the listed stay in their order
    counts: Longs = np.bincount(all_seats, minlength=len(edges.rest))
    return Edges(
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        person=np.concatenate((edges.person, person[fine]))[order],
        points=all_points[order],
        rest=edges.rest,
    )


@compiled
def _look_at(a: Arrays, person: Ints, seat: Ints, worth: Ints, fine: Flags) -> None:
    for row in range(len(person)):
        fine[row] = allowed(a, person[row], seat[row])
        worth[row] = points(a, person[row], seat[row])
