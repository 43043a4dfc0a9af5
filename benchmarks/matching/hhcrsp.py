"""Home-visit routes beside the best published: python -m benchmarks.matching.hhcrsp [--seconds 60] [--only 10,25]"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from app.matching.routing.checker import check
from app.matching.routing.day import plan_day
from app.matching.routing.problem import UNBOUND, Problem, Staff, Tours, Visits
from app.matching.routing.schedule import day_of

PUBLISHED = "hhcrsp/published_costs.md"
ROOT = Path(__file__).parents[2]
PARTS = 1000
"""The instances give ways with three decimals."""
MEAN_OF = 3
"""A cost is the mean of distance, lateness and the latest."""
SMALL = 75
"""Patients up to which the target is the stricter one."""


def reference() -> Path:
    """The folder of reference data."""
    return Path(os.environ.get("LINLI_REFERENCE_DATA", ROOT.parent / "shared" / "data"))


def published(folder: Path) -> dict[str, tuple[float, Path]]:
    """Of each instance, by its file's name, the best cost published and the routes behind it."""
    rows = [[cell.strip() for cell in line.split("|")] for line in (folder / PUBLISHED).read_text().splitlines()]
    return {
        row[1]: (float(row[5]), folder / "hhcrsp" / "solutions" / row[6]) for row in rows if row[1].endswith(".json")
    }


def load_problem(path: Path) -> Problem:
    """The instance of a file. Nobody has working hours, and every patient has to be visited."""
    told = msgspec.json.decode(path.read_bytes())
    patients, caregivers = told["patients"], told["caregivers"]
    bit = {service["id"]: 1 << k for k, service in enumerate(told["services"])}
    n, m = len(patients), len(caregivers)
    needs = [patient["required_caregivers"] for patient in patients]
    lags = [(patient.get("synchronization") or {}).get("distance", (0, 0)) for patient in patients]
    nobody = {"service": told["services"][0]["id"], "duration": 0}
    second = [need[1] if len(need) > 1 else nobody for need in needs]
    return Problem(
        travel=_parts(told["distances"]),
        staff=Staff(
            ids=np.arange(m),
            skills=np.array([sum(bit[ability] for ability in c["abilities"]) for c in caregivers], np.uint64),
            ends=np.full(m, UNBOUND),
            **{name: np.zeros(m, np.int64) for name in ("starts", "start_place", "end_place")},
            **{name: np.zeros(m, np.int64) for name in ("rest_opens", "rest_closes", "rest_length")},
        ),
        visits=Visits(
            ids=np.arange(n),
            place=np.arange(1, n + 1),
            opens=_parts([patient["time_window"][0] for patient in patients]),
            closes=_parts([patient["time_window"][1] for patient in patients]),
            length=_parts([need[0]["duration"] for need in needs]),
            skills=np.array([bit[need[0]["service"]] for need in needs], np.uint64),
            paired=np.array([len(need) > 1 for need in needs]),
            second_length=_parts([need["duration"] for need in second]),
            second_skills=np.array([bit[need["service"]] for need in second], np.uint64),
            lag_least=_parts([lag[0] for lag in lags]),
            lag_most=_parts([lag[1] for lag in lags]),
            worth=np.full(n, UNBOUND // 1024),
        ),
        required=True,
    )


def _parts(values: Any) -> Any:
    return np.rint(np.array(values, np.float64) * PARTS).astype(np.int64)


def load_tours(path: Path, instance: Path) -> Tours:
    """The published routes of an instance."""
    told = msgspec.json.decode(instance.read_bytes())
    call = {
        (patient["id"], need["service"]): 2 * j + k
        for j, patient in enumerate(told["patients"])
        for k, need in enumerate(patient["required_caregivers"])
    }
    routes = {
        route["caregiver_id"]: [call[stop["patient"], stop["service"]] for stop in route.get("locations", [])]
        for route in msgspec.json.decode(path.read_bytes())["routes"]
    }
    return [routes.get(caregiver["id"], []) for caregiver in told["caregivers"]]


def cost_of(problem: Problem, tours: Tours) -> float:
    """What routes cost as the instances' authors count it."""
    return day_of(problem, tours).cost / PARTS / MEAN_OF


def run(path: Path, seed: int, seconds: float) -> tuple[str, float, float, float]:
    """Plan one instance: its name, cost, seconds and processor seconds."""
    problem = load_problem(path)
    wall, processor = time.perf_counter(), time.process_time()
    day = plan_day(problem, seed=seed, seconds=seconds)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    faults = check(problem, day)
    if faults:
        raise SystemExit(f"{path.name}: {faults[0]}")
    return path.name, day.cost / PARTS / MEAN_OF, wall, processor


def patients(name: str) -> int:
    """How many patients an instance has, by its file's name."""
    found = re.search(r"_(\d+)_\d+\.json$", name)
    return int(found[1]) if found else 0


def results(paths: list[Path], options: argparse.Namespace) -> Iterator[tuple[str, float, float, float]]:
    """Plan all instances, several at once if asked."""
    run(paths[0], options.seed, 0.1)  # compiles, or finds that done
    if options.jobs < 2:
        yield from (run(path, options.seed, options.seconds) for path in paths)
        return
    with ProcessPoolExecutor(options.jobs) as pool:
        yield from pool.map(run, paths, [options.seed] * len(paths), [options.seconds] * len(paths))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each instance")
    parser.add_argument("--only", default="", help="numbers of patients, as in 10,25")
    parser.add_argument("--jobs", type=int, default=1, help="instances at the same time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = reference()
    if not (folder / PUBLISHED).exists():
        sys.exit(f"{folder / PUBLISHED} is not here; set LINLI_REFERENCE_DATA to the folder that holds it")
    wanted = {int(number) for number in options.only.split(",") if number}
    best = {name: cost for name, (cost, _) in published(folder).items() if not wanted or patients(name) in wanted}
    paths = [folder / "hhcrsp" / "instances" / name for name in sorted(best, key=lambda name: (patients(name), name))]
    if not paths:
        sys.exit("no instance has that many patients")
    print(f"{'instance':32}{'published':>12}{'ours':>12}{'above':>9}{'seconds':>9}{'processor':>11}")
    above: dict[bool, list[float]] = {True: [], False: []}
    for name, cost, wall, processor in results(paths, options):
        share = cost / best[name] - 1
        above[patients(name) <= SMALL].append(share)
        print(
            f"{name:32}{best[name]:12.3f}{cost:12.3f}{round(share, 4) + 0.0:9.2%}{wall:9.1f}{processor:11.1f}",
            flush=True,
        )
    for small, shares in above.items():
        if shares:
            group = f"{'up to' if small else 'more than'} {SMALL} patients, {len(shares)} instances"
            print(f"{group:56}{round(sum(shares) / len(shares), 4) + 0.0:9.2%}")


if __name__ == "__main__":
    main()
