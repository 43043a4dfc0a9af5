"""One week planned three ways in the same seconds: python -m benchmarks.matching.peers"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import numpy as np

from app.matching.candidates import Depth, Edges, find
from app.matching.checker import check
from app.matching.problem import Ints, Plan, Prices, Problem
from app.matching.running import warm_up
from app.matching.solver import Stop, solve
from app.matching.solver.model import Model, model
from benchmarks.matching.city import city
from benchmarks.matching.cp_sat import answer
from benchmarks.matching.greedy import by_priority

EVERYBODY_UP_TO = 5_000_000
"""Pairs of a person and a seat: up to so many CP-SAT chooses among all that are allowed, else among the best lists."""
NONE = np.zeros(0, dtype=np.int32)


def main() -> None:
    """Print what each plan is worth, how many heads it fills, and what bound goes with it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=16_000)
    options.add_argument("--shifts", type=int, default=2_000)
    options.add_argument("--scarce", action="store_true")
    options.add_argument("--seconds", type=float, default=30.0, help="for each but greedy, which ends by itself")
    options.add_argument("--hint", action="store_true", help="let CP-SAT begin with greedy's plan")
    given = options.parse_args()
    problem = city(given.people, given.shifts, seed=1, scarce=given.scarce)
    print(f"{given.people:,} x {given.shifts:,}{' scarce' if given.scarce else ''}, {given.seconds:.0f} s each")
    # Compiling, or loading what was compiled, is no part of the work.
    warm_up()
    small = city(600, 200, seed=2, scarce=True)
    by_priority(model(small, find(small)), small.shifts.priority)
    began = time.perf_counter()
    edges = _edges(problem)
    pairs = model(problem, edges)
    greedy = by_priority(pairs, problem.shifts.priority)
    _print("greedy by priority", problem, _plan(problem, pairs, greedy, None), time.perf_counter() - began)
    _print_cp_sat(problem, pairs, given.seconds, greedy if given.hint else NONE)
    began = time.perf_counter()
    ours = solve(problem, seed=1, stop=Stop(seconds=given.seconds))
    _print("Linli", problem, ours, time.perf_counter() - began)


def _print_cp_sat(problem: Problem, pairs: Model, seconds: float, hint: Ints) -> None:
    """Ask CP-SAT in a process of its own, that runs out of memory alone."""
    began = time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            told = pool.submit(answer, pairs, seconds, hint).result()
        except BrokenProcessPool:
            print("OR-Tools CP-SAT     its process came to an end without an answer, out of memory most likely")
            return
    plan = _plan(problem, pairs, told.taken, told.bound)
    _print("OR-Tools CP-SAT", problem, plan, time.perf_counter() - began)
    print(f"{'':20}{told.status} after {told.seconds:.1f} s over {len(pairs.seat):,} pairs, {told.megabytes:,} MB")


def _edges(problem: Problem) -> Edges:
    people = problem.people_count
    if people * problem.seat_count > EVERYBODY_UP_TO:
        return find(problem)
    return find(problem, per_head=Depth(single=people, team=people, each=0, staff=people))


def _plan(problem: Problem, pairs: Model, taken: Ints, bound: int | None) -> Plan:
    person, seat = pairs.people[pairs.owner[taken]], pairs.seat[taken]
    order = np.lexsort((person, seat))
    value = int(pairs.points[taken].sum(dtype=np.int64))
    prices = Prices(
        seat=np.zeros(problem.seat_count, dtype=np.int64),
        contract=np.zeros(len(problem.contracts.ids), dtype=np.int64),
    )
    return Plan(
        person=person[order],
        seat=seat[order],
        value=value,
        bound=2**62 if bound is None else max(bound, value),
        prices=prices,
    )


def _print(name: str, problem: Problem, plan: Plan, seconds: float) -> None:
    violations = len(check(problem, plan, prove=False).violations)
    bound = f"bound {plan.bound:,}, gap {100 * plan.gap:.3f} %" if plan.bound < 2**62 else "no bound"
    print(
        f"{name:20}{seconds:6.1f} s, value {plan.value:,}, {bound}, "
        f"heads {len(plan.person):,} of {int(problem.seats.open.sum()):,}, violations {violations}",
        flush=True,
    )


if __name__ == "__main__":
    main()
