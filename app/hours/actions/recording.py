"""Keeps an attendance true to its punches and corrections. Safe to run again, and in any order."""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.hours.actions.exceptions import bring_exceptions_up_to_date
from app.hours.queries.facts import (
    AttendanceFacts,
    PunchFacts,
    RuleBookFacts,
    already,
    keyed,
    keyed_share,
    lock_of_signup,
    people_at,
    punches_of,
    rule_book_for,
    unusual_about,
)
from app.hours.rules import (
    CONSTRAINTS,
    Counted,
    CountGround,
    Event,
    Grade,
    Raw,
    Status,
    Step,
    Stretch,
    Tier,
    TierFacts,
    after,
    count,
    grade,
    known_by,
    put_together,
    tiers_for,
)
from app.hours.rules.approving import NO_RULE_BOOK
from app.kit.clock import local_day
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict
from app.kit.outbox import later
from app.kit.workdays import workdays_between

OPEN = """
    INSERT INTO attendance (signup, kind, origin, shift, person, account_id, agency, activity, line, service_kind,
                            region, capacity, served_on, planned_starts, planned_ends, counted_trace, tier_reasons,
                            status)
    SELECT s.id, v.time_kind, 'shift', s.shift, s.person, coalesce(p.account, 0), h.agency, h.activity, h.line,
           h.service_kind, h.region,
           CASE WHEN v.time_kind = 'training' AND s.capacity = 'volunteer' THEN 'training' ELSE s.capacity END,
           (h.starts AT TIME ZONE h.zone)::date, h.starts, h.ends, '[]', '[]', 'expected'
    FROM signup s JOIN shift h ON h.id = s.shift JOIN activity v ON v.id = h.activity JOIN person p ON p.id = s.person
    WHERE (s.id = $1 OR s.shift = $2)
      AND (s.status IN ('confirmed', 'attended') OR EXISTS (SELECT 1 FROM punch u WHERE u.signup = s.id))
    ORDER BY s.id
    ON CONFLICT (signup) WHERE origin <> 'claim' DO NOTHING
"""

WRITE = """
    UPDATE attendance SET raw_in = $3, raw_out = $4, raw_minutes = $5, counted_minutes = $6, counted_trace = $7::jsonb,
        rule_book = $8, grade = $9, recorders = $10, tiers = $11, tier_reasons = $12::jsonb, status = $13,
        turn = turn + CASE WHEN $14 THEN 1 ELSE 0 END, vouched = CASE WHEN $14 THEN 0 ELSE vouched + $15 END,
        account_id = coalesce((SELECT account FROM person WHERE id = attendance.person), 0)
    WHERE id = $1 AND status = $2
    RETURNING account_id
"""


TAKE_PART = """
    INSERT INTO part (attendance, account, part)
    SELECT $1, account, $3 FROM unnest($2::bigint[]) account
    ON CONFLICT (attendance, account) DO NOTHING
"""


class Assessed(Struct, frozen=True):
    """What the times of an attendance come to under the rule-book of its day."""

    raw: Raw
    worked: tuple[Stretch, ...]
    """The stretches that are counted: the corrected one, else the punched ones."""
    recorders: list[int]
    event: Event
    book: RuleBookFacts
    counted: Counted | None
    grade: Grade | None
    tiers: list[Tier]
    tier_reasons: tuple[Step, ...]
    unsettled: int
    """How many unusual things wait for someone."""


async def assess(facts: AttendanceFacts) -> Assessed:
    """Read punches, corrections and rule-book anew, count, and see who has to vouch.

    Raises:
        Conflict: when no rule-book applies on that day.
    """
    # Time claimed beside a shift has no punches: those of the sign-up are the shift's.
    punches = await punches_of(facts.signup) if facts.origin != "claim" else PunchFacts([], set())
    raw = put_together(punches.standing)
    corrections = await keyed(facts.id, facts.signup)
    times = msgspec.structs.replace(facts.times, raw_in=raw.first_in, raw_out=raw.last_out, raw_minutes=raw.minutes)
    book = await rule_book_for(facts.line, facts.served_on)
    if book is None:
        raise Conflict(NO_RULE_BOOK)
    claimed = facts.account_id in corrections.by
    given = grade(times, confirmed=facts.confirmed_at is not None, claimed=claimed)
    worked = (times.adjusted,) if times.adjusted else raw.stretches
    unusual = await unusual_about(facts.id)
    counted: Counted | None = None
    tiers: list[Tier] = []
    reasons: tuple[Step, ...] = ()
    if times.complete:
        before = await already(facts)
        ground = CountGround(
            kind=facts.kind,
            capacity=facts.capacity,
            already_that_day=before.that_day,
            already_that_activity=before.that_activity,
            already_of_kind=before.of_kind,
            keyed_minutes_that_month=before.keyed_that_month,
            grade=given,
            people=await people_at(facts.shift) if book.rules.groups else 1,
            corrected=times.adjusted is not None,
        )
        counted = count(worked, book.rules, ground)
        late = workdays_between(facts.served_on, local_day(corrections.keyed_at)) if corrections.keyed_at else 0
        minutes = sum(each.minutes for each in worked)
        tiers, steps = tiers_for(
            TierFacts(
                minutes=minutes,
                day_minutes=before.worked_that_day + minutes,
                late_workdays=late,
                batch_size=corrections.batch_size,
                grade=given or "",
                kind=facts.kind,
                capacity=facts.capacity,
                claimed=claimed,
                exceptions=unusual.standing,
                keyed_share=await keyed_share(facts.agency, facts.served_on) if given is Grade.E else 0,
            ),
            book.rules,
        )
        reasons = tuple(steps)
    keyed_by = sorted(punches.keyed_by | set(corrections.by))
    return Assessed(raw, worked, keyed_by, known_by(times), book, counted, given, tiers, reasons, unusual.unsettled)


