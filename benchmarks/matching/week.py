"""A city's week, planned and checked: python -m benchmarks.matching.week"""

import argparse
import time

from app.matching.checker import check
from app.matching.running import warm_up
from app.matching.solver import Progress, Stop, solve
from benchmarks.matching.city import city
from benchmarks.matching.memory import peak


def main() -> None:
    """Print what the plan is worth, and how far from the best it can be."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=160_000)
    options.add_argument("--shifts", type=int, default=20_000)
    options.add_argument("--scarce", action="store_true")
    until = options.add_mutually_exclusive_group()
    until.add_argument("--seconds", type=float, default=30.0)
    until.add_argument("--effort", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--follow", action="store_true", help="print progress")
    given = options.parse_args()
    problem = city(given.people, given.shifts, seed=given.seed, scarce=given.scarce)
    # Compiling, or loading what was compiled, is no part of the work.
    warm_up()
    wall, cpu = time.perf_counter(), time.process_time()
    plan = solve(
        problem,
        seed=given.seed,
        stop=Stop(effort=given.effort) if given.effort else Stop(seconds=given.seconds),
        report=_print if given.follow else None,
    )
    wall, cpu, most = time.perf_counter() - wall, time.process_time() - cpu, peak()
    verdict = check(problem, plan, prove=False)
    print(
        f"{given.people:,} x {given.shifts:,}{' scarce' if given.scarce else ''}: {wall:.1f} s, cpu {cpu:.1f} s, "
        f"peak {most:.0f} MB, value {plan.value:,}, "
        f"bound {plan.bound:,}, gap {100 * plan.gap:.3f} %, "
        f"heads {len(plan.person):,} of {int(problem.seats.open.sum()):,}, "
        f"effort {plan.effort}, violations {len(verdict.violations)}"
    )


def _print(at: Progress) -> None:
    gap = (at.bound - at.value) / at.bound if at.bound else 0.0
    print(
        f"{at.seconds:6.1f} s {at.stage:10} {at.effort:5} {at.value:13,} {at.bound:13,} {100 * gap:7.3f} %", flush=True
    )


if __name__ == "__main__":
    main()
