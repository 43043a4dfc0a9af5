"""Which pairs of a plan still hold against a problem that may have changed since: the rest is left out, with why."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count

import numpy as np
from msgspec import Struct

from app.kit.rules import Refusal
from app.matching.arrays import arrays
from app.matching.checker import check
from app.matching.problem import Longs, Plan, Prices, Problem
from app.matching.score import points

ABOUT_FIGURES = frozenset({"value", "below", "bound", "prices", "negative", "too_hard"})
"""What the checker says of a plan's figures is no reason to leave anybody out."""


class Held(Struct, frozen=True, kw_only=True):
    """What is left of a plan, and what was left out for which rule."""

    plan: Plan
    left_out: tuple[tuple[int, int, str], ...]
    """Positions of person and seat with the code of the rule."""


class _Rows:
    """The pairs that are still in, found by the identities that the checker names them by."""

    def __init__(self, problem: Problem, person: Longs, seat: Longs) -> None:
        self.problem, self.person, self.seat = problem, person, seat
        self.shift = problem.seats.shift[seat]
        a = arrays(problem)
        self.worth = [int(points(a, int(p), int(e))) for p, e in zip(person, seat, strict=True)]
        self.minutes = (problem.shifts.ends - problem.shifts.starts)[self.shift]
        self.inside = np.ones(len(person), dtype=np.bool_)
        self.why: dict[int, str] = {}

    def plan(self) -> Plan:
        """What is in, with its value."""
        rows = np.flatnonzero(self.inside)
        value = sum(self.worth[row] for row in rows)
        return plain_plan(self.problem, self.person[rows], self.seat[rows], value)

    def take_out(self, rows: Sequence[int], code: str) -> None:
        for row in rows:
            if self.inside[row]:
                self.inside[row] = False
                self.why[row] = code

    def mend(self, violations: Sequence[Refusal]) -> None:
        """Leave out as few as each broken rule asks for, the least worth first."""
        by_person: dict[int, list[int]] = defaultdict(list)
        by_shift: dict[int, list[int]] = defaultdict(list)
        people, shifts = self.problem.people.ids, self.problem.shifts.ids
        for row in np.flatnonzero(self.inside):
            by_person[int(people[self.person[row]])].append(int(row))
            by_shift[int(shifts[self.shift[row]])].append(int(row))
        for broken in violations:
            about = broken.params
            if "person" in about:
                rows = by_person[about["person"]]
                at = {about.get("shift"), about.get("other")}
                named = [row for row in rows if int(shifts[self.shift[row]]) in at] if "shift" in about else rows
                self.take_out(self._least([row for row in named if self.inside[row]], 1), broken.code)
            elif broken.code == "contract":
                self._relieve(about["contract"], about["minutes"] - about["left"])
            elif broken.code == "full":
                rows = [row for row in by_shift[about["shift"]] if self._seat_id(row) == about["seat"]]
                self.take_out(self._least(rows, about["heads"] - about["open"]), broken.code)
            else:  # half a team, or volunteers alone: nobody of it comes
                self.take_out(by_shift[about["shift"]], broken.code)

    def _seat_id(self, row: int) -> int:
        return int(self.problem.seats.ids[self.seat[row]])

    def _least(self, rows: Sequence[int], most: int) -> list[int]:
        return sorted(rows, key=lambda row: (self.worth[row], row))[:most]

    def _relieve(self, contract_id: int, minutes: int) -> None:
        contracts = self.problem.contracts.ids
        under = [
            int(row)
            for row in np.flatnonzero(self.inside)
            if (at := int(self.problem.shifts.contract[self.shift[row]])) >= 0 and int(contracts[at]) == contract_id
        ]
        for row in self._least(under, len(under)):
            if minutes <= 0:
                return
            self.take_out([row], "contract")
            minutes -= int(self.minutes[row])


def plain_plan(problem: Problem, person: Longs, seat: Longs, value: int = 0) -> Plan:
    """These pairs as a plan that proves nothing."""
    order = np.lexsort((person, seat))
    return Plan(
        person=person[order].astype(np.int32),
        seat=seat[order].astype(np.int32),
        value=value,
        bound=value,
        prices=Prices(
            seat=np.zeros(problem.seat_count, np.int64), contract=np.zeros(len(problem.contracts.ids), np.int64)
        ),
    )


def hold(problem: Problem, person: Longs, seat: Longs) -> Held:
    """Keep every pair that breaks no rule, alone or with the others; the checker has the word."""
    rows = _Rows(problem, person, seat)
    for _ in count():
        plan = rows.plan()
        broken = [one for one in check(problem, plan, prove=False).violations if one.code not in ABOUT_FIGURES]
        if not broken:
            break
        rows.mend(broken)
    left_out = tuple((int(person[row]), int(seat[row]), code) for row, code in sorted(rows.why.items()))
    return Held(plan=plan, left_out=left_out)
