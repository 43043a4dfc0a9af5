"""What is short for each seat that a plan leaves open: one word, and the language, skill or credential meant."""

import numpy as np
from numpy.typing import NDArray

from app.matching.arrays import arrays
from app.matching.eligibility import Rule
from app.matching.explain.standing import bits_of_everyone
from app.matching.problem import Plan, Problem
from app.matching.rules.shortages import OpenSeat, Short

MOST = 500
"""Seats that are looked into one by one; in a plan with more of them they are much alike."""


def shortages(problem: Problem, plan: Plan) -> list[OpenSeat]:
    """Every seat with heads left over, the most wanted shifts looked into first."""
    heads = np.bincount(plan.seat, minlength=problem.seat_count)
    missing = problem.seats.open - heads
    empty = np.flatnonzero(missing > 0)
    if not len(empty):
        return []
    empty = empty[np.argsort(-problem.shifts.priority[problem.seats.shift[empty]].astype(np.int64), kind="stable")]
    a = arrays(problem)
    found = []
    for number, seat in enumerate(empty.tolist()):
        looked_into = number < MOST
        rules = bits_of_everyone(a, problem.people_count, seat) if looked_into else None
        shift = int(problem.seats.shift[seat])
        found.append(
            OpenSeat(
                seat=int(problem.seats.ids[seat]),
                shift=int(problem.shifts.ids[shift]),
                heads=int(missing[seat]),
                short=Short() if rules is None else _short(problem, plan, seat, rules),
            )
        )
    return found


def _short(problem: Problem, plan: Plan, seat: int, rules: NDArray[np.int32]) -> Short:
    meant = rules[(rules & int(Rule.CAPACITY)) == 0]
    if not len(meant):
        return Short(code="nobody")
    shut = [rule for rule in (Rule.PAST, Rule.CONTRACT) if (meant & int(rule)).all()]
    if shut:
        return Short(code=shut[0].code, kept_away=len(meant))
    could = int(np.count_nonzero(meant == 0))
    if could:
        nobody_here = not (problem.seats.shift[plan.seat] == problem.seats.shift[seat]).any()
        return Short(code="team" if nobody_here and _in_team(problem, seat) else "elsewhere", could=could)
    rule, many = _scarcest(meant)
    return Short(code=rule.code, detail=_detail(problem, seat, rule), kept_away=many)


def _in_team(problem: Problem, seat: int) -> bool:
    """Whether the shift takes place with all of a team, or not at all."""
    shift = int(problem.seats.shift[seat])
    team = problem.seats.least[problem.seats.first[shift] : problem.seats.first[shift + 1]]
    return bool(team.sum() > 1 or problem.shifts.staffed[shift])


def _scarcest(meant: NDArray[np.int32]) -> tuple[Rule, int]:
    """The rule that alone keeps most people away; else the one that keeps most away at all."""
    every = [rule for rule in Rule if rule not in (Rule.CAPACITY, Rule.FULL)]
    alone = {rule: int(np.count_nonzero(meant == int(rule))) for rule in every}
    any_ = {rule: int(np.count_nonzero(meant & int(rule))) for rule in every}
    counted = alone if any(alone.values()) else any_
    rule = max(every, key=lambda one: (counted[one], any_[one]))
    return rule, any_[rule]


def _detail(problem: Problem, seat: int, rule: Rule) -> str:
    words, seats = problem.words, problem.seats
    asked = {
        Rule.LANGUAGE: (words.languages, seats.languages),
        Rule.SKILL: (words.skills, seats.skills),
        Rule.CREDENTIAL: (words.credentials, seats.credentials),
    }.get(rule)
    if asked is None:
        return ""
    codes = [code for bit, code in enumerate(asked[0]) if int(asked[1][seat]) >> bit & 1]
    return codes[0] if len(codes) == 1 else ""
