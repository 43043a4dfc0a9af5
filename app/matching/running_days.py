"""Plans the routes of days in a matcher's process, beside its rounds: takes a day, loads it, plans it in a thread."""

import asyncio
from contextlib import suppress
from functools import partial

import numpy as np
import structlog

from app.kit import clock
from app.matching.actions import day_leasing as leasing
from app.matching.actions.day_leasing import Lease, Lost
from app.matching.queries.day_routes.amending import amended
from app.matching.queries.day_routes.drawing import Drawn
from app.matching.queries.day_routes.loading import load_day
from app.matching.queries.day_routes.reading import read
from app.matching.routing.checker import check
from app.matching.routing.day import plan_day
from app.matching.routing.problem import Problem, Staff, Visits
from app.matching.rules.day_routes import BROKEN_PLAN, WENT_WRONG, DayPlan
from app.matching.running import LOOKS_EVERY, UNREACHABLE
from app.matching.warming import beside, beside_unless

log = structlog.get_logger()

MOST_AMENDS = 4
AMEND_SHARE = 4
"""What is only amended is looked for during this part of the time."""


async def run_days(stopping: asyncio.Event) -> None:
    """Plan whatever day waits, one at a time, until told to stop. What has to be compiled is compiled first."""
    await beside_unless(stopping, warm_up_routes)
    while not stopping.is_set():
        try:
            lease = await leasing.take_day(now=clock.now())
        except UNREACHABLE as error:
            log.warning("days_unreachable", error=repr(error))
            lease = None
        if lease is not None:
            await run_day(lease, stopping)
            continue
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOKS_EVERY)


async def run_day(lease: Lease, stopping: asyncio.Event) -> None:
    """Bring one day to its end, whatever that is. Nothing that goes wrong with it ends this process."""
    log.info("day_taken", plan=lease.id, tries=lease.tries)
    try:
        beating = asyncio.create_task(_beat(lease))
        working = asyncio.create_task(_planned(lease))
        told = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({beating, working, told}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done() and not beating.done():
                await leasing.hand_back(lease)  # the thread ends with this process
                return
            if not working.done():
                await beating
            await leasing.finish(lease, await working, now=clock.now())
            log.info("day_ready", plan=lease.id)
        finally:
            for task in (beating, working, told):
                task.cancel()
            await asyncio.gather(beating, working, told, return_exceptions=True)
    except Lost:
        log.warning("day_lost", plan=lease.id)
    except UNREACHABLE as error:
        log.warning("day_unreachable", plan=lease.id, error=repr(error))
    except Exception as error:
        log.exception("day_failed", plan=lease.id)
        sentence = BROKEN_PLAN if isinstance(error, BrokenRoutes) else WENT_WRONG
        with suppress(Lost, *UNREACHABLE):
            await leasing.fail(lease, sentence, now=clock.now())


async def _planned(lease: Lease) -> DayPlan:
    drawn = await load_day(lease.organisation, lease.on_day, now=clock.now())
    made: list[DayPlan] = []
    await beside(lambda: made.append(routes_of(drawn, seed=lease.seed, seconds=lease.seconds)))
    return made[0]


async def _beat(lease: Lease) -> None:
    """Say every second that this process is at it.

    Raises:
        Lost: when the day is no longer this process's.
    """
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        await leasing.beat(lease, now=clock.now())


class BrokenRoutes(Exception):
    """The search made routes that the checker refuses: never saved, and always a fault of ours."""


def routes_of(drawn: Drawn, *, seed: int, seconds: float) -> DayPlan:
    """The best routes found, judged by the checker, which shares no code with the search.

    Raises:
        BrokenRoutes: when they break a rule, or somebody would not be where they are signed up.
    """
    left = seconds
    for _ in range(MOST_AMENDS):
        day = plan_day(drawn.problem, seed=seed, seconds=left)
        if found := check(drawn.problem, day):
            raise BrokenRoutes(found[0])
        better = amended(drawn, day)
        if better is None:
            return read(drawn, day)
        drawn, left = better, seconds / AMEND_SHARE
    raise BrokenRoutes("the routes could not be amended")


def warm_up_routes() -> None:
    """Plan a made-up day, so that all is compiled, or read from where compiled code is kept."""
    for paired in (False, True):
        problem = _practice(paired=paired)
        check(problem, plan_day(problem, seed=1, seconds=0.1))


def _practice(*, paired: bool) -> Problem:
    """Two people and four visits along a road."""
    whole = partial(np.full, dtype=np.int64)
    place = np.arange(5, dtype=np.int64)
    return Problem(
        travel=np.abs(place[:, None] - place[None, :]),
        staff=Staff(
            ids=np.arange(2, dtype=np.int64),
            starts=whole(2, 0),
            ends=whole(2, 120),
            start_place=whole(2, 0),
            end_place=whole(2, 0),
            skills=np.zeros(2, np.uint64),
            rest_opens=whole(2, 40),
            rest_closes=whole(2, 60),
            rest_length=whole(2, 6),
        ),
        visits=Visits(
            ids=np.arange(4, dtype=np.int64),
            place=place[1:],
            opens=whole(4, 10),
            closes=whole(4, 90),
            length=whole(4, 12),
            skills=np.zeros(4, np.uint64),
            paired=np.arange(4) == (0 if paired else -1),
            second_length=whole(4, 12),
            second_skills=np.zeros(4, np.uint64),
            lag_least=whole(4, 0),
            lag_most=whole(4, 0),
            worth=whole(4, 1000),
        ),
        allowed=np.ones((2, 4), np.bool_),
        grace=0,
    )
