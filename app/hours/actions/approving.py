"""Approves an attendance, so that its hours are posted once; or returns it with a note."""

from datetime import datetime

from app.accounts.rules import Actor
from app.hours.actions.posting import allocate, post
from app.hours.actions.recording import assess, write
from app.hours.queries.facts import AttendanceFacts, lock_of_agency
from app.hours.rules import CONSTRAINTS, Event, Status, after
from app.hours.rules.approving import SAY_WHAT_IS_WRONG, why_not_approve
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if
from app.kit.outbox import later
from app.programs.queries import open_period_for
from app.programs.rules import NO_PERIOD, PERIOD_LOCKED

DECIDE = """
    INSERT INTO approval (attendance, entry, decision, approved_by, recorders, person_account, note, at)
    SELECT a.id, (SELECT count(*) + 1 FROM approval v WHERE v.attendance = a.id AND v.decision = 'approved'),
           $2::varchar, $3, CASE WHEN $2::varchar = 'approved' THEN a.recorders END, a.account_id, $4, $5
    FROM attendance a WHERE a.id = $1
    RETURNING id
"""


async def approve(actor: Actor, attendance_id: int, *, now: datetime) -> int:
    """Vouch for an attendance: its counted minutes are posted and count for the line. The answer is the minutes.

    Raises:
        NotFound: when it is not an attendance of the actor's agency.
        Conflict: when it is the actor's own, or recorded by the actor, or not complete, or approved already; when the
            period of its day is closed.
    """
    async with transaction(CONSTRAINTS):
        facts = await _lock(actor, attendance_id)
        refuse_if(*why_not_approve(facts.status, facts.account_id, facts.recorders, actor.account_id))
        # Held so that two attendances of one day cannot both use up what is left of the day.
        await execute("SELECT id FROM person WHERE id = $1 FOR NO KEY UPDATE", facts.person)
        found = await assess(facts)
        # A punch may have arrived that no job has looked at yet.
        refuse_if(*why_not_approve(facts.status, facts.account_id, found.recorders, actor.account_id))
        if found.event is not Event.COMPLETE or found.counted is None:
            raise Conflict()
        await write(facts, found, after(facts.status, Event.POST) or Status.POSTED)
        approval = int(await value(DECIDE, facts.id, "approved", actor.account_id, "", now))
        entry = await post(facts.id, approval, now=now)
        if facts.line is not None:
            await allocate(entry, facts.served_on, facts.line, await _open_period(facts, facts.line), now=now)
        await later("attendance.posted", attendance_id=facts.id)
        return found.counted.minutes


async def give_back(actor: Actor, attendance_id: int, note: str, *, now: datetime) -> None:
    """Return an attendance to whoever recorded it, saying what has to be put right.

    Raises:
        NotFound: when it is not an attendance of the actor's agency.
        Conflict: when it does not wait for approval.
        Invalid: when the note is empty.
    """
    async with transaction(CONSTRAINTS):
        facts = await _lock(actor, attendance_id)
        status = after(facts.status, Event.RETURN)
        if status is None:
            refuse_if(*why_not_approve(facts.status, 0, (), -1))
            raise Conflict()
        if not note.strip():
            raise Invalid(SAY_WHAT_IS_WRONG, note=SAY_WHAT_IS_WRONG.text)
        await value(DECIDE, facts.id, "returned", actor.account_id, note.strip(), now)
        await execute("UPDATE attendance SET status = $3 WHERE id = $1 AND status = $2", facts.id, facts.status, status)
        await later("attendance.returned", attendance_id=facts.id)


async def _lock(actor: Actor, attendance_id: int) -> AttendanceFacts:
    facts = await lock_of_agency(attendance_id, actor.organisation_id)
    if facts is None:
        raise NotFound()
    return facts


async def _open_period(facts: AttendanceFacts, line_id: int) -> int:
    """The period these hours fall into, held open until the transaction ends.

    Raises:
        Conflict: when there is none, or it is closed.
    """
    period = await open_period_for(line_id, facts.served_on)
    if period is None:
        raise Conflict(NO_PERIOD)
    if period.locked:
        raise Conflict(PERIOD_LOCKED)
    return period.period_id
