"""Seats that ask for the same of people."""

import numpy as np

from app.matching.problem import Ints, Problem


def alike(problem: Problem) -> Ints:
    """The same number for seats of the same kind of service, role, skills, languages and credentials."""
    shifts, seats = problem.shifts, problem.seats
    asked = (shifts.kind[seats.shift], seats.staff, seats.skills, seats.languages, seats.credentials)
    number = np.zeros(problem.seat_count, dtype=np.int64)
    for column in asked:
        _, value = np.unique(column, return_inverse=True)
        _, number = np.unique(number * (value.max(initial=0) + 1) + value, return_inverse=True)
    return number.astype(np.int32)
