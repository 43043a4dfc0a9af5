"""A day of visits by VROOM, by VROOM and PyVRP, and by Linli's own search: python -m benchmarks.matching.routes"""

import argparse
import time

import numpy as np

from app.matching.routing.board import board_of
from app.matching.routing.checker import check
from app.matching.routing.problem import Problem, Staff, Tours, Visits
from app.matching.routing.schedule import day_of
from app.matching.routing.search import effort_for, search
from app.matching.routing.vroom_first import tours_by_vroom
from benchmarks.matching.pyvrp_peer import tours_by_pyvrp

HOUR = 3600
WIDTH, HEIGHT = 36_000, 30_000
METRES_A_SECOND = 250 / 60
DETOUR = 1.3
SETTING_OUT = 300
WORTH = 8 * HOUR
SKILL_SHARES = (0.9, 0.6, 0.45, 0.3, 0.2)
"""How many workers have each skill; visits ask for one each, the common ones more often."""


def made_up_day(workers: int, visits: int, seed: int, *, breaks: bool = False) -> Problem:
    """A day in a made-up city: homes as depots, windows of one to four hours, work from eight to six."""
    dice = np.random.default_rng(seed)
    centres = dice.uniform((0, 0), (WIDTH, HEIGHT), (12, 2))
    homes = centres[dice.integers(0, 12, workers)] + dice.normal(0, 2500, (workers, 2))
    spots = centres[dice.integers(0, 12, visits)] + dice.normal(0, 2500, (visits, 2))
    xy = np.concatenate([homes, spots])
    metres = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    travel = np.where(metres < 1, 0, SETTING_OUT + np.ceil(metres * DETOUR / METRES_A_SECOND)).astype(np.int64)
    shares = np.array(SKILL_SHARES)
    skills = ((dice.random((workers, len(shares))) < shares) << np.arange(len(shares))).sum(axis=1)
    opens = 8 * HOUR + dice.integers(0, 7 * HOUR // 900, visits) * 900
    length = dice.choice([1200, 1800, 2700, 3600], visits)
    zeros = np.zeros(visits, np.int64)
    return Problem(
        travel=travel,
        staff=Staff(
            ids=np.arange(workers),
            starts=np.full(workers, 8 * HOUR),
            ends=np.full(workers, 18 * HOUR),
            start_place=np.arange(workers),
            end_place=np.arange(workers),
            skills=(skills | 1).astype(np.uint64),
            rest_opens=np.full(workers, 11 * HOUR + 1800),
            rest_closes=np.full(workers, 13 * HOUR),
            rest_length=np.full(workers, 1800 if breaks else 0),
        ),
        visits=Visits(
            ids=np.arange(visits),
            place=workers + np.arange(visits),
            opens=opens,
            closes=opens + dice.choice([1, 2, 3, 4], visits) * HOUR,
            length=length,
            skills=(1 << dice.choice(len(shares), visits, p=shares / shares.sum())).astype(np.uint64),
            paired=np.zeros(visits, np.bool_),
            second_length=zeros,
            second_skills=zeros.astype(np.uint64),
            lag_least=zeros,
            lag_most=zeros,
            worth=np.full(visits, WORTH),
        ),
        grace=0,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--visits", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--breaks", action="store_true", help="half an hour at noon for everybody; not for PyVRP")
    options = parser.parse_args()
    problem = made_up_day(options.workers, options.visits, options.seed, breaks=options.breaks)
    able, seed, seconds = board_of(problem, 0).able, options.seed, options.seconds
    effort = effort_for(seconds)
    search(problem, seed=seed, effort=1000)  # compiles, or finds that done
    first: Tours = []

    def show(name: str, begun: float, tours: Tours) -> None:
        day = day_of(problem, tours)
        faults = check(problem, day)
        served = problem.visit_count - len(day.left_out)
        print(
            f"{name:24}{time.perf_counter() - begun:9.1f} s{served:9}{day.travel / HOUR:11.2f} h"
            f"{day.late / HOUR:9.2f} h   {faults[0] if faults else 'keeps every rule'}",
            flush=True,
        )

    print(f"{'':24}{'time':>11}{'served':>9}{'travel':>13}{'late':>11}")
    begun = time.perf_counter()
    first = tours_by_vroom(problem, able)
    show("VROOM", begun, first)
    if not options.breaks:
        begun = time.perf_counter()
        show("PyVRP after VROOM", begun, tours_by_pyvrp(problem, able, first, seed=seed, seconds=seconds))
    begun = time.perf_counter()
    show("our search", begun, search(problem, seed=seed, effort=effort, seconds=seconds).tours)
    begun = time.perf_counter()
    show("our search after VROOM", begun, search(problem, seed=seed, effort=effort, seconds=seconds, start=first).tours)


if __name__ == "__main__":
    main()
