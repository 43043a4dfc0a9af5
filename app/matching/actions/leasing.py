"""Which process runs which round: taken, kept by a beat every second, handed back, finished or failed.

A round is taken by number: whoever took it as number n may write to it only as long as nobody took it after. So a
process that was thought dead, and was only asleep, harms nothing when it wakes.
"""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.kit.db import execute, fetch_one, transaction, value
from app.matching.rules.rounds import KEPT_DYING, MOST_TRIES, SILENT_AFTER, Progress

DUE = """
    SELECT r.id FROM round r
    WHERE (r.status = 'waiting' OR (r.status = 'running' AND r.beat_at < $1))
      AND NOT EXISTS (SELECT FROM round d WHERE d.part_of = r.id AND d.status IN ('waiting', 'running'))
    ORDER BY r.part_of IS NULL, r.asked_at, r.id LIMIT 1 FOR NO KEY UPDATE OF r SKIP LOCKED
"""
TAKE = """
    UPDATE round SET status = 'running', beat_at = $2, progress = $3::jsonb WHERE id = $1 AND status = ANY ($4)
"""
LEASED = """
    SELECT id, organisation, region, starts, ends, zone, seed, seconds, based_on, part_of, weighting, stop_asked,
           progress::text AS progress, snapshot, incumbent, asked_at
    FROM round WHERE id = $1
"""
MINE = "id = $1 AND status = 'running' AND (progress ->> 'tries')::bigint = $2"
BEAT = f"UPDATE round SET beat_at = $3, progress = $4::jsonb, value = $5, bound = $6 WHERE {MINE} RETURNING stop_asked"
KEEP_PROBLEM = f"UPDATE round SET snapshot = $3, weighting = $4, beat_at = $5 WHERE {MINE}"
KEEP_PLAN = f"UPDATE round SET incumbent = $3, beat_at = $4 WHERE {MINE}"
HAND_BACK = f"UPDATE round SET status = 'waiting', beat_at = NULL, progress = $3::jsonb WHERE {MINE}"
FAIL = f"UPDATE round SET status = 'failed', error = $3, finished_at = $4 WHERE {MINE}"


class Lease(Struct, frozen=True, kw_only=True):
    """A round that this process runs."""

    id: int
    organisation: int
    region: str
    starts: datetime
    ends: datetime
    zone: str
    seed: int
    seconds: int
    based_on: int | None
    part_of: int | None
    weighting: int | None
    stop_asked: bool
    progress: str
    snapshot: bytes | None
    incumbent: bytes | None
    asked_at: datetime

    @property
    def so_far(self) -> Progress:
        return msgspec.json.decode(self.progress, type=Progress)

    @property
    def tries(self) -> int:
        return self.so_far.tries


class Lost(Exception):
    """Another process took the round over, or somebody put it away."""


async def take_round(*, now: datetime) -> Lease | None:
    """The next round that waits, or whose process fell silent; None when there is none.

    One that fell silent too often is failed instead.
    """
    async with transaction():
        round_id = await value(DUE, now - SILENT_AFTER)
        if round_id is None:
            return None
        found = await _lease(round_id)
        taken = msgspec.structs.replace(found.so_far, tries=found.tries + 1)
        await execute(TAKE, round_id, now, encoded(taken), ["waiting", "running"])
        if found.tries - found.so_far.calm >= MOST_TRIES:
            await execute(FAIL, round_id, taken.tries, KEPT_DYING, now)
            return None
        return await _lease(round_id)


async def _lease(round_id: int) -> Lease:
    found = await fetch_one(Lease, LEASED, round_id)
    if found is None:
        raise Lost
    return found


def encoded(progress: Progress) -> str:
    """How progress is stored."""
    return msgspec.json.encode(progress).decode()


async def beat(lease: Lease, progress: Progress, *, now: datetime) -> bool:
    """Say that this process lives and how far it is; the answer is whether somebody asked to stop.

    Raises:
        Lost: when the round is no longer this process's.
    """
    asked = await value(BEAT, lease.id, lease.tries, now, encoded(progress), progress.value or None, progress.bound)
    if asked is None:
        raise Lost
    return bool(asked)


async def keep_problem(lease: Lease, snapshot: bytes, weighting: int | None, *, now: datetime) -> None:
    """Store the problem as it was loaded.

    Raises:
        Lost: when the round is no longer this process's.
    """
    await _mine(KEEP_PROBLEM, lease, snapshot, weighting, now)


async def keep_plan(lease: Lease, incumbent: bytes, *, now: datetime) -> None:
    """Store the best plan so far: from here a killed round goes on.

    Raises:
        Lost: when the round is no longer this process's.
    """
    await _mine(KEEP_PLAN, lease, incumbent, now)


async def hand_back(lease: Lease, progress: Progress) -> None:
    """Let another process go on, because this one was told to end. That is no try that failed."""
    await _mine(HAND_BACK, lease, encoded(msgspec.structs.replace(progress, calm=progress.calm + 1)))


async def fail(lease: Lease, sentence: str, *, now: datetime) -> None:
    """End a round without a plan."""
    await _mine(FAIL, lease, sentence, now)


async def _mine(sql: str, lease: Lease, *arguments: object) -> None:
    if not await execute(sql, lease.id, lease.tries, *arguments):
        raise Lost
