"""Keeps the exceptions of an attendance true to its punches, and lets a correction settle them. Nothing is deleted.

The core calls these while it holds the attendance; people settle them through `app.hours.actions.settling`.
"""

from datetime import datetime

import msgspec

from app.hours.queries.exceptions import Decision, Facts, Kept, kept_for, looked_at, unsettled
from app.hours.rules import CONSTRAINTS
from app.hours.rules.exceptions import Action, Found, exceptions_of
from app.kit.db import execute, transaction

ADD = """
    INSERT INTO time_exception (attendance, code, facts, found_at, standing) VALUES ($1, $2, $3::jsonb, $4, true)
    ON CONFLICT (attendance, code) DO NOTHING
"""

STAND = "UPDATE time_exception SET standing = true, facts = $2::jsonb WHERE id = $1"

AGAIN = """
    UPDATE time_exception SET standing = true, facts = $2::jsonb, found_at = $3, action = '', reason = '', note = '',
        settled_by = NULL, settled_at = NULL
    WHERE id = $1
"""

STAND_DOWN = "UPDATE time_exception SET standing = false WHERE id = $1 AND standing"

SETTLE_ALL = """
    UPDATE time_exception SET action = $2::varchar, reason = $3, settled_by = $4, settled_at = $5
    WHERE attendance = $1 AND standing AND action IN ('', 'missed') AND action <> $2::varchar
"""


async def bring_exceptions_up_to_date(attendance_id: int, *, now: datetime) -> int:
    """Note what is unusual about an attendance now, and what no longer is; the answer is how many wait for someone.

    What was settled stays settled until its figures change; then it waits again, and the earlier decision stays on it.

    Raises:
        NotFound: when there is no such attendance.
    """
    async with transaction(CONSTRAINTS):
        looked, rules = await looked_at(attendance_id)
        found = {one.code: one for one in exceptions_of(looked, rules, now)}
        kept = {row.code: row for row in await kept_for(attendance_id)}
        for code, one in found.items():
            await _note(attendance_id, one, kept.get(code), now)
        for code, row in kept.items():
            if code not in found and row.standing:
                await execute(STAND_DOWN, row.id)
        return await unsettled(attendance_id)


async def settle_by_adjustment(attendance_id: int, reason: str, by: int, now: datetime) -> int:
    """A correction of the times settles whatever stands, with its reason; the answer is how many it settled."""
    return await _settle_all(attendance_id, Action.ADJUSTED, reason, by, now)


async def settle_by_absence(attendance_id: int, by: int, now: datetime) -> int:
    """That someone did not come settles whatever stands; the answer is how many it settled."""
    return await _settle_all(attendance_id, Action.MISSED, "did_not_come", by, now)


async def _settle_all(attendance_id: int, action: Action, reason: str, by: int, now: datetime) -> int:
    async with transaction(CONSTRAINTS):
        await bring_exceptions_up_to_date(attendance_id, now=now)
        return await execute(SETTLE_ALL, attendance_id, action, reason, by, now)


async def _note(attendance_id: int, one: Found, row: Kept | None, now: datetime) -> None:
    if row is None:
        await execute(ADD, attendance_id, one.code, _written(Facts(figures=one.figures)), now)
        return
    known = row.known
    if known.figures == one.figures:
        if not row.standing:
            await execute(STAND, row.id, row.facts)
        return
    if row.action == "" or row.settled_at is None:
        await execute(STAND, row.id, _written(Facts(figures=one.figures, earlier=known.earlier)))
        return
    before = Decision(action=row.action, reason=row.reason, note=row.note, by=row.settled_by, at=row.settled_at)
    await execute(AGAIN, row.id, _written(Facts(figures=one.figures, earlier=[*known.earlier, before])), now)


def _written(facts: Facts) -> str:
    return msgspec.json.encode(facts).decode()


__all__ = ["bring_exceptions_up_to_date", "settle_by_absence", "settle_by_adjustment", "unsettled"]
