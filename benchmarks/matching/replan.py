"""A city's week after some people dropped out: python -m benchmarks.matching.replan"""

import argparse
import time

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from app.matching.checker import check
from app.matching.problem import Pairs, Plan, Problem, Spans
from app.matching.solver import Stop, solve
from benchmarks.matching.city import city

People = NDArray[np.int64]


def main() -> None:
    """Print how quickly the plan is mended, how many are left alone, and how far from the best it is."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=160_000)
    options.add_argument("--shifts", type=int, default=20_000)
    options.add_argument("--share", type=float, default=0.02, help="of the people drops out")
    options.add_argument("--effort", type=int, default=220, help="for the plan before")
    options.add_argument("--seconds", type=float, default=20.0, help="to mend it")
    options.add_argument("--cold", action="store_true", help="give the shifts that people had, but no prices")
    given = options.parse_args()
    problem = city(given.people, given.shifts, seed=1)
    plan = solve(problem, seed=1, stop=Stop(effort=given.effort))
    gone = np.random.default_rng(5).choice(given.people, round(given.people * given.share), replace=False)
    changed = without(problem, plan, gone)
    wall, cpu = time.perf_counter(), time.process_time()
    mended = solve(changed, seed=1, stop=Stop(seconds=given.seconds), before=None if given.cold else plan)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{given.people:,} x {given.shifts:,}, {len(gone):,} people gone: {wall:.1f} s, cpu {cpu:.1f} s, "
        f"{100 * left_alone(changed, plan, mended, gone):.2f} % of the others' seats unmoved, "
        f"value {mended.value:,}, bound {mended.bound:,}, gap {100 * mended.gap:.3f} %, "
        f"heads {len(mended.person):,} (before {len(plan.person):,}), "
        f"violations {len(check(changed, mended, prove=False).violations)}"
    )


def without(problem: Problem, plan: Plan, gone: People) -> Problem:
    """The same week with these people away all the time; everybody else would rather stay where the plan had them."""
    order = np.argsort(plan.person, kind="stable")
    many = np.bincount(plan.person, minlength=problem.people_count)
    shift = problem.seats.shift[plan.seat[order]]
    return replace(
        problem,
        before=Pairs(first=_first(many), shift=shift.astype(np.int32)),
        spans=_with_absences(problem.spans, np.sort(gone), problem.minutes),
    )


def left_alone(problem: Problem, plan: Plan, mended: Plan, gone: People) -> float:
    """Of the seats of those who did not drop out: the share that is still theirs."""
    seats = max(problem.seat_count, 1)
    stay = ~np.isin(plan.person, gone)
    had = plan.person[stay].astype(np.int64) * seats + plan.seat[stay]
    return float(np.isin(had, mended.person.astype(np.int64) * seats + mended.seat).mean()) if len(had) else 1.0


def _first(many: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(many))).astype(np.int64)


def _with_absences(spans: Spans, gone: People, minutes: int) -> Spans:
    """One more each, before their others."""
    at = spans.first[gone]
    more = np.zeros(len(spans.first) - 1, dtype=np.int64)
    more[gone] = 1
    return Spans(
        first=_first(np.diff(spans.first) + more),
        starts=np.insert(spans.starts, at, 0),
        ends=np.insert(spans.ends, at, minutes),
        x=np.insert(spans.x, at, np.nan),
        y=np.insert(spans.y, at, np.nan),
        counts=np.insert(spans.counts, at, False),
        shift=np.insert(spans.shift, at, -1),
    )


if __name__ == "__main__":
    main()
