"""Corrects times with a reason, or says that someone did not come."""

from datetime import datetime

import msgspec

from app.accounts.rules import Actor
from app.hours.actions.exceptions import bring_exceptions_up_to_date, settle_by_absence, settle_by_adjustment
from app.hours.actions.posting import refuse_closed
from app.hours.actions.recording import TAKE_PART, assess, write
from app.hours.queries.facts import AttendanceFacts, lock_of_agency, lock_of_parent
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
    INSERT INTO adjustment (attendance, from_in, from_out, to_in, to_out, reason, note, by, batch_size, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

REOPEN = "UPDATE attendance SET status = $2, turn = turn + 1, vouched = 0 WHERE id = $1 AND status = 'posted'"

CORRECTING = {**CONSTRAINTS, "signup_one_place_at_a_time": IN_TWO_PLACES}

CAME_AFTER_ALL = """
    UPDATE signup SET status = 'attended', ended_at = NULL WHERE id = $1 AND status IN ('confirmed', 'no_show')
"""

DID_NOT_COME = "UPDATE signup SET status = 'no_show', ended_at = $2 WHERE id = $1 AND status = 'confirmed'"


async def adjust(
    actor: Actor, attendance_id: int, to: Stretch, reason: Reason, note: str = "", *, batch_size: int = 1, now: datetime
) -> None:
    """Put corrected times beside the punches, with their reason; whoever does so can no longer approve them.

    Raises:
        NotFound: when it is not an attendance of the actor's agency.
        Conflict: when it is posted, or the times cannot be right, or the actor vouched for it before.
        Invalid: when another reason is not explained.
    """
    async with transaction(CORRECTING):
        facts = await _lock(actor, attendance_id)
        await put_beside(actor, facts, to, reason, note, batch_size, now)


async def reopen_with(
    actor: Actor, attendance_id: int, to: Stretch, reason: Reason, note: str = "", *, now: datetime
) -> None:
    """Put corrected times beside those of a posted attendance, which goes through approval again.

    What is posted stands until then; the approval takes it back and posts the corrected hours. The body above the
    agency may do so as well, when it decides about an objection.

    Raises:
        NotFound: when it is not an attendance of the actor's agency, nor of one below the actor's body.
        Conflict: when the period of its day is closed, or the times cannot be right, or the actor vouched for it.
        Invalid: when another reason is not explained.
    """
    async with transaction(CORRECTING):
        facts = await lock_of_agency(attendance_id, actor.organisation_id) or await lock_of_parent(
            attendance_id, actor.organisation_id
        )
        if facts is None:
            raise NotFound()
        if facts.status is Status.POSTED:
            await refuse_closed(facts.line, facts.served_on)
            status = after(facts.status, Event.REOPEN) or facts.status
            await execute(REOPEN, facts.id, status)
            facts = msgspec.structs.replace(facts, status=status)
        await put_beside(actor, facts, to, reason, note, 1, now)


async def put_beside(
    actor: Actor, facts: AttendanceFacts, to: Stretch, reason: Reason, note: str, batch_size: int, now: datetime
) -> None:
    """Keep the correction and see what the attendance comes to. The caller holds it, and has opened the door to it."""
    refuse_if(*why_not_correct(facts.status, facts.times.planned, to, now))
    if reason is Reason.OTHER and not note.strip():
        raise Invalid(SAY_NOTE, note=SAY_NOTE.text)
    before, by = facts.times, actor.account_id
    await execute(TAKE_PART, facts.id, [by], "recorder")
    await execute(KEEP, facts.id, before.came, before.left, to.starts, to.ends, reason, note, by, batch_size, now)
    await execute(CORRECT, facts.id, to.starts, to.ends, reason)
    await settle_by_adjustment(facts.id, reason, by, now=now)
    corrected = msgspec.structs.replace(facts, adjusted_in=to.starts, adjusted_out=to.ends)
    status = after(facts.status, Event.COMPLETE) or facts.status
    await write(corrected, await assess(corrected), status, next_turn=facts.status is Status.VOUCHED)
    await bring_exceptions_up_to_date(facts.id, now=now)
    await execute(CAME_AFTER_ALL, facts.signup)
    await later("attendance.adjusted", attendance_id=facts.id, by=by)


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
        await settle_by_absence(facts.id, actor.account_id, now=now)
        await execute(DID_NOT_COME, facts.signup, now)


async def _lock(actor: Actor, attendance_id: int) -> AttendanceFacts:
    facts = await lock_of_agency(attendance_id, actor.organisation_id)
    if facts is None:
        raise NotFound()
    if facts.status is Status.POSTED:
        raise Conflict(POSTED)
    return facts
