"""A round from beginning to end in this process, with the real solver: to ready, stopped, taken over, by district."""

import asyncio
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from app.kit import clock
from app.kit.db import execute, fetch, value
from app.matching import running, solver
from app.matching.actions import leasing, rounds
from app.matching.checker import check
from app.matching.holding import hold
from app.matching.packing import pack, unpack
from app.matching.problem import Plan, Problem
from app.matching.queries.rounds import Stored, stored
from app.matching.rules.rounds import BROKEN_PLAN
from app.matching.shortages import shortages
from app.matching.warming import practice
from tests import factories as make
from tests.matching.rounds import scene


async def run(stopping: asyncio.Event | None = None) -> None:
    lease = await scene.taken()
    await running.run_round(lease, stopping or asyncio.Event())


async def test_a_round_finds_the_best_plan_and_keeps_what_it_can_be_checked_against(db: str) -> None:
    here = await scene.place(shifts=3, people=4)
    round_id = await scene.asked(here)
    await run()
    assert await scene.status_of(round_id) == "ready"
    rows = await scene.placements(round_id)
    assert sorted(row.seat for row in rows) == sorted(here.seats)
    found: Stored = await stored(round_id)
    assert found.snapshot
    assert found.incumbent
    problem, plan = unpack(Problem, found.snapshot), unpack(Plan, found.incumbent)
    assert check(problem, plan).good
    assert await value("SELECT value FROM round") == await value("SELECT bound FROM round") == plan.value


async def test_nobody_and_nothing_give_an_empty_plan(db: str) -> None:
    here = await scene.place(shifts=0, people=0)
    first = await scene.asked(here)
    await run()
    assert await scene.status_of(first) == "ready"
    here = await scene.place(shifts=2, people=0)
    second = await scene.asked(here)
    await run()
    assert await scene.status_of(second) == "ready"
    assert await value("SELECT sum(heads)::bigint FROM gap WHERE round = $1", second) == 2
    assert await value("SELECT count(*) FROM placement") == 0


async def test_a_seat_nobody_can_fill_says_what_is_short(db: str) -> None:
    here = await scene.place(shifts=1)
    await execute("UPDATE seat SET language = 'yue'")
    round_id = await scene.asked(here)
    await run()
    assert (
        await value("SELECT (reasons ->> 'code') || ' ' || (reasons ->> 'detail') FROM gap WHERE round = $1", round_id)
        == "language yue"
    )


async def test_a_round_taken_over_goes_on_from_the_stored_problem(db: str) -> None:
    here = await scene.place(shifts=2)
    round_id = await scene.asked(here)
    first = await scene.taken()
    found = await scene.loaded(first)
    await leasing.keep_problem(first, pack(found.problem), None, now=clock.now())
    plan = scene.plan_of(found, [(here.people[0], here.seats[0])])
    await leasing.keep_plan(first, pack(plan), now=clock.now())
    late = await make.seat(await make.shift(here.activity, starts=scene.tomorrow(5)), needed=1)
    second = await leasing.take_round(now=clock.now() + timedelta(minutes=1))
    assert second is not None
    await running.run_round(second, asyncio.Event())
    assert await scene.status_of(round_id) == "ready"
    assert late not in {row.seat for row in await scene.placements(round_id)}  # it came after the problem was loaded
    assert (await scene.so_far(round_id)).tries == 2


async def test_a_process_told_to_end_hands_its_round_back(db: str) -> None:
    here = await scene.place(shifts=2)
    round_id = await scene.asked(here)
    stopping = asyncio.Event()
    stopping.set()
    await run(stopping)
    assert await scene.status_of(round_id) == "waiting"
    await run()
    assert await scene.status_of(round_id) == "ready"


async def test_stopping_keeps_the_best_so_far(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await scene.place(shifts=3)
    round_id = await scene.asked(here, seconds=600)

    solve = solver.solve

    def slow(problem: Problem, **given: object) -> Plan:
        stop = given["stop"]
        made = solve(problem, seed=1, stop=solver.Stop(effort=50))
        while not stop.asked():  # type: ignore[attr-defined]
            pass
        return made

    monkeypatch.setattr(solver, "solve", slow)
    task = asyncio.create_task(run())
    await scene.until(round_id, "running")
    await rounds.stop_round(here.actor, round_id)
    await asyncio.wait_for(task, 30)
    assert await scene.status_of(round_id) == "ready"
    assert len(await scene.placements(round_id)) == 3
    assert (await scene.so_far(round_id)).stopped


async def test_a_plan_that_breaks_a_rule_is_never_kept(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await scene.place(shifts=1)
    round_id = await scene.asked(here)
    solve = solver.solve

    def wrong(problem: Problem, **given: object) -> Plan:
        plan = solve(problem, seed=1, stop=solver.Stop(effort=5))
        return msgspec.structs.replace(plan, person=np.repeat(plan.person, 2), seat=np.repeat(plan.seat, 2))

    monkeypatch.setattr(solver, "solve", wrong)
    await run()
    assert await scene.status_of(round_id) == "failed"
    assert await value("SELECT error FROM round WHERE id = $1", round_id) == BROKEN_PLAN
    assert await scene.placements(round_id) == []


class _Row(msgspec.Struct):
    status: str
    part: bool


async def test_districts_are_made_by_themselves_and_then_joined(db: str) -> None:
    here = await scene.place(shifts=3)
    whole = await scene.asked(here, by_district=True)
    stopping = asyncio.Event()
    task = asyncio.create_task(running.run_rounds(stopping))
    await scene.until(whole, "ready")
    stopping.set()
    await task
    rows = await fetch(_Row, "SELECT status, part_of IS NOT NULL AS part FROM round")
    assert {row.status for row in rows} == {"ready"}
    assert sum(row.part for row in rows) >= 1
    assert sorted(row.seat for row in await scene.placements(whole)) == sorted(here.seats)


def test_what_is_left_out_is_as_little_as_the_rules_ask() -> None:
    problem = practice()
    person = np.array([0, 0, 10, 10], dtype=np.int64)  # the same two of staff, on staff seats of the same shift
    seat = np.array([1, 1, 3, 3], dtype=np.int64)
    held = hold(problem, person, seat)
    assert check(problem, held.plan, prove=False).good
    assert len(held.plan.person) + len(held.left_out) <= 4


def test_the_practice_problem_leaves_something_open_and_says_why() -> None:
    problem = practice()
    plan = solver.solve(problem, seed=1, stop=solver.Stop(effort=60))
    assert check(problem, plan, prove=False).good
    assert all(each.short.code for each in shortages(problem, plan))
