"""Corrects times with a reason, or says that someone did not come."""

from datetime import datetime

import msgspec

from app.accounts.rules import Actor
from app.hours.actions.recording import assess, write
from app.hours.queries.facts import AttendanceFacts, lock_of_agency
from app.hours.rules import CONSTRAINTS, Event, Reason, Status, Stretch, after
from app.hours.rules.approving import (
    NOT_ABSENT,
    POSTED,
    SAY_NOTE,
    why_not_correct,
    why_not_missed,
)
from app.kit.db import execute, transaction
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if
from app.kit.outbox import later
from app.shifts.rules.constraints import IN_TWO_PLACES

CORRECT = """
    UPDATE attendance SET adjusted_in = $2, adjusted_out = $3, adjusted_reason = $4 WHERE id = $1
"""

KEEP = """
    INSERT INTO adjustment (attendance, from_in, from_out, to_in, to_out, reason, note, by, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

CAME_AFTER_ALL = """
    UPDATE signup SET status = 'attended', ended_at = NULL WHERE id = $1 AND status IN ('confirmed', 'no_show')
"""

DID_NOT_COME = "UPDATE signup SET status = 'no_show', ended_at = $2 WHERE id = $1 AND status = 'confirmed'"


async def adjust(
    actor: Actor, attendance_id: int, to: Stretch, reason: Reason, note: str = "", *, now: datetime
) -> None:
    """Put corrected times beside the punches, with their reason; whoever does so can no longer approve them.

    Raises:
        NotFound: when it is not an attendance of the actor's agency.
        Conflict: when it is posted, or the times cannot be right.
        Invalid: when another reason is not explained.
    """
    async with transaction({**CONSTRAINTS, "signup_one_place_at_a_time": IN_TWO_PLACES}):
        facts = await _lock(actor, attendance_id)
        refuse_if(*why_not_correct(facts.status, facts.times.planned, to, now))
        if reason is Reason.OTHER and not note.strip():
            raise Invalid(SAY_NOTE, note=SAY_NOTE.text)
        before = facts.times
        await execute(KEEP, facts.id, before.came, before.left, to.starts, to.ends, reason, note, actor.account_id, now)
        await execute(CORRECT, facts.id, to.starts, to.ends, reason)
        corrected = msgspec.structs.replace(facts, adjusted_in=to.starts, adjusted_out=to.ends)
        status = after(facts.status, Event.COMPLETE) or facts.status
        await write(corrected, await assess(corrected), status)
        await execute(CAME_AFTER_ALL, facts.signup)
        await later("attendance.adjusted", attendance_id=facts.id, by=actor.account_id)


async def mark_missed(actor: Actor, attendance_id: int, *, now: datetime) -> None:
    """Say that the person did not come: no hours, and the sign-up becomes a no-show.

    Raises:
        NotFound: when it is not an attendance of the actor's agency.
        Conflict: when something was punched, or the shift is not over.
    """
    async with transaction(CONSTRAINTS):
        facts = await _lock(actor, attendance_id)
        refuse_if(*why_not_missed(facts.status, facts.planned_ends, now))
        found = await assess(facts)
        if found.event is not Event.CLEAR:  # a punch arrived that no job has looked at yet
            raise Conflict(NOT_ABSENT)
        await write(facts, found, after(facts.status, Event.MISS) or Status.NO_SHOW)
        await execute(DID_NOT_COME, facts.signup, now)


async def _lock(actor: Actor, attendance_id: int) -> AttendanceFacts:
    facts = await lock_of_agency(attendance_id, actor.organisation_id)
    if facts is None:
        raise NotFound()
    if facts.status is Status.POSTED:
        raise Conflict(POSTED)
    return facts
