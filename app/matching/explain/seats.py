"""Why a seat stays open in a plan: what is short, how many people each rule keeps away, and the cheapest way out."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from app.kit.rules import N_, Refusal
from app.matching.arrays import Arrays, arrays
from app.matching.eligibility import Rule
from app.matching.explain.fixes import Change, Fix
from app.matching.explain.pairs import Case, failure, named
from app.matching.explain.standing import DAY_FULL, ELSEWHERE, FREE, WEEK_FULL, bits_of_everyone, by_person, in_plan
from app.matching.problem import Longs, Plan, Problem
from app.matching.score import points


class Lacking(Struct, frozen=True):
    """A seat without whose people the shift cannot take place."""

    seat: int
    least: int
    could: int
    """People who could take it in this plan."""


class Shortage(Struct, frozen=True, kw_only=True):
    """What is short for a seat; seats, shifts and people by identity."""

    seat: int
    shift: int
    missing: int
    reason: Refusal
    """In one sentence; its code is a rule's, or one of those below."""
    kept_away: dict[str, int]
    """How many people each rule keeps away, everybody counted under the first that does."""
    eligible: int
    """People whom no rule keeps away."""
    elsewhere: int
    """Of these, how many the plan has elsewhere then; and how many of them with what is worth at least as much."""
    worth_more: int
    at_caps: int
    """Of these, how many have no minutes left beside what the plan gives them."""
    free: int
    """Of these, how many could still come."""
    lacking: tuple[Lacking, ...]
    relaxation: tuple[Fix, ...]
    """The least change by which one person more could come; empty when no single rule stands alone."""


NOT_SHORT = Refusal("not_short", N_("Nobody is missing here."))
NOBODY_AT_ALL = Refusal("nobody", N_("There is nobody to ask."))
ELSEWHERE_ALL = Refusal(
    "elsewhere", N_("All %(n)s who could come have something else in this plan, or no minutes left.")
)
TEAM = Refusal(
    "team", N_("The team cannot be complete: seat %(seat)s needs %(least)s people, and %(could)s could come.")
)
STAFFED = Refusal("staffed", N_("No social worker could come with the volunteers."))
CONTRACT_USED = Refusal("contract_used", N_("This plan uses up the contract, %(contract)s."))
WORTHLESS = Refusal("worthless", N_("For whoever could come, the way costs more than it is worth."))
STILL_FREE = Refusal("still_free", N_("%(n)s people could still come: this plan is not the best one."))

RUNS_DRY: dict[Rule, str] = {
    Rule.CAPACITY: N_("There is nobody in the capacity that this place is for."),
    Rule.ADULTS: N_("It is for adults only; none of the %(n)s people left is one."),
    Rule.SEX: N_("None of the %(n)s people left is of the sex that was asked for."),
    Rule.SKILL: N_("None of the %(n)s people left has the skills: %(detail)s."),
    Rule.LANGUAGE: N_("None of the %(n)s people left speaks one of: %(detail)s."),
    Rule.CREDENTIAL: N_("None of the %(n)s people left has these valid then: %(detail)s."),
    Rule.REFUSED: N_("All %(n)s people left asked not to do this kind."),
    Rule.BARRED: N_("All %(n)s people left must not meet the person served."),
    Rule.DECLINED: N_("All %(n)s people left declined this shift."),
    Rule.AVAILABLE: N_("None of the %(n)s people left is free then."),
    Rule.REACH: N_("It is too far away for all %(n)s people left."),
    Rule.BUSY: N_("All %(n)s people left have a commitment then, or too near to it."),
    Rule.DAY: N_("All %(n)s people left have served enough that day."),
    Rule.WEEK: N_("All %(n)s people left have served enough that week."),
    Rule.CONTRACT: N_("The contract has too few minutes left."),
    Rule.FULL: N_("No place is wanted any more."),
    Rule.PAST: N_("The shift has begun already."),
}

LOOKED_AT = 100
"""People for each rule among whom the cheapest change is looked for: those who would be worth most here."""


