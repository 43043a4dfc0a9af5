"""One person with one seat in figures that people can read, from arrays that are there already."""

from datetime import datetime, timedelta
from math import isnan

import msgspec
import numpy as np

from app.matching import score
from app.matching.arrays import Arrays, slots
from app.matching.eligibility import metres
from app.matching.problem import SLOT_MINUTES, Problem
from app.matching.questions import Pair

WIDEST = 12 * 60 // SLOT_MINUTES
"""No further than half a day is looked, to either side, for when somebody is free."""


def pair_of(problem: Problem, a: Arrays, person: int, seat: int) -> Pair:
    """What a person on a seat is worth, and why."""
    parts = msgspec.structs.asdict(score.parts_of(a, person, seat))
    who, where = a.person[person], a.seat[seat]
    away = metres(who["x"], who["y"], where["x"], where["y"])
    free = free_around(problem, a, person, seat)
    return Pair(
        person_id=int(problem.people.ids[person]),
        seat_id=int(problem.seats.ids[seat]),
        points=sum(parts.values()),
        parts={name: int(given) for name, given in parts.items() if given},
        metres=None if isnan(away) else round(away),
        free_from=free[0] if free else None,
        free_until=free[1] if free else None,
        days_unasked=int(who["days_unasked"]),
        served_minutes=int(who["served_minutes"]),
        of_activity=int(where["served"]) < 0,
    )


def free_around(problem: Problem, a: Arrays, person: int, seat: int) -> tuple[datetime, datetime] | None:
    """The stretch around the shift in which a person says they are free; None when they do not say so of all of it."""
    row = a.free[person]
    asked = slots(int(a.seat[seat]["starts"]), int(a.seat[seat]["ends"]))
    last = 64 * len(row)

    def is_free(slot: int) -> bool:
        return 0 <= slot < last and bool((row[slot // 64] >> np.uint64(slot % 64)) & np.uint64(1))

    if not all(is_free(slot) for slot in asked):
        return None
    first, past = asked.start, asked.stop
    while asked.start - first < WIDEST and is_free(first - 1):
        first -= 1
    while past - asked.stop < WIDEST and is_free(past):
        past += 1
    return tuple(problem.starts + timedelta(minutes=slot * SLOT_MINUTES) for slot in (first, past))  # type: ignore[return-value]
