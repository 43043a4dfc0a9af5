"""Time that nobody punched: a person's own word about a shift, and time of another kind beside it."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.hours.actions.correcting import CORRECTING, KEEP, put_beside
from app.hours.actions.posting import refuse_closed
from app.hours.actions.recording import TAKE_PART, assess, write
from app.hours.queries.facts import AttendanceFacts, hold_person, lock_for_any, punches_of
from app.hours.rules import CONSTRAINTS, Event, Reason, Status, Stretch, after
from app.hours.rules import claiming as rules
from app.kit import clock
from app.kit.db import execute, fetch_one, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if

BESIDE = """
    INSERT INTO attendance (signup, kind, origin, shift, person, account_id, agency, activity, line, service_kind,
                            region, capacity, served_on, planned_starts, planned_ends, adjusted_in, adjusted_out,
                            adjusted_reason, counted_trace, tier_reasons, status)
    SELECT a.signup, $2, 'claim', a.shift, a.person, a.account_id, a.agency, a.activity, a.line, a.service_kind,
           a.region, s.capacity, $3, a.planned_starts, a.planned_ends, $4, $5, $6, '[]', '[]', 'expected'
    FROM attendance a JOIN signup s ON s.id = a.signup WHERE a.id = $1
    RETURNING id
"""

OVERLAP = """
    SELECT v.name AS activity FROM attendance a JOIN activity v ON v.id = a.activity
    WHERE a.person = $1 AND a.status IN ('present', 'recorded', 'vouched', 'returned', 'posted')
      AND tstzrange(coalesce(a.adjusted_in, a.raw_in), coalesce(a.adjusted_out, a.raw_out)) && tstzrange($2, $3)
      AND coalesce(a.adjusted_in, a.raw_in) IS NOT NULL
    ORDER BY a.id LIMIT 1
"""


class _Overlap(Struct, frozen=True):
    activity: str


async def claim_own(
    actor: Actor, attendance_id: int, to: Stretch, reason: Reason, note: str = "", *, now: datetime
) -> None:
    """Say when one was there oneself, where nothing was punched: graded low, and others have to vouch for it.

    Raises:
        NotFound: when it is not the actor's own attendance.
        Conflict: when something was punched or recorded, the shift is not over, the times reach beyond it, or the
            period of its day is closed.
        Invalid: when another reason is not explained.
    """
    async with transaction(CORRECTING):
        facts = await lock_for_any(attendance_id)
        if facts is None or not _own(actor, facts):
            raise NotFound()
        refuse_if(*rules.why_not_claim(facts.status, facts.times, facts.origin, now))
        if (await punches_of(facts.signup)).standing:  # one may have arrived that no job has looked at yet
            raise Conflict(rules.PUNCHED_ALREADY)
        refuse_if(*rules.why_not_these(facts.times.planned, to))
        await refuse_closed(facts.line, facts.served_on)
        await put_beside(actor, facts, to, reason, note, 1, now)


async def claim_beside(actor: Actor, attendance_id: int, kind: str, to: Stretch, note: str, *, now: datetime) -> int:
    """Key time of another kind beside a shift, such as writing it up: an attendance of its own, whose id is the answer.

    Raises:
        NotFound: when the shift's attendance is neither the actor's own nor of the actor's agency.
        Conflict: when the person was not there, the times cannot be right or overlap others, such time is keyed
            already, or the period of its day is closed.
        Invalid: when what was done is not said.
    """
    async with transaction({**CONSTRAINTS, **rules.CONSTRAINTS}):
        host = await lock_for_any(attendance_id)
        if host is None or host.origin == "claim" or not _may_key(actor, host):
            raise NotFound()
        if host.status in (Status.EXPECTED, Status.NO_SHOW):
            raise Conflict(rules.NOT_THERE)
        refuse_if(*rules.why_not_beside(kind, host.times.planned, to, now))
        if not note.strip():
            raise Invalid(rules.SAY_WHAT_WAS_DONE, note=rules.SAY_WHAT_WAS_DONE.text)
        await hold_person(host.person)
        if taken := await fetch_one(_Overlap, OVERLAP, host.person, to.starts, to.ends):
            raise Conflict(rules.OVERLAPS.with_params(activity=taken.activity))
        day = clock.local_day(to.starts)
        await refuse_closed(host.line, day)
        claim = int(await value(BESIDE, host.id, kind, day, to.starts, to.ends, Reason.OTHER))
        await execute(TAKE_PART, claim, [actor.account_id], "recorder")
        by = actor.account_id
        await execute(KEEP, claim, None, None, to.starts, to.ends, Reason.OTHER, note.strip(), by, 1, now)
        facts = await lock_for_any(claim)
        if facts is None:
            raise NotFound()
        await write(facts, await assess(facts), after(facts.status, Event.COMPLETE) or facts.status)
        return claim


def _own(actor: Actor, facts: AttendanceFacts) -> bool:
    return not actor.through_key and facts.account_id == actor.account_id


def _may_key(actor: Actor, facts: AttendanceFacts) -> bool:
    theirs = facts.agency == actor.organisation_id and actor.may(Permission.ATTENDANCE_ADJUST)
    return theirs or _own(actor, facts)
