"""What no plan could be made of though every array fits: numbers that mean nothing, or exclude each other."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kit.rules import N_, Refusal
from app.matching.problem import Problem

TWICE = Refusal("twice", N_("There is more than one %(what)s %(id)s."))
WEIGHT = Refusal("weight", N_("The weight %(name)s is %(points)s: it must lie between 0 and 1,000,000 points."))
TRAVEL = Refusal("travel", N_("Travel cannot be reckoned with %(name)s = %(number)s."))
BACKWARDS = Refusal("backwards", N_("%(n)s shifts end before they have begun; shift %(id)s is the first."))
SPAN_BACKWARDS = Refusal(
    "span_backwards", N_("%(n)s commitments end before they begin; one of person %(id)s is the first.")
)
PRIORITY = Refusal("priority", N_("%(n)s shifts have a priority outside 1 to 5; shift %(id)s is the first."))
HEADS = Refusal(
    "heads", N_("%(n)s seats need more people than are wanted, or fewer than none; seat %(id)s is the first.")
)
THERE = Refusal("there", N_("%(n)s shifts have fewer than no people there; shift %(id)s is the first."))
ENDLESS = Refusal("endless", N_("%(n)s places lie infinitely far away; that of %(what)s %(id)s is the first."))
RELIABILITY = Refusal(
    "reliability", N_("%(n)s people keep a share of their promises that is no share; person %(id)s is the first.")
)
REACH = Refusal("reach", N_("%(n)s people go a number of metres that is no number; person %(id)s is the first."))
EMPTY_SHARE = Refusal(
    "empty_share", N_("The empty share of community %(id)s is %(share)s: it must lie between 0 and 1.")
)

MOST_POINTS = 1_000_000
PERSON, SHIFT, SEAT, CONTRACT = N_("person"), N_("shift"), N_("seat"), N_("contract")


def contradictions(problem: Problem) -> Iterator[Refusal]:
    """Every contradiction of a problem whose arrays fit."""
    yield from _identities(problem)
    yield from _rates(problem)
    yield from _of_shifts(problem)
    yield from _of_people(problem)


def found(refusal: Refusal, wrong: Any, ids: NDArray[Any], **more: str) -> Iterator[Refusal]:
    """The refusal with how often and where first, if it is so anywhere."""
    rows = np.flatnonzero(wrong)
    if len(rows):
        yield refusal.with_params(n=len(rows), id=int(ids[rows[0]]), **more)


def _identities(problem: Problem) -> Iterator[Refusal]:
    for what, ids in (
        (PERSON, problem.people.ids),
        (SHIFT, problem.shifts.ids),
        (SEAT, problem.seats.ids),
        (CONTRACT, problem.contracts.ids),
    ):
        once, counts = np.unique(ids, return_counts=True)
        if (counts > 1).any():
            yield TWICE.with_params(what=what, id=int(once[counts > 1][0]))


def _rates(problem: Problem) -> Iterator[Refusal]:
    weights, travel = problem.weights, problem.travel
    for name in weights.__struct_fields__:
        points = getattr(weights, name)
        if not 0 <= points <= MOST_POINTS:
            yield WEIGHT.with_params(name=name, points=points)
    for name, least in (
        ("start_minutes", 0),
        ("detour_percent", 100),
        ("metres_per_minute", 1),
        ("unknown_minutes", 0),
    ):
        number = getattr(travel, name)
        if not number >= least:
            yield TRAVEL.with_params(name=name, number=number)
    for row, share in enumerate([] if problem.empty_share is None else problem.empty_share.tolist()):
        if not 0 <= share <= 1:
            yield EMPTY_SHARE.with_params(id=problem.communities[row], share=share)


def _of_shifts(problem: Problem) -> Iterator[Refusal]:
    shifts, seats = problem.shifts, problem.seats
    yield from found(BACKWARDS, shifts.ends <= shifts.starts, shifts.ids)
    yield from found(PRIORITY, (shifts.priority < 1) | (shifts.priority > 5), shifts.ids)
    yield from found(HEADS, (seats.open < 0) | (seats.least < 0) | (seats.least > seats.open), seats.ids)
    yield from found(THERE, (shifts.staff_there < 0) | (shifts.volunteers_there < 0), shifts.ids)
    yield from found(ENDLESS, np.isinf(shifts.x) | np.isinf(shifts.y), shifts.ids, what=SHIFT)


def _of_people(problem: Problem) -> Iterator[Refusal]:
    people, spans = problem.people, problem.spans
    yield from found(ENDLESS, np.isinf(people.x) | np.isinf(people.y), people.ids, what=PERSON)
    yield from found(RELIABILITY, ~((people.reliability >= 0) & (people.reliability <= 1)), people.ids)
    yield from found(REACH, np.isnan(people.reach), people.ids)
    owner = np.repeat(np.arange(problem.people_count), np.diff(spans.first))
    yield from found(SPAN_BACKWARDS, spans.ends < spans.starts, people.ids[owner])