def why_open(problem: Problem, plan: Plan, seat: int, *, a: Arrays | None = None) -> Shortage:
    """What is short for a seat; for more than a few make the arrays once and give them."""
    a = arrays(problem) if a is None else a
    look = _Look(problem, plan, a, seat)
    bits = bits_of_everyone(a, problem.people_count, seat)
    eligible = np.flatnonzero(bits == 0)
    stands, blocking = look.stands(eligible)
    elsewhere = np.flatnonzero(stands == ELSEWHERE)
    lacking = tuple(look.lacking())
    free = eligible[stands == FREE]
    return Shortage(
        seat=int(problem.seats.ids[seat]),
        shift=int(problem.shifts.ids[look.shift]),
        missing=look.missing,
        reason=look.reason(bits, free, len(eligible), lacking),
        kept_away={rule.code: count for rule, count in _first_failing(bits)},
        eligible=len(eligible),
        elsewhere=len(elsewhere),
        worth_more=sum(
            points(a, eligible[row], blocking[row]) >= points(a, eligible[row], seat) for row in elsewhere.tolist()
        ),
        at_caps=int(((stands == DAY_FULL) | (stands == WEEK_FULL)).sum()),
        free=len(free),
        lacking=lacking,
        relaxation=look.relaxation(bits),
    )


def _first_failing(bits: NDArray[np.int32]) -> Iterator[tuple[Rule, int]]:
    """How many people each rule is the first to keep away, in the order of the rules."""
    first, counts = np.unique(bits & -bits, return_counts=True)
    for one, count in zip(first.tolist(), counts.tolist(), strict=True):
        if one:
            yield Rule(one), count


