"""Keeps an attendance true to its punches and corrections. Safe to run again, and in any order."""

import msgspec
from msgspec import Struct

from app.hours.queries.facts import (
    AttendanceFacts,
    RuleBookFacts,
    adjusters_of,
    lock_of_signup,
    minutes_already,
    punches_of,
    rule_book_for,
)
from app.hours.rules import (
    CONSTRAINTS,
    Counted,
    Event,
    Grade,
    Raw,
    Status,
    after,
    count,
    grade,
    known_by,
    put_together,
)
from app.hours.rules.approving import NO_RULE_BOOK
from app.kit.db import execute, fetch, transaction
from app.kit.errors import Conflict

OPEN = """
    INSERT INTO attendance (signup, shift, person, account_id, agency, activity, line, service_kind, region, capacity,
                            served_on, planned_starts, planned_ends, counted_trace, status)
    SELECT s.id, s.shift, s.person, coalesce(p.account, 0), h.agency, h.activity, h.line, h.service_kind, h.region,
           s.capacity, (h.starts AT TIME ZONE h.zone)::date, h.starts, h.ends, '[]', 'expected'
    FROM signup s JOIN shift h ON h.id = s.shift JOIN person p ON p.id = s.person
    WHERE (s.id = $1 OR s.shift = $2)
      AND (s.status IN ('confirmed', 'attended') OR EXISTS (SELECT 1 FROM punch u WHERE u.signup = s.id))
    ORDER BY s.id
    ON CONFLICT (signup) DO NOTHING
"""

WRITE = """
    UPDATE attendance SET raw_in = $3, raw_out = $4, raw_minutes = $5, counted_minutes = $6, counted_trace = $7::jsonb,
        rule_book = $8, grade = $9, recorders = $10, status = $11,
        account_id = coalesce((SELECT account FROM person WHERE id = attendance.person), 0)
    WHERE id = $1 AND status = $2
"""


class Assessed(Struct, frozen=True):
    """What the times of an attendance come to under the rule-book of its day."""

    raw: Raw
    recorders: list[int]
    event: Event
    book: RuleBookFacts
    counted: Counted | None
    grade: Grade | None


async def assess(facts: AttendanceFacts) -> Assessed:
    """Read punches, corrections and rule-book anew, and count.

    Raises:
        Conflict: when no rule-book applies on that day.
    """
    punches = await punches_of(facts.signup)
    raw = put_together(punches.standing)
    adjusters = await adjusters_of(facts.id)
    times = msgspec.structs.replace(facts.times, raw_in=raw.first_in, raw_out=raw.last_out, raw_minutes=raw.minutes)
    book = await rule_book_for(facts.line, facts.served_on)
    if book is None:
        raise Conflict(NO_RULE_BOOK)
    counted = None
    if times.complete:
        already = await minutes_already(facts.person, facts.served_on, facts.capacity, facts.id)
        worked = [times.adjusted] if times.adjusted else raw.stretches
        counted = count(worked, book.rules, already, corrected=times.adjusted is not None)
    claimed = facts.account_id in adjusters
    given = grade(times, confirmed=facts.confirmed_at is not None, claimed=claimed)
    return Assessed(raw, sorted(punches.keyed_by | adjusters), known_by(times), book, counted, given)


async def write(facts: AttendanceFacts, found: Assessed, status: Status) -> None:
    """Store what was assessed.

    Raises:
        Conflict: when the attendance is no longer in the status it was read in.
    """
    touched = await execute(
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
        status,
    )
    if not touched:
        raise Conflict()


async def bring_up_to_date(signup_id: int) -> None:
    """Open the attendance of a sign-up when it has none, and make it say what the punches and corrections say."""
    async with transaction(CONSTRAINTS):
        await execute(OPEN, signup_id, None)
        facts = await lock_of_signup(signup_id)
        if facts is None or not facts.status.changeable:
            return
        found = await assess(facts)
        unchanged = (found.raw.first_in, found.raw.last_out, found.raw.minutes) == (
            facts.raw_in,
            facts.raw_out,
            facts.raw_minutes,
        )
        # The same event delivered twice must not take a returned attendance out of its return.
        stays = facts.status is Status.RETURNED and unchanged
        await write(facts, found, facts.status if stays else after(facts.status, found.event) or facts.status)


class _Signup(Struct, frozen=True):
    signup: int


async def open_for_shift(shift_id: int) -> None:
    """Give everyone who was expected at a shift an attendance, so that nobody is forgotten."""
    async with transaction(CONSTRAINTS):
        await execute(OPEN, None, shift_id)
        for row in await fetch(_Signup, "SELECT signup FROM attendance WHERE shift = $1 ORDER BY id", shift_id):
            await bring_up_to_date(row.signup)


SAME_DAY = """
    SELECT b.signup FROM attendance a
    JOIN attendance b ON b.person = a.person AND b.served_on = a.served_on AND b.capacity = a.capacity AND b.id <> a.id
    WHERE a.id = $1 AND b.status IN ('recorded', 'returned') ORDER BY b.id
"""


async def recount_same_day(attendance_id: int) -> None:
    """Count the person's other attendances of that day again: how much a day may count is shared between them."""
    async with transaction(CONSTRAINTS):
        for row in await fetch(_Signup, SAME_DAY, attendance_id):
            await bring_up_to_date(row.signup)
