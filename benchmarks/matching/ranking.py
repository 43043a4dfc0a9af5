"""Whom to ask for one seat among a million, beside looking at everybody: python -m benchmarks.matching.ranking"""

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import psutil

from app.matching.candidates import Index
from app.matching.ranking import best, rules_of_everyone
from benchmarks.matching.city import city
from benchmarks.matching.scan import full_scan

Answer = TypeVar("Answer")


def main(people: int, shifts: int, *, seed: int, each: int) -> None:
    """Rank for so many seats in both ways, give everybody's reasons for some, and print how long it took."""
    problem = city(people, shifts, seed=seed)
    index = Index(problem)
    seats = np.linspace(0, problem.seat_count - 1, each, dtype=int).tolist()
    best(index, seats[0])  # compiled once, before the clock runs
    rules_of_everyone(index, seats[0])
    print(f"{people:,} people, {each} seats; milliseconds")
    ranked = _timed("the ten best", seats, lambda seat: best(index, seat))
    few = seats[:: max(each // 50, 1)]
    scanned = _timed("the ten best, NumPy over everybody", few, lambda seat: full_scan(index, seat, 10))
    _timed("why not, for everybody", few, lambda seat: rules_of_everyone(index, seat))
    by_seat = dict(zip(seats, ranked, strict=True))
    for seat, plain in zip(few, scanned, strict=True):
        if [(row.points, row.person) for row in by_seat[seat]] != plain:
            raise AssertionError(f"seat {seat} has another ranking in a full scan")
    print(f"{len(few)} rankings are the same in both ways; {psutil.Process().memory_info().rss / 1e6:,.0f} MB")


def _timed(name: str, seats: list[int], ask: Callable[[int], Answer]) -> list[Answer]:
    answers, took, busy = [], [], time.process_time()
    for seat in seats:
        began = time.perf_counter()
        answers.append(ask(seat))
        took.append(time.perf_counter() - began)
    busy = (time.process_time() - busy) / len(seats)
    median, most, worst = np.percentile(took, (50, 95, 100)) * 1e3
    print(f"{name:<36} median {median:8.2f}  p95 {most:8.2f}  worst {worst:8.2f}  of processors {busy * 1e3:8.2f}")
    return answers


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--shifts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=500, help="how many seats are ranked for (500)")
    told = parser.parse_args()
    main(told.people, told.shifts, seed=told.seed, each=told.each)
