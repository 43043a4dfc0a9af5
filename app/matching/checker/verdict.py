"""The verdict on a plan: every rule it breaks in a sentence, and whether its value and its bound are true."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import numpy as np
from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.matching.checker import whole
from app.matching.checker.bound import bound
from app.matching.checker.lookups import Lookups, Positions
from app.matching.checker.pairs import PAIR_RULES
from app.matching.checker.search import most_possible
from app.matching.checker.worth import points
from app.matching.problem import Plan, Problem

MOST_SENTENCES = 200
"""Violations that are told one by one; the rest are counted."""

NOWHERE = Refusal(
    "nowhere", N_("The plan names person %(person)s and seat %(seat)s by position, and one is not there.")
)
LENGTHS = Refusal("lengths", N_("The plan names %(people)s people for %(seats)s seats: one each is needed."))
VALUE = Refusal("value", N_("The plan says that it is worth %(claimed)s points, and it is worth %(value)s."))
BELOW = Refusal("below", N_("The plan is worth %(value)s points, and says that none is worth more than %(claimed)s."))
BOUND = Refusal(
    "bound", N_("The plan says that none is worth more than %(claimed)s points, and its prices prove %(bound)s only.")
)
PRICES = Refusal("prices", N_("The plan has prices for %(seats)s seats and %(contracts)s contracts, not for each."))
NEGATIVE = Refusal("negative", N_("The price of contract %(contract)s is negative, so the bound proves nothing."))


class Verdict(Struct, frozen=True, kw_only=True):
    """What the checker found."""

    violations: tuple[Refusal, ...]
    more: int
    """Violations beyond those that are told."""
    value: int
    claimed_value: int
    bound: int | None
    """Proven here, by prices or by searching everything; None when it was not asked for or cannot be."""
    claimed_bound: int

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations

    @property
    def gap(self) -> float:
        """How far the plan is from the best one at most, as a share of the bound that was proven, or else claimed."""
        limit = self.claimed_bound if self.bound is None else self.bound
        return (limit - self.value) / limit if limit > 0 else 0.0


def check(problem: Problem, plan: Plan, *, prove: bool = True) -> Verdict:
    """Check a plan against every rule, recompute its value and, unless told otherwise, prove its bound."""
    look = Lookups(problem)
    if len(plan.person) != len(plan.seat):
        wrong: Iterable[Refusal] = [LENGTHS.with_params(people=len(plan.person), seats=len(plan.seat))]
        return _verdict(plan, wrong, value=0, proven=None)
    person, seat = plan.person.astype(np.int64), plan.seat.astype(np.int64)
    there = (person >= 0) & (person < problem.people_count) & (seat >= 0) & (seat < problem.seat_count)
    nowhere = [NOWHERE.with_params(person=p, seat=e) for p, e in zip(person[~there], seat[~there], strict=True)]
    pair, count = np.unique(person[there] * max(problem.seat_count, 1) + seat[there], return_counts=True)
    person, seat = np.divmod(pair, max(problem.seat_count, 1))
    value = int(points(look, person, seat).sum())
    proven, about_bound = _proven(look, plan, value) if prove else (None, [])
    violations = chain(
        nowhere,
        (
            whole.TWICE.with_params(**_names(look, p, e))
            for p, e in zip(person[count > 1], seat[count > 1], strict=True)
        ),
        _of_pairs(look, person, seat),
        whole.of_people(look, person, seat),
        whole.of_shifts(look, seat),
        whole.of_contracts(look, seat),
        _of_value(plan, value),
        about_bound,
    )
    return _verdict(plan, violations, value=value, proven=proven)


def _verdict(plan: Plan, violations: Iterable[Refusal], *, value: int, proven: int | None) -> Verdict:
    found = iter(violations)
    told = tuple(islice(found, MOST_SENTENCES))
    return Verdict(
        violations=told,
        more=sum(1 for _ in found),
        value=value,
        claimed_value=plan.value,
        bound=proven,
        claimed_bound=plan.bound,
    )


def _names(look: Lookups, person: int, seat: int) -> dict[str, int]:
    problem = look.problem
    return {
        "person": int(problem.people.ids[person]),
        "seat": int(problem.seats.ids[seat]),
        "shift": int(problem.shifts.ids[look.shift_of[seat]]),
    }


def _of_pairs(look: Lookups, person: Positions, seat: Positions) -> Iterator[Refusal]:
    for rule in PAIR_RULES:
        for row in np.flatnonzero(rule.broken(look, person, seat)):
            p, e = int(person[row]), int(seat[row])
            yield Refusal(rule.code, rule.sentence).with_params(**_names(look, p, e), **rule.facts(look, p, e))


def _of_value(plan: Plan, value: int) -> Iterator[Refusal]:
    if plan.value != value:
        yield VALUE.with_params(claimed=plan.value, value=value)
    if plan.bound < value:
        yield BELOW.with_params(claimed=plan.bound, value=value)


def _proven(look: Lookups, plan: Plan, value: int) -> tuple[int | None, list[Refusal]]:
    """The best bound that can be proven here, and what is wrong with the one claimed."""
    problem, prices = look.problem, plan.prices
    counts = {"seats": len(prices.seat), "contracts": len(prices.contract)}
    if counts != {"seats": problem.seat_count, "contracts": len(problem.contracts.ids)}:
        return None, [PRICES.with_params(**counts)]
    negative = np.flatnonzero(prices.contract < 0)
    if len(negative):
        return None, [NEGATIVE.with_params(contract=int(problem.contracts.ids[one])) for one in negative]
    proven = bound(look, prices)
    if plan.bound < proven:
        # A small problem may have been solved for certain, which its prices need not show.
        searched = most_possible(look)
        if searched is not None:
            proven = min(proven, searched)
    if value <= plan.bound < proven:
        return proven, [BOUND.with_params(claimed=plan.bound, bound=proven)]
    return proven, []