class _Look:
    """A seat of a plan under question."""

    def __init__(self, problem: Problem, plan: Plan, a: Arrays, seat: int) -> None:
        self.problem, self.plan, self.a, self.seat = problem, plan, a, seat
        self.shift = int(problem.seats.shift[seat])
        self.heads = np.bincount(plan.seat, minlength=problem.seat_count)
        self.missing = max(int(problem.seats.open[seat] - self.heads[seat]), 0)
        self.first, self.seats = by_person(problem, plan)

    def stands(self, people: Longs, seat: int | None = None) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        """How the plan leaves people whom no rule keeps from a seat: this one, or another."""
        return in_plan(self.a, self.seat if seat is None else seat, people.astype(np.int64), self.first, self.seats)

    def lacking(self) -> Iterator[Lacking]:
        """The seats of a shift without anybody for which too few could come."""
        seats = self.problem.seats
        team = range(int(seats.first[self.shift]), int(seats.first[self.shift + 1]))
        if any(self.heads[seat] for seat in team):
            return
        for seat in team:
            could = self._could(seat)
            if could < seats.least[seat]:
                yield Lacking(int(seats.ids[seat]), int(seats.least[seat]), could)

    def _could(self, seat: int) -> int:
        eligible = np.flatnonzero(bits_of_everyone(self.a, self.problem.people_count, seat) == 0)
        stands, _ = self.stands(eligible, seat)
        return int((stands == FREE).sum())

    def reason(self, bits: NDArray[np.int32], free: Longs, eligible: int, lacking: tuple[Lacking, ...]) -> Refusal:
        """What stands in the way first."""
        if not self.missing:
            return NOT_SHORT
        if not self.problem.people_count:
            return NOBODY_AT_ALL
        if not eligible:
            return self._runs_dry(bits)
        if not len(free):
            return ELSEWHERE_ALL.with_params(n=eligible)
        if lacking:
            return TEAM.with_params(seat=lacking[0].seat, least=lacking[0].least, could=lacking[0].could)
        if self._alone():
            return STAFFED
        used_up = self._used_up()
        if used_up is not None:
            return CONTRACT_USED.with_params(contract=used_up)
        if max(int(points(self.a, person, self.seat)) for person in free.tolist()) <= 0:
            return WORTHLESS
        return STILL_FREE.with_params(n=len(free))

    def _runs_dry(self, bits: NDArray[np.int32]) -> Refusal:
        """The rule at which nobody is left, when rule after rule is asked."""
        left, rule = len(bits), Rule.CAPACITY
        for rule, count in _first_failing(bits):  # noqa: B007 (the last one counts)
            if count == left:
                break
            left -= count
        seats, words = self.problem.seats, self.problem.words
        detail = {
            Rule.SKILL: named(words.skills, int(seats.skills[self.seat])),
            Rule.LANGUAGE: named(words.languages, int(seats.languages[self.seat])),
            Rule.CREDENTIAL: named(words.credentials, int(seats.credentials[self.seat])),
        }.get(rule, [])
        return Refusal(rule.code, RUNS_DRY[rule], params={"n": left, "detail": ", ".join(detail)})

    def _alone(self) -> bool:
        """Whether volunteers would have to come without any social worker."""
        shifts, seats = self.problem.shifts, self.problem.seats
        if not shifts.staffed[self.shift] or shifts.staff_there[self.shift] or seats.staff[self.seat]:
            return False
        team = range(int(seats.first[self.shift]), int(seats.first[self.shift + 1]))
        staff = [seat for seat in team if seats.staff[seat]]
        return not any(self.heads[seat] or self._could(seat) for seat in staff)

    def _used_up(self) -> int | None:
        """The contract of which this plan leaves too little, if it does."""
        shifts, contracts = self.problem.shifts, self.problem.contracts
        contract = int(shifts.contract[self.shift])
        if contract < 0:
            return None
        length = (shifts.ends - shifts.starts).astype(np.int64)
        planned = self.plan.seat[shifts.contract[self.problem.seats.shift[self.plan.seat]] == contract]
        left = int(contracts.minutes_left[contract]) - int(length[self.problem.seats.shift[planned]].sum())
        return int(contracts.ids[contract]) if left < length[self.shift] else None

    def relaxation(self, bits: NDArray[np.int32]) -> tuple[Fix, ...]:
        """The least change by which somebody more could come, among people whom one rule alone keeps away."""
        best: tuple[float, tuple[Fix, ...]] = (np.inf, ())
        for rule in _NEGOTIABLE:
            people = np.flatnonzero(bits == int(rule))
            if not len(people):
                continue
            stands, _ = self.stands(people)
            people = people[stands == FREE]
            worth = np.array([points(self.a, person, self.seat) for person in people.tolist()])
            for person in people[np.argsort(-worth, kind="stable")][:LOOKED_AT].tolist():
                fixes = failure(Case(self.problem, self.a, person, self.seat), rule).fixes
                cost = sum(_effort(self.problem, fix, person) for fix in fixes)
                if fixes and cost < best[0]:
                    best = cost, fixes
        return best[1]


_NEGOTIABLE = (
    Rule.AVAILABLE,
    Rule.REACH,
    Rule.CREDENTIAL,
    Rule.SKILL,
    Rule.LANGUAGE,
    Rule.REFUSED,
    Rule.DECLINED,
    Rule.CONTRACT,
    Rule.SEX,
)
"""What people or coordinators may change of their own will without anything else falling."""

_EFFORT = {
    Change.ASK_AGAIN: 240.0,
    Change.EXTEND_CONTRACT: 480.0,
    Change.WAIVE_SEX: 600.0,
    Change.RENEW: 600.0,
    Change.TAKE_KIND: 900.0,
    Change.LEARN_SKILL: 3000.0,
    Change.LEARN_LANGUAGE: 9000.0,
}
"""Reckoned in minutes, so that changes of different kinds can be compared."""
METRES_A_MINUTE = 50.0


def _effort(problem: Problem, fix: Fix, person: int) -> float:
    if fix.change is Change.FREE:
        return float(fix.ends - fix.starts)
    if fix.change is Change.WIDEN:
        return (fix.metres - float(problem.people.reach[person])) / METRES_A_MINUTE
    return _EFFORT[fix.change]
