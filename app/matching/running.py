"""Runs rounds in a matcher's process: takes one, loads its problem, solves it in a thread, says how far it is."""

import asyncio
import threading
import time
from contextlib import suppress

import asyncpg
import msgspec
import structlog

from app.kit import clock
from app.matching import solver
from app.matching.actions import leasing, saving
from app.matching.actions.leasing import Lease, Lost
from app.matching.candidates import Index
from app.matching.checker import check
from app.matching.joining import join
from app.matching.packing import pack, unpack
from app.matching.problem import Plan, Problem
from app.matching.queries.loading import Scope, load
from app.matching.queries.parts import parts_of
from app.matching.queries.weights import weighting_on
from app.matching.ranking import best
from app.matching.rules.rounds import BROKEN_PLAN, WENT_WRONG, Progress
from app.matching.rules.shortages import OpenSeat
from app.matching.shortages import shortages
from app.matching.solver import Stop
from app.matching.warming import practice, warm_pages

log = structlog.get_logger()

LOOKS_EVERY = 1.0
"""Seconds between two looks for a round that waits, and between two beats of one at work."""
KEEPS_EVERY = 3.0
"""Seconds between two plans that are stored, at least."""
LEAST_SECONDS = 1.0
"""Who takes over a round that had used up its time still makes a plan out of what was stored."""
WARM_EFFORT = 740
"""Beyond all the steps that prices of so small a problem take: exchanges are tried as well."""
UNPROVEN = 2**31
"""A solver that has proven nothing yet says a bound beyond any."""
UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""A database that cannot be reached: the round falls silent, and whoever can reach it goes on."""


async def run_rounds(stopping: asyncio.Event) -> None:
    """Run whatever waits, one round at a time, until told to stop."""
    while not stopping.is_set():
        try:
            lease = await leasing.take_round(now=clock.now())
        except UNREACHABLE as error:
            log.warning("rounds_unreachable", error=repr(error))
            lease = None
        if lease is not None:
            await run_round(lease, stopping)
            continue
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOKS_EVERY)


async def run_round(lease: Lease, stopping: asyncio.Event) -> None:
    """Bring one round to its end, whatever that is. Nothing that goes wrong with it ends this process."""
    run = _Run(lease, stopping)
    log.info("round_taken", round=lease.id, tries=lease.tries)
    try:
        await run.bring_to_end()
    except Lost:
        log.warning("round_lost", round=lease.id)
    except UNREACHABLE as error:
        log.warning("round_unreachable", round=lease.id, error=repr(error))
    except Exception as error:
        log.exception("round_failed", round=lease.id)
        sentence = BROKEN_PLAN if isinstance(error, BrokenPlan) else WENT_WRONG
        with suppress(Lost, *UNREACHABLE):
            await leasing.fail(lease, sentence, now=clock.now())


class _Run:
    """One round in this process. The solver's thread writes what it reports; the beat reads it."""

    def __init__(self, lease: Lease, stopping: asyncio.Event) -> None:
        self.lease = lease
        self._stopping = stopping
        self._halt = threading.Event()
        self._progress = lease.so_far
        self._before = lease.so_far.seconds
        self._plan: Plan | None = None
        self._began: float | None = None

    async def bring_to_end(self) -> None:
        beating = asyncio.create_task(self._beat())
        try:
            working = asyncio.create_task(self._work())
            await asyncio.wait({beating, working}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():  # the beat ends first only when the round is lost
                self._halt.set()
                with suppress(Exception):
                    await working
                await beating
            problem, plan, gaps = await working
        finally:
            self._halt.set()
            beating.cancel()
            with suppress(asyncio.CancelledError, Lost, *UNREACHABLE):
                await beating
        if self._stopping.is_set():
            await leasing.hand_back(self.lease, self._now())
            return
        await saving.save_plan(self.lease, problem, plan, gaps, self._now(), now=clock.now())
        log.info("round_ready", round=self.lease.id, value=plan.value, bound=plan.bound)

    async def _work(self) -> tuple[Problem, Plan, list[OpenSeat]]:
        self._says(stage="loading")
        problem = await self._problem()
        before = await self._start(problem)
        self._says(stage="candidates")
        plan = await asyncio.to_thread(self._solve, problem, before)
        await leasing.keep_plan(self.lease, await asyncio.to_thread(pack, plan), now=clock.now())
        if self._stopping.is_set():
            return problem, plan, []
        self._says(stage="saving", value=plan.value, bound=plan.bound, filled=len(plan.seat))
        await asyncio.to_thread(_approve, problem, plan)
        return problem, plan, await asyncio.to_thread(shortages, problem, plan)

    async def _problem(self) -> Problem:
        """As it was loaded when the round began, even if that was in a process that is no more."""
        if self.lease.snapshot:
            return await asyncio.to_thread(unpack, Problem, self.lease.snapshot)
        now = clock.now()
        scope = Scope(
            starts=max(self.lease.starts, now),
            ends=self.lease.ends,
            agency=self.lease.organisation,
            region=self.lease.region,
            before=self.lease.based_on,
        )
        problem = (await load(scope, now=now)).problem
        weighting = await weighting_on(clock.local_day(now))
        snapshot = await asyncio.to_thread(pack, problem)
        await leasing.keep_problem(self.lease, snapshot, weighting.id if weighting else None, now=now)
        return problem

    async def _start(self, problem: Problem) -> Plan | None:
        """Where to begin: at what was stored, or at the districts' plans put together."""
        if self.lease.incumbent:
            return await asyncio.to_thread(unpack, Plan, self.lease.incumbent)
        parts = await parts_of(self.lease.id)
        return await asyncio.to_thread(join, problem, parts) if parts else None

    def _solve(self, problem: Problem, before: Plan | None) -> Plan:
        left = max(LEAST_SECONDS, self.lease.seconds - self._before)
        self._began = time.monotonic()
        return solver.solve(
            problem,
            seed=self.lease.seed,
            stop=Stop(seconds=left, asked=self._halts),
            before=before,
            report=self._reported,
        )

    def _halts(self) -> bool:
        return self._halt.is_set() or self._stopping.is_set()

    def _reported(self, said: solver.Progress) -> None:
        """Called from the solver's thread; whole objects are swapped, so the beat never sees half of one."""
        self._says(
            stage=said.stage,
            effort=said.effort,
            value=said.value,
            bound=said.bound if said.bound < UNPROVEN else None,
            filled=said.filled,
            heads=said.heads,
        )
        if said.plan is not None:
            self._plan = said.plan

    def _says(self, **fields: object) -> None:
        self._progress = msgspec.structs.replace(self._progress, **fields)

    def _now(self) -> Progress:
        """How far it is now. Loading takes nothing off the time for looking."""
        spent = 0.0 if self._began is None else time.monotonic() - self._began
        return msgspec.structs.replace(self._progress, seconds=self._before + spent)

    async def _beat(self) -> None:
        """Say every second how far it is, and store the best plan now and then.

        Raises:
            Lost: when the round is no longer this process's.
        """
        kept: Plan | None = None
        kept_at = 0.0
        while True:
            if await leasing.beat(self.lease, self._now(), now=clock.now()):
                self._says(stopped=True)
                self._halt.set()
            plan = self._plan
            if plan is not None and plan is not kept and time.monotonic() - kept_at >= KEEPS_EVERY:
                await leasing.keep_plan(self.lease, await asyncio.to_thread(pack, plan), now=clock.now())
                kept, kept_at = plan, time.monotonic()
            await asyncio.sleep(LOOKS_EVERY)


class BrokenPlan(Exception):
    """The solver made a plan that the checker refuses: never saved, and always a fault of ours."""


def _approve(problem: Problem, plan: Plan) -> None:
    """Let the checker, which shares no code with the solver, judge the plan.

    Raises:
        BrokenPlan: when it breaks a rule, or says that it is worth what it is not.
    """
    verdict = check(problem, plan, prove=False)
    if not verdict.good:
        first = verdict.violations[0]
        raise BrokenPlan(first.text % first.params)


def warm_up() -> None:
    """Rank, solve and check a made-up problem, so that all is compiled, or read from where compiled code is kept.

    What the board needs comes first: whoever waits for it waits less.
    """
    problem = practice()
    best(Index(problem), 0, 1)
    warm_pages()
    check(problem, solver.solve(problem, seed=1, stop=Stop(effort=WARM_EFFORT)), prove=False)