async def write(
    facts: AttendanceFacts, found: Assessed, status: Status, *, words: int = 0, next_turn: bool = False
) -> None:
    """Store what was assessed, and how many words were given for it meanwhile.

    `next_turn` begins approval anew: whoever vouched before has to vouch again.

    Raises:
        Conflict: when the attendance is no longer in the status it was read in.
    """
    account = await value(
        WRITE,
        facts.id,
        facts.status,
        found.raw.first_in,
        found.raw.last_out,
        found.raw.minutes,
        found.counted.minutes if found.counted else None,
        msgspec.json.encode(found.counted.trace if found.counted else []).decode(),
        found.book.id,
        found.grade or "",
        found.recorders,
        found.tiers,
        msgspec.json.encode(found.tier_reasons).decode(),
        status,
        next_turn,
        words,
    )
    if account is None:
        raise Conflict()
    # Whoever vouched keeps that part; that they recorded too is in `recorders`, and bars them from vouching again.
    # The person's own part was written with the first punch, under the account known then.
    known = {*facts.recorders, 0} if facts.raw_in is None else {*facts.recorders, facts.account_id, 0}
    if new := {*found.recorders, account} - known:
        await execute(TAKE_PART, facts.id, sorted(new), "recorder")


async def bring_up_to_date(signup_id: int, *, now: datetime) -> None:
    """Open the attendance of a sign-up when it has none, and make it say what the punches and corrections say.

    Punches that arrive after it was vouched for or posted send it through approval once more; what is posted stands
    until then.
    """
    async with transaction(CONSTRAINTS):
        await execute(OPEN, signup_id, None)
        facts = await lock_of_signup(signup_id)
        if facts is None:
            return
        await bring_exceptions_up_to_date(facts.id, now=now)
        found = await assess(facts)
        unchanged = (found.raw.first_in, found.raw.last_out, found.raw.minutes) == (
            facts.raw_in,
            facts.raw_out,
            facts.raw_minutes,
        )
        if facts.status is Status.POSTED:
            if not unchanged and facts.adjusted_in is None and found.event is Event.COMPLETE:
                await write(facts, found, Status.RECORDED, next_turn=True)
            return
        # The same event delivered twice must not take a returned attendance out of its return, nor a word given back.
        stays = unchanged and facts.status in (Status.RETURNED, Status.VOUCHED)
        status = facts.status if stays else after(facts.status, found.event) or facts.status
        await write(facts, found, status, next_turn=facts.status is Status.VOUCHED and not stays)
        if status is Status.RECORDED and not found.tiers:
            await later("attendance.unasked", attendance_id=facts.id)


class _Signup(Struct, frozen=True):
    signup: int


async def open_for_shift(shift_id: int, *, now: datetime) -> None:
    """Give everyone who was expected at a shift an attendance, so that nobody is forgotten."""
    async with transaction(CONSTRAINTS):
        await execute(OPEN, None, shift_id)
        for row in await fetch(
            _Signup, "SELECT signup FROM attendance WHERE shift = $1 AND origin <> 'claim' ORDER BY id", shift_id
        ):
            await bring_up_to_date(row.signup, now=now)


SAME_DAY = """
    SELECT b.signup FROM attendance a
    JOIN attendance b ON b.person = a.person AND b.served_on = a.served_on AND b.capacity = a.capacity AND b.id <> a.id
    WHERE a.id = $1 AND b.status IN ('recorded', 'returned') AND b.origin <> 'claim' ORDER BY b.id
"""


async def recount_same_day(attendance_id: int, *, now: datetime) -> None:
    """Count the person's other attendances of that day again: how much a day may count is shared between them."""
    async with transaction(CONSTRAINTS):
        for row in await fetch(_Signup, SAME_DAY, attendance_id):
            await bring_up_to_date(row.signup, now=now)
