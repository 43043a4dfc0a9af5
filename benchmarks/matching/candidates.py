"""The best people for every seat of a city, beside looking at everybody: python -m benchmarks.matching.candidates"""

import argparse
import time

import numpy as np
import psutil

from app.matching.candidates import COMPLETE, Depth, Edges, Index, find
from benchmarks.matching.city import city
from benchmarks.matching.scan import full_scan


def main(people: int, shifts: int, *, seed: int, scarce: bool, threads: int | None, compared: int) -> None:
    """Find them all, then compare some seats with the plain way, and print both."""
    find(city(50, 50, seed=seed))  # compiled once, before the clock runs
    problem = city(people, shifts, seed=seed, scarce=scarce)
    before = _megabytes()
    began, busy = time.perf_counter(), time.process_time()
    index = Index(problem)
    indexed, indexed_busy = time.perf_counter(), time.process_time()
    edges = find(problem, index=index, threads=threads)
    done, done_busy = time.perf_counter(), time.process_time()
    print(f"{people:,} people x {shifts:,} shifts{' (scarce)' if scarce else ''}: {problem.seat_count:,} seats")
    print(
        f"index {indexed - began:.2f} s ({indexed_busy - busy:.2f} s of processors), {len(index.grid.home):,} entries"
    )
    print(f"find  {done - indexed:.2f} s ({done_busy - indexed_busy:.2f} s of processors), {len(edges.person):,} pairs")
    print(f"{(edges.rest == COMPLETE).sum():,} lists leave nobody out, {(np.diff(edges.first) == 0).sum():,} are empty")
    print(f"memory: {before:,} MB with the problem, {_megabytes():,} MB after")
    _compare(index, edges, Depth().of(problem), compared, (done - indexed) / max(problem.seat_count, 1))


def _compare(index: Index, edges: Edges, depth: np.ndarray, compared: int, each: float) -> None:
    """The plain way over some seats, whose lists must be the same."""
    seats = np.linspace(0, len(depth) - 1, min(compared, len(depth)), dtype=int).tolist()
    began = time.perf_counter()
    plain = [full_scan(index, seat, int(depth[seat])) for seat in seats]
    took = (time.perf_counter() - began) / max(len(seats), 1)
    for seat, scanned in zip(seats, plain, strict=True):
        rows = slice(edges.first[seat], edges.first[seat + 1])
        if list(zip(edges.points[rows].tolist(), edges.person[rows].tolist(), strict=True)) != scanned:
            raise AssertionError(f"seat {seat} has other candidates in a full scan")
    print(f"a seat: {each * 1e3:.3f} ms, NumPy over everybody {took * 1e3:.1f} ms, ratio {took / each:,.0f}")
    print(f"{len(seats)} lists are the same in both ways")


def _megabytes() -> int:
    return int(psutil.Process().memory_info().rss / 1e6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=160_000)
    parser.add_argument("--shifts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scarce", action="store_true", help="people offer 85 %% of the hours needed")
    parser.add_argument("--threads", type=int, default=None, help="as many as there are processors, if not said")
    parser.add_argument("--compared", type=int, default=100, help="seats looked for in the plain way, too (100)")
    told = parser.parse_args()
    main(
        told.people,
        told.shifts,
        seed=told.seed,
        scarce=told.scarce,
        threads=told.threads,
        compared=told.compared,
    )
