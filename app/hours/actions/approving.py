"""Vouching for an attendance, tier by tier, so that its hours are posted once; returning it; taking it back."""

from datetime import datetime

import msgspec

from app.accounts.rules import Actor, Permission
from app.hours.actions.posting import post, reverse
from app.hours.actions.recording import TAKE_PART, assess, write
from app.hours.queries.facts import AttendanceFacts, hold_person, lock_for_any, lock_of_agency, lock_of_parent
from app.hours.rules import CONSTRAINTS, Event, Status, Tier, after
from app.hours.rules.approving import (
    FROM_ABOVE,
    NOT_POSTED,
    SAY_WHAT_IS_WRONG,
    SAY_WHY_UNDONE,
    UNDOING,
    why_not_approve,
)
from app.hours.rules.exceptions import UNSETTLED
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if
from app.kit.outbox import later

DECIDE = """
    INSERT INTO approval (attendance, turn, step, tier, decision, approved_by, part, note, at)
    SELECT a.id, a.turn, $7, $2, $3::varchar, $4::bigint,
           CASE WHEN $3::varchar = 'approved' AND $4::bigint IS NOT NULL THEN 'verifier' END, $5, $6
    FROM attendance a WHERE a.id = $1
    RETURNING id
"""

# A later change sends it through all its tiers again.
NEXT_TURN = """
    UPDATE attendance SET status = $3, turn = turn + 1, vouched = 0 WHERE id = $1 AND status = $2
"""


async def approve(actor: Actor, attendance_id: int, *, now: datetime) -> int | None:
    """Vouch for an attendance. With the last of its tiers its counted minutes are posted and count for the line.

    The answer is the minutes, or None while somebody else has to vouch as well.

    Raises:
        NotFound: when it is not an attendance of the actor's agency, nor one the actor's body has the next word about.
        Conflict: when it is the actor's own, or recorded by the actor, or not complete, or approved already, or unusual
            and not settled; when it is someone else's turn; when the period of its day is closed; when some of the
            time counts elsewhere.
    """
    async with transaction(CONSTRAINTS):
        facts, parent = await _lock(actor, attendance_id)
        tier = facts.next_tier
        refuse_if(*why_not_approve(facts, actor.account_id, parent=parent))
        await hold_person(facts.person)
        found = await assess(facts)
        # A punch may have arrived that no job has looked at yet.
        seen = msgspec.structs.replace(facts, recorders=found.recorders)
        refuse_if(*why_not_approve(seen, actor.account_id, parent=parent))
        if found.event is not Event.COMPLETE or found.counted is None:
            raise Conflict()
        if found.unsettled:
            raise Conflict(UNSETTLED)
        last = facts.vouched + 1 >= len(found.tiers)
        status = after(facts.status, Event.POST if last else Event.VOUCH) or facts.status
        await write(facts, found, status, words=1)
        await execute(TAKE_PART, facts.id, [actor.account_id], "verifier")
        approval = int(await value(DECIDE, facts.id, tier, "approved", actor.account_id, "", now, facts.vouched + 1))
        if not last:
            await later("attendance.vouched", attendance_id=facts.id)
            return None
        await post(facts, approval, found.counted.minutes, found.worked, now=now)
        await later("attendance.posted", attendance_id=facts.id)
        return found.counted.minutes


async def let_take_effect(attendance_id: int, *, now: datetime) -> None:
    """Post what the rule-book lets take effect at check-out. Does nothing where anybody has to look at it."""
    async with transaction(CONSTRAINTS):
        facts = await lock_for_any(attendance_id)
        if facts is None or facts.status is not Status.RECORDED:
            return
        await hold_person(facts.person)
        found = await assess(facts)
        if found.event is not Event.COMPLETE or found.counted is None or found.tiers or found.unsettled:
            return
        await write(facts, found, after(facts.status, Event.POST) or Status.POSTED, words=1)
        approval = int(await value(DECIDE, facts.id, "rule", "approved", None, "", now, 1))
        await post(facts, approval, found.counted.minutes, found.worked, now=now)
        await later("attendance.posted", attendance_id=facts.id)


async def give_back(actor: Actor, attendance_id: int, note: str, *, now: datetime) -> None:
    """Return an attendance to whoever recorded it, saying what has to be put right.

    Raises:
        NotFound: when it is not an attendance of the actor's agency, nor one the actor's body has the next word about.
        Conflict: when it does not wait for approval.
        Invalid: when the note is empty.
    """
    async with transaction(CONSTRAINTS):
        facts, _parent = await _lock(actor, attendance_id)
        status = after(facts.status, Event.RETURN)
        if status is None:
            refuse_if(*why_not_approve(facts, -1))
            raise Conflict()
        if not note.strip():
            raise Invalid(SAY_WHAT_IS_WRONG, note=SAY_WHAT_IS_WRONG.text)
        await value(
            DECIDE, facts.id, facts.next_tier, "returned", actor.account_id, note.strip(), now, facts.vouched + 1
        )
        await execute(NEXT_TURN, facts.id, facts.status, status)
        await later("attendance.returned", attendance_id=facts.id)


async def undo(actor: Actor, attendance_id: int, reason: str, note: str, *, now: datetime) -> None:
    """Take back what an attendance posted, by a reversal; it waits for approval again.

    Raises:
        NotFound: when it is not an attendance of the actor's agency, nor one the actor's body had a word about.
        Conflict: when nothing is posted, the period is closed, or the month is detached.
        Invalid: when the reason is unknown, or another reason is not explained.
    """
    async with transaction(CONSTRAINTS):
        facts, parent = await _lock(actor, attendance_id)
        status = after(facts.status, Event.REOPEN)
        if status is None:
            raise Conflict(NOT_POSTED)
        if reason not in UNDOING or (reason == "other" and not note.strip()):
            raise Invalid(SAY_WHY_UNDONE, note=SAY_WHY_UNDONE.text)
        await value(
            DECIDE, facts.id, Tier.PARENT if parent else Tier.AGENCY, "undone", actor.account_id, note.strip(), now, 1
        )
        await reverse(facts.id, reason, now=now)
        await execute(NEXT_TURN, facts.id, facts.status, status)
        await later("attendance.undone", attendance_id=facts.id)


async def _lock(actor: Actor, attendance_id: int) -> tuple[AttendanceFacts, bool]:
    """The attendance, and whether the actor speaks for the body that has the second word rather than for the agency."""
    if actor.may(Permission.ATTENDANCE_APPROVE):
        own = await lock_of_agency(attendance_id, actor.organisation_id)
        if own is not None:
            return own, False
    if actor.may(Permission.HOURS_VOUCH):
        above = await lock_of_parent(attendance_id, actor.organisation_id)
        if above is not None and FROM_ABOVE.intersection(above.tiers):
            return above, True
    raise NotFound()
