"""The best plan of a tiny problem by trying every set of pairs: slow, obvious, and right."""

from itertools import combinations

import numpy as np

from app.matching.checker.bound import every_pair
from app.matching.checker.lookups import Lookups
from app.matching.checker.worth import points
from app.matching.problem import Problem

MOST_SETS = 20_000


def best_value(problem: Problem) -> int | None:
    """The value of the best plan; None when there is too much to try.

    Persons are settled one after the other, each with every set of their seats that they could serve; teams, head
    counts and contracts are looked at when everybody is settled.
    """
    look = Lookups(problem)
    person, seat = every_pair(look)
    choices = [_sets(problem, look, who, seat[person == who].tolist()) for who in np.unique(person).tolist()]
    sets = 1
    for one in choices:
        sets *= len(one)
        if sets > MOST_SETS:
            return None
    best = 0
    heads = np.zeros(problem.seat_count, dtype=np.int64)

    def settle(who: int, value: int) -> None:
        nonlocal best
        if who == len(choices):
            if value > best and _stands(problem, look, heads):
                best = value
            return
        for seats, worth in choices[who]:
            heads[seats] += 1
            settle(who + 1, value + worth)
            heads[seats] -= 1

    settle(0, 0)
    return best


def _sets(problem: Problem, look: Lookups, who: int, seats: list[int]) -> list[tuple[list[int], int]]:
    found: list[tuple[list[int], int]] = []
    for size in range(len(seats) + 1):
        fitting = [list(chosen) for chosen in combinations(seats, size) if _served(problem, look, who, list(chosen))]
        if not fitting:
            break
        for chosen in fitting:
            worth = points(look, np.full(size, who), np.array(chosen, dtype=np.int64)).sum()
            found.append((chosen, int(worth)))
    return found


def _served(problem: Problem, look: Lookups, who: int, seats: list[int]) -> bool:
    """Whether one person can serve all of these."""
    shifts, people = problem.shifts, problem.people
    chosen = [int(problem.seats.shift[seat]) for seat in seats]
    for one, other in combinations(sorted(chosen, key=lambda shift: int(shifts.starts[shift])), 2):
        way = look.travel_minutes(
            *(np.array([at]) for at in (shifts.x[one], shifts.y[one], shifts.x[other], shifts.y[other]))
        )[0]
        if shifts.ends[one] + way > shifts.starts[other]:
            return False
    for part, used, most in (
        (look.shift_day, look.day_used, people.day_minutes),
        (look.shift_week, look.week_used, people.week_minutes),
    ):
        for when in {int(part[shift]) for shift in chosen} - {-1}:
            minutes = sum(int(look.length[shift]) for shift in chosen if part[shift] == when)
            if used[who, when] + minutes > most[who]:
                return False
    return True


def _stands(problem: Problem, look: Lookups, heads: np.ndarray) -> bool:
    """Whether no seat is overfilled, no team is half, no volunteers are alone and no contract is overdrawn."""
    seats, shifts = problem.seats, problem.shifts
    if (heads > seats.open).any():
        return False
    minutes = np.zeros(len(problem.contracts.ids), dtype=np.int64)
    for shift in range(problem.shift_count):
        mine = slice(int(seats.first[shift]), int(seats.first[shift + 1]))
        total = int(heads[mine].sum())
        if not total:
            continue
        if (heads[mine] < seats.least[mine]).any():
            return False
        staff = int(heads[mine][seats.staff[mine]].sum())
        volunteers = total - staff + int(shifts.volunteers_there[shift])
        if shifts.staffed[shift] and volunteers and not staff + int(shifts.staff_there[shift]):
            return False
        if shifts.contract[shift] >= 0:
            minutes[shifts.contract[shift]] += total * look.length[shift]
    return bool((minutes <= problem.contracts.minutes_left).all())
