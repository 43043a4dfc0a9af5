"""Letting shifts begin and end by the clock. Any number of workers may do it at once, any number of times."""

from datetime import datetime

from msgspec import Struct

from app.kit.db import execute, fetch, transaction
from app.kit.outbox import later
from app.shifts.rules.punching import RULES

AT_ONCE = 200
"""Shifts a transaction: short enough that nobody waits for the locks."""

BEGIN = """
    UPDATE shift SET status = 'running' WHERE id IN (
        SELECT id FROM shift WHERE status = 'published' AND starts <= $1
        ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
    ) AND status = 'published' RETURNING id, ends
"""

END = """
    UPDATE shift SET status = 'done' WHERE id IN (
        SELECT id FROM shift WHERE status = 'running' AND ends <= $1
        ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
    ) AND status = 'running' RETURNING id, ends
"""

MISSED = "UPDATE signup SET status = 'no_show', ended_at = $2 WHERE shift = $1 AND status = 'confirmed'"


class _Turned(Struct, frozen=True):
    id: int
    ends: datetime


async def turn_shifts(*, now: datetime) -> tuple[int, int]:
    """Begin what is due to begin, end what is due to end; the answer is how many of each."""
    begun = ended = 0
    while True:
        async with transaction():
            running = await fetch(_Turned, BEGIN, now, AT_ONCE)
        async with transaction():
            done = await fetch(_Turned, END, now, AT_ONCE)
            for shift in done:
                await later("shift.ended", shift_id=shift.id)
                await later("shift.punching_closed", due=shift.ends + RULES.latest, shift_id=shift.id)
        begun, ended = begun + len(running), ended + len(done)
        if len(running) < AT_ONCE and len(done) < AT_ONCE:
            return begun, ended


async def mark_missed(shift_id: int, *, now: datetime) -> int:
    """Once punching is over, who was expected and never came is a no-show; the answer is how many."""
    return await execute(MISSED, shift_id, now)
