"""How everybody stands to one seat: which rules they fail, and what a plan has them do instead."""

import numpy as np
from numpy.typing import NDArray

from app.matching.arrays import Arrays
from app.matching.compiling import compiled
from app.matching.eligibility import clash, failing_bits, travel_minutes
from app.matching.problem import Ints, Longs, Plan, Problem

FREE, HERE, ELSEWHERE, DAY_FULL, WEEK_FULL = range(5)
"""What a plan makes of somebody who may take the seat."""


@compiled
def bits_of_everyone(a: Arrays, people: int, seat: int) -> Ints:
    """The failing rules of each person."""
    bits = np.zeros(people, dtype=np.int32)
    for person in range(people):
        bits[person] = failing_bits(a, person, seat)
    return bits


@compiled
def bits_of_all_seats(a: Arrays, person: int, seats: int) -> Ints:
    """The failing rules of one person for each seat."""
    bits = np.zeros(seats, dtype=np.int32)
    for seat in range(seats):
        bits[seat] = failing_bits(a, person, seat)
    return bits


def by_person(problem: Problem, plan: Plan) -> tuple[Longs, Ints]:
    """The plan's seats person by person: person p's are those from first[p] to first[p + 1]."""
    order = np.argsort(plan.person, kind="stable")
    counts = np.bincount(plan.person, minlength=problem.people_count)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64), plan.seat[order]


@compiled
def _minutes(a: Arrays, seat: int) -> int:
    return int(a.seat[seat].ends) - int(a.seat[seat].starts)


@compiled
def in_plan(a: Arrays, seat: int, people: Longs, first: Longs, seats: Ints) -> tuple[NDArray[np.int8], Ints]:
    """For each of these people, whom no rule keeps away: how the plan leaves them, and which seat is in the way."""
    stands = np.zeros(len(people), dtype=np.int8)
    blocking = np.full(len(people), -1, dtype=np.int32)
    here = a.seat[seat]
    for number in range(len(people)):
        person = people[number]
        day, week = _minutes(a, seat), _minutes(a, seat)
        for row in range(a.span_first[person], a.span_first[person + 1]):
            span = a.span[row]
            if span.counts != 0 and span.day == here.day:
                day += span.ends - span.starts
            if span.counts != 0 and span.week == here.week:
                week += span.ends - span.starts
        for row in range(first[person], first[person + 1]):
            other = a.seat[seats[row]]
            if other.shift == here.shift:
                stands[number], blocking[number] = HERE, seats[row]
                break
            way = travel_minutes(a.city, other.x, other.y, here.x, here.y)
            if clash(here.starts, here.ends, other.starts, other.ends, way):
                stands[number], blocking[number] = ELSEWHERE, seats[row]
                break
            if other.day == here.day:
                day += _minutes(a, seats[row])
            if other.week == here.week:
                week += _minutes(a, seats[row])
        if stands[number] == FREE and here.day >= 0 and day > a.person[person].day_minutes:
            stands[number] = DAY_FULL
        if stands[number] == FREE and here.week >= 0 and week > a.person[person].week_minutes:
            stands[number] = WEEK_FULL
    return stands, blocking
