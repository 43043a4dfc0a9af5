"""The scorer against the published routes of the literature's instances, and the checker against corrupted ones."""

import os
from pathlib import Path

import msgspec
import pytest

from app.matching.routing.checker import check
from app.matching.routing.problem import Day, Stop
from app.matching.routing.schedule import day_of
from benchmarks.matching import hhcrsp

INSTANCES = 27


@pytest.fixture
def folder() -> Path:
    """The reference data; absent on a user's machine, never in CI."""
    folder = hhcrsp.reference()
    if not (folder / hhcrsp.PUBLISHED).exists():
        message = f"{folder / hhcrsp.PUBLISHED} is not here; set LINLI_REFERENCE_DATA to the folder that holds it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


def published_day(folder: Path, name: str) -> tuple[hhcrsp.Problem, Day]:
    instance = folder / "hhcrsp" / "instances" / name
    problem = hhcrsp.load_problem(instance)
    return problem, day_of(problem, hhcrsp.load_tours(hhcrsp.published(folder)[name][1], instance))


def test_all_published_costs_are_reproduced(folder: Path) -> None:
    published = hhcrsp.published(folder)
    assert len(published) == INSTANCES
    for name, (cost, _) in published.items():
        problem, day = published_day(folder, name)
        assert check(problem, day) == []
        # Published with six digits.
        assert day.cost / hhcrsp.PARTS / hhcrsp.MEAN_OF == pytest.approx(cost, rel=1e-5), name


def with_stop(day: Day, route: int, number: int, stop: Stop) -> Day:
    """The day with one stop replaced."""
    routes = list(day.routes)
    stops = list(routes[route].stops)
    stops[number] = stop
    routes[route] = msgspec.structs.replace(routes[route], stops=tuple(stops))
    return msgspec.structs.replace(day, routes=tuple(routes))


def test_corrupted_routes_are_refused(folder: Path) -> None:
    problem, day = published_day(folder, "InstanzCPLEX_HCSRP_25_1.json")
    route = max(range(problem.staff_count), key=lambda v: len(day.routes[v].stops))
    stops = day.routes[route].stops
    first = stops[0]
    early = msgspec.structs.replace(first, begins=first.begins - 1000, ends=first.ends - 1000)
    short = msgspec.structs.replace(first, ends=first.ends - 1)
    hasty = msgspec.structs.replace(stops[1], arrives=stops[1].arrives - 1)
    other = msgspec.structs.replace(first, call=stops[1].call)
    for stop, number, complaint in [(early, 0, "too early"), (short, 0, "as long"), (hasty, 1, "cannot be at")]:
        assert complaint in " ".join(check(problem, with_stop(day, route, number, stop)))
    assert "not made by as many workers" in " ".join(check(problem, with_stop(day, route, 0, other)))
    assert check(problem, msgspec.structs.replace(day, cost=day.cost - 1)) != []
    assert check(problem, msgspec.structs.replace(day, routes=day.routes[1:])) != []


def test_a_pair_that_drifts_apart_or_lacks_a_skill_is_refused(folder: Path) -> None:
    problem, day = published_day(folder, "InstanzCPLEX_HCSRP_10_1.json")
    route, number, stop = next(
        (v, k, stop)
        for v, found in enumerate(day.routes)
        for k, stop in enumerate(found.stops)
        if stop.call % 2 and problem.visits.lag_most[stop.visit] == 0
    )
    later = msgspec.structs.replace(stop, begins=stop.begins + 1, ends=stop.ends + 1)
    assert "as far apart" in " ".join(check(problem, with_stop(day, route, number, later)))
    nobody = msgspec.structs.replace(problem.staff, skills=problem.staff.skills * 0)
    assert "lacks a skill" in " ".join(check(msgspec.structs.replace(problem, staff=nobody), day))
