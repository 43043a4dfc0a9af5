"""What a plan can be made of, but somebody should look at: people nobody can ask, seats nobody can take."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np

from app.kit.rules import N_, Refusal
from app.matching.faults.contradictions import found
from app.matching.faults.unfillable import unfillable
from app.matching.problem import Problem

NOBODY = Refusal("nobody", N_("There is nobody to ask."))
NOTHING = Refusal("nothing", N_("No seat is open."))
NEVER_FREE = Refusal("never_free", N_("%(n)s people are never free, by what they say; person %(id)s is the first."))
NO_MINUTES = Refusal("no_minutes", N_("%(n)s people may not serve a single minute; person %(id)s is the first."))
NO_HOME = Refusal(
    "no_home", N_("%(n)s people live nobody knows where: a usual way is counted; person %(id)s is the first.")
)
NO_PLACE = Refusal(
    "no_place", N_("%(n)s shifts are nobody knows where: a usual way is counted; shift %(id)s is the first.")
)
LIKED_AND_REFUSED = Refusal(
    "liked_and_refused",
    N_(
        "%(n)s people like a kind of service that they asked not to do; they are not asked; person %(id)s is the first."
    ),
)
OUTSIDE = Refusal("outside", N_("%(n)s shifts lie outside the horizon, so nobody is asked; shift %(id)s is the first."))
NO_SEATS = Refusal("no_seats", N_("%(n)s shifts have no seats; shift %(id)s is the first."))
TOO_LATE = Refusal("too_late", N_("%(n)s shifts begin after their deadline; shift %(id)s is the first."))
ALONE = Refusal(
    "alone",
    N_("%(n)s shifts need a social worker with the volunteers, and have no seat for one; shift %(id)s is the first."),
)
USED_UP = Refusal("used_up", N_("%(n)s contracts have no minutes left; contract %(id)s is the first."))
ZONE = Refusal("zone", N_("Nobody knows the time zone %(zone)s."))


def oddities(problem: Problem) -> Iterator[Refusal]:
    """Everything odd about a problem that can be solved."""
    if not problem.people_count:
        yield NOBODY
    if not (problem.seats.open > 0).any():
        yield NOTHING
    try:
        ZoneInfo(problem.zone)
    except (ValueError, KeyError, OSError):  # ZoneInfoNotFoundError is a KeyError
        yield ZONE.with_params(zone=problem.zone)
    yield from _of_people(problem)
    yield from _of_shifts(problem)
    if problem.people_count:
        yield from unfillable(problem)


def _of_people(problem: Problem) -> Iterator[Refusal]:
    people = problem.people
    yield from found(NEVER_FREE, ~people.free.any(axis=1), people.ids)
    yield from found(NO_MINUTES, (people.day_minutes <= 0) | (people.week_minutes <= 0), people.ids)
    yield from found(NO_HOME, np.isnan(people.x) | np.isnan(people.y), people.ids)
    yield from found(LIKED_AND_REFUSED, (people.likes & people.refuses) != 0, people.ids)


def _of_shifts(problem: Problem) -> Iterator[Refusal]:
    shifts, seats = problem.shifts, problem.seats
    yield from found(NO_SEATS, np.diff(seats.first) == 0, shifts.ids)
    yield from found(NO_PLACE, np.isnan(shifts.x) | np.isnan(shifts.y), shifts.ids)
    yield from found(OUTSIDE, (shifts.starts < 0) | (shifts.ends > problem.minutes), shifts.ids)
    yield from found(TOO_LATE, shifts.starts > shifts.deadline, shifts.ids)
    able = np.bincount(seats.shift, weights=seats.staff & (seats.open > 0), minlength=problem.shift_count)
    yield from found(ALONE, shifts.staffed & (shifts.staff_there == 0) & (able == 0), shifts.ids)
    yield from found(USED_UP, problem.contracts.minutes_left <= 0, problem.contracts.ids)
