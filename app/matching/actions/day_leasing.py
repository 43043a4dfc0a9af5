"""Which process plans which day: taken by number, kept by a beat, handed back, finished or failed; as for rounds."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.kit.db import execute, fetch_one, transaction, value
from app.matching.rules.day_routes import KEPT_DYING, MOST_TRIES, SILENT_AFTER, DayPlan

DUE = """
    SELECT id FROM route_plan WHERE status = 'waiting' OR (status = 'running' AND beat_at < $1)
    ORDER BY asked_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
TAKE = """
    UPDATE route_plan SET status = 'running', tries = tries + 1, taken_at = $2, beat_at = $2
    WHERE id = $1 AND status IN ('waiting', 'running')
"""
LEASED = "SELECT id, organisation, on_day, seed, seconds, tries, calm FROM route_plan WHERE id = $1"
MINE = "id = $1 AND status = 'running' AND tries = $2"
BEAT = f"UPDATE route_plan SET beat_at = $3 WHERE {MINE}"
HAND_BACK = f"UPDATE route_plan SET status = 'waiting', beat_at = NULL, calm = calm + 1 WHERE {MINE}"
FINISH = f"UPDATE route_plan SET status = 'ready', result = $3::jsonb, finished_at = $4, beat_at = $4 WHERE {MINE}"
FAIL = f"UPDATE route_plan SET status = 'failed', error = $3, finished_at = $4 WHERE {MINE}"


class Lease(Struct, frozen=True, kw_only=True):
    """A day that this process plans."""

    id: int
    organisation: int
    on_day: date
    seed: int
    seconds: int
    tries: int
    calm: int


class Lost(Exception):
    """Another process took the day over."""


async def take_day(*, now: datetime) -> Lease | None:
    """The next day that waits, or whose process fell silent; None when there is none.

    One that fell silent too often is failed instead.
    """
    async with transaction():
        plan_id = await value(DUE, now - SILENT_AFTER)
        if plan_id is None:
            return None
        await execute(TAKE, plan_id, now)
        lease = await fetch_one(Lease, LEASED, plan_id)
        if lease is not None and lease.tries - 1 - lease.calm >= MOST_TRIES:
            await fail(lease, KEPT_DYING, now=now)
            return None
        return lease


async def beat(lease: Lease, *, now: datetime) -> None:
    """Say that this process lives.

    Raises:
        Lost: when the day is no longer this process's.
    """
    await _mine(BEAT, lease, now)


async def hand_back(lease: Lease) -> None:
    """Let another process plan it, because this one was told to end. That is no try that failed.

    Raises:
        Lost: when the day is no longer this process's.
    """
    await _mine(HAND_BACK, lease)


async def finish(lease: Lease, plan: DayPlan, *, now: datetime) -> None:
    """Store the routes.

    Raises:
        Lost: when the day is no longer this process's.
    """
    await _mine(FINISH, lease, msgspec.json.encode(plan).decode(), now)


async def fail(lease: Lease, sentence: str, *, now: datetime) -> None:
    """End without routes.

    Raises:
        Lost: when the day is no longer this process's.
    """
    await _mine(FAIL, lease, sentence, now)


async def _mine(sql: str, lease: Lease, *arguments: object) -> None:
    if not await execute(sql, lease.id, lease.tries, *arguments):
        raise Lost
