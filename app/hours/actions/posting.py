"""Writes the ledger: an entry, what it counts for, and the pair that corrects it. Nothing here is ever updated."""

from datetime import date, datetime

from msgspec import Struct

from app.kit.db import execute, fetch_one, value

POST = """
    INSERT INTO posting (served_on, attendance_id, entry, person, agency, activity, shift_id, region, service_kind,
                         capacity, minutes, grade, starts, ends, rule_book, approval_id, verified_by, posted_at)
    SELECT a.served_on, a.id, (SELECT count(*) + 1 FROM posting p WHERE p.attendance_id = a.id), a.person, a.agency,
           a.activity, a.shift, a.region, a.service_kind, a.capacity, a.counted_minutes, a.grade,
           coalesce(a.adjusted_in, a.raw_in), coalesce(a.adjusted_out, a.raw_out), a.rule_book, v.id, v.approved_by, $3
    FROM attendance a JOIN approval v ON v.attendance = a.id AND v.id = $2
    WHERE a.id = $1
    RETURNING id
"""

ALLOCATE = """
    INSERT INTO allocation (served_on, posting_id, line, period, minutes, verified_by, at)
    SELECT p.served_on, p.id, $3, $4, p.minutes, p.verified_by, $5 FROM posting p WHERE p.id = $1 AND p.served_on = $2
"""

EFFECTIVE = """
    SELECT p.id, p.served_on, p.grade, al.line, al.period
    FROM posting p LEFT JOIN allocation al ON al.posting_id = p.id AND al.served_on = p.served_on
    WHERE p.attendance_id = $1
    ORDER BY p.entry DESC LIMIT 1
"""

# $4 is 1 for the new entry and -1 for the reversal, which keeps the grade of what it takes back.
CORRECT = """
    INSERT INTO posting (served_on, attendance_id, entry, person, agency, activity, shift_id, region, service_kind,
                         capacity, minutes, grade, starts, ends, rule_book, approval_id, verified_by, posted_at,
                         corrects_id, corrects_on, reason)
    SELECT served_on, attendance_id, (SELECT count(*) + 1 FROM posting n WHERE n.attendance_id = p.attendance_id),
           person, agency, activity, shift_id, region, service_kind, capacity, $4 * minutes, $3, starts, ends,
           rule_book, approval_id, verified_by, $6, id, served_on, $5
    FROM posting p WHERE p.id = $1 AND p.served_on = $2
    RETURNING id
"""


class EffectivePosting(Struct, frozen=True, kw_only=True):
    """The entry that counts for an attendance now, and what it counts for."""

    id: int
    served_on: date
    grade: str
    line: int | None
    period: int | None


async def post(attendance_id: int, approval_id: int, *, now: datetime) -> int:
    """Write the entry of an approved attendance; the answer is its number."""
    return int(await value(POST, attendance_id, approval_id, now))


async def allocate(posting_id: int, served_on: date, line_id: int, period_id: int, *, now: datetime) -> None:
    """Let an entry count for a contract line in a period. The caller holds the period open."""
    await execute(ALLOCATE, posting_id, served_on, line_id, period_id, now)


async def effective_posting(attendance_id: int) -> EffectivePosting | None:
    """The entry that counts now. The caller holds the attendance."""
    return await fetch_one(EffectivePosting, EFFECTIVE, attendance_id)


async def regrade(old: EffectivePosting, grade: str, reason: str, *, now: datetime) -> None:
    """Take an entry back and write it again with another grade, both counting for what it counted for."""
    for kept_grade, sign in ((old.grade, -1), (grade, 1)):
        entry = int(await value(CORRECT, old.id, old.served_on, kept_grade, sign, reason, now))
        if old.line is not None and old.period is not None:
            await allocate(entry, old.served_on, old.line, old.period, now=now)
