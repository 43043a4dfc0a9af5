"""A province's week, or a city in districts against the same city whole: python -m benchmarks.matching.million"""

import argparse
import time

from app.matching.checker import check
from app.matching.problem import Plan, Problem
from app.matching.running import warm_up
from app.matching.solver import Stop, solve
from app.matching.solver.split import solve_in_districts
from benchmarks.matching.city import city
from benchmarks.matching.memory import peak


def main() -> None:
    """Print what the plan of the whole is worth, and what that of its districts is if there are to be any."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--shifts", type=int, default=200_000)
    options.add_argument("--seconds", type=float, default=600.0, help="for each")
    options.add_argument("--parts", type=int, default=0, help="solve it in so many districts as well")
    given = options.parse_args()
    problem = city(given.people, given.shifts, seed=1)
    # Compiling, or loading what was compiled, is no part of the work.
    warm_up()
    stop = Stop(seconds=given.seconds)
    began = time.perf_counter()
    whole = solve(problem, seed=1, stop=stop)
    _print("whole", problem, whole, time.perf_counter() - began)
    if given.parts:
        began = time.perf_counter()
        split = solve_in_districts(problem, given.parts, seed=1, stop=stop)
        _print(f"{given.parts} districts", problem, split, time.perf_counter() - began)
        print(f"in districts {100 * (whole.value - split.value) / max(whole.value, 1):.3f} % less than whole")


def _print(name: str, problem: Problem, plan: Plan, seconds: float) -> None:
    print(
        f"{problem.people_count:,} x {problem.shift_count:,} {name}: {seconds:.1f} s, value {plan.value:,}, "
        f"bound {plan.bound:,}, gap {100 * plan.gap:.3f} %, "
        f"heads {len(plan.person):,} of {int(problem.seats.open.sum()):,}, "
        f"peak {peak():.0f} MB, "
        f"violations {len(check(problem, plan, prove=False).violations)}",
        flush=True,
    )


if __name__ == "__main__":
    main()
