"""Writes the ledger: an entry, what it counts for, and the pair that corrects it. Nothing here is ever updated."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.hours.queries.facts import AttendanceFacts
from app.hours.rules import Step, Stretch
from app.hours.rules.approving import MONTH_DETACHED, NOT_POSTED, TIME_CLAIMED, TIME_TAKEN
from app.kit.db import execute, fetch_one, value
from app.kit.errors import Conflict
from app.programs.queries import open_period_for
from app.programs.rules import NO_PERIOD, PERIOD_LOCKED

POST = """
    WITH entry AS (
        INSERT INTO posting (served_on, attendance_id, entry, person, agency, activity, shift_id, region, service_kind,
                             kind, capacity, minutes, grade, starts, ends, rule_book, trace, approval_id, verified_by,
                             posted_at, corrects_id, corrects_on, reason)
        SELECT a.served_on, a.id, coalesce(last.entry, 0) + 1, a.person, a.agency, a.activity, a.shift, a.region,
               a.service_kind, a.kind, a.capacity, a.counted_minutes, a.grade, coalesce(a.adjusted_in, a.raw_in),
               coalesce(a.adjusted_out, a.raw_out), a.rule_book, a.counted_trace, v.id, v.approved_by, $3,
               last.id, last.served_on, CASE WHEN last.id IS NULL THEN '' ELSE 'corrected' END
        FROM attendance a JOIN approval v ON v.attendance = a.id AND v.id = $2
        LEFT JOIN LATERAL (
            SELECT p.id, p.served_on, p.entry FROM posting p WHERE p.attendance_id = a.id ORDER BY p.entry DESC LIMIT 1
        ) last ON true
        WHERE a.id = $1
        RETURNING id, served_on
    ), tail AS (INSERT INTO unsealed (posting_id, served_on) SELECT id, served_on FROM entry)
    SELECT id FROM entry
"""

# $3 tells the reversal, which repeats what it takes back with the sign turned, from the entry written anew.
CORRECT = """
    WITH entry AS (
        INSERT INTO posting (served_on, attendance_id, entry, reverses, person, agency, activity, shift_id, region,
                             service_kind, kind, capacity, minutes, grade, starts, ends, rule_book, trace, approval_id,
                             verified_by, posted_at, corrects_id, corrects_on, reason)
        SELECT served_on, attendance_id, entry + CASE WHEN $3 THEN 1 ELSE 2 END, $3, person, agency, activity,
               shift_id, region, service_kind, kind, capacity, CASE WHEN $3 THEN -1 ELSE 1 END * $6::bigint,
               $7, starts, ends, $8, $9::jsonb, approval_id, verified_by, $5, id, served_on, $4
        FROM posting p WHERE p.id = $1 AND p.served_on = $2
        RETURNING id, served_on
    ), tail AS (INSERT INTO unsealed (posting_id, served_on) SELECT id, served_on FROM entry)
    SELECT id FROM entry
"""

# Where someone chose the line (`app.hours.actions.allocating`), every entry of the attendance says who.
ALLOCATE = """
    INSERT INTO allocation (served_on, posting_id, attendance_id, line, period, minutes, verified_by, allocated_by,
                            part, at)
    SELECT p.served_on, p.id, p.attendance_id, $3, $4, p.minutes, p.verified_by, c.account, c.part, $5
    FROM posting p
    LEFT JOIN LATERAL (SELECT account, part FROM part WHERE attendance = p.attendance_id AND part = 'allocator'
                       ORDER BY id LIMIT 1) c ON true
    WHERE p.id = $1 AND p.served_on = $2
"""

EFFECTIVE = """
    SELECT p.id, p.served_on, p.person, p.minutes, p.grade, p.starts, p.ends, p.rule_book, p.trace::text AS trace,
           al.line, p.reverses
    FROM posting p LEFT JOIN allocation al ON al.posting_id = p.id AND al.served_on = p.served_on
    WHERE p.attendance_id = $1
    ORDER BY p.entry DESC LIMIT 1
"""

DETACHED = """
    SELECT EXISTS (SELECT 1 FROM detached_month
                   WHERE month = date_trunc('month', $1::date)::date AND restored_at IS NULL)
"""

HOLD = """
    INSERT INTO held_time (attendance, person, starts, ends)
    SELECT $1, me.id, w.starts, w.ends
    FROM unnest($3::timestamptz[], $4::timestamptz[]) w (starts, ends),
         (SELECT coalesce(merged_into, id) AS id FROM person WHERE id = $2) me
    WHERE NOT EXISTS (
        SELECT 1 FROM held_time h WHERE h.person = me.id AND tstzrange(h.starts, h.ends) && tstzrange(w.starts, w.ends)
    )
"""

CLAIMED_BY = """
    SELECT v.name AS activity, o.name AS agency
    FROM unnest($3::timestamptz[], $4::timestamptz[]) w (starts, ends)
    JOIN held_time h ON tstzrange(h.starts, h.ends) && tstzrange(w.starts, w.ends)
        AND h.person = (SELECT coalesce(merged_into, id) FROM person WHERE id = $1) AND h.attendance <> $2
    JOIN attendance a ON a.id = h.attendance JOIN activity v ON v.id = a.activity JOIN organisation o ON o.id = a.agency
    ORDER BY h.starts LIMIT 1
"""


class EffectivePosting(Struct, frozen=True, kw_only=True):
    """The entry that counts for an attendance now, and what it counts for."""

    id: int
    served_on: date
    person: int
    minutes: int
    grade: str
    starts: datetime
    ends: datetime
    rule_book: int
    trace: str
    line: int | None
    reverses: bool


class Anew(Struct, frozen=True):
    """What the entry that replaces another says."""

    minutes: int
    grade: str
    rule_book: int
    trace: str


class _Claim(Struct, frozen=True):
    activity: str
    agency: str


async def effective_posting(attendance_id: int) -> EffectivePosting | None:
    """The entry that counts now; None when there is none, or it was taken back. The caller holds the attendance."""
    last = await fetch_one(EffectivePosting, EFFECTIVE, attendance_id)
    return None if last is None or last.reverses else last


async def post(
    facts: AttendanceFacts, approval_id: int, minutes: int, worked: Sequence[Stretch], *, now: datetime
) -> None:
    """Write the entry of an approved attendance, let it count for its line, and hold the person's time.

    An entry that counts already is taken back first, so what stands is always the last word.

    Raises:
        Conflict: when the period is closed or missing, the month is detached, or some of the time counts elsewhere.
    """
    if await effective_posting(facts.id):
        await reverse(facts.id, "corrected", now=now)
    elif await value(DETACHED, facts.served_on):
        raise Conflict(MONTH_DETACHED)
    period = await _open_period(facts.line, facts.served_on)
    entry = int(await value(POST, facts.id, approval_id, now))
    if facts.line is not None and period is not None:
        await execute(ALLOCATE, entry, facts.served_on, facts.line, period, now)
    if minutes > 0:
        await hold(facts.id, facts.person, worked)


async def hold(attendance_id: int, person_id: int, worked: Sequence[Stretch]) -> None:
    """Take these stretches of a person's time for one attendance, so that they count only once.

    Raises:
        Conflict: when some of it is taken, naming what it counts for.
    """
    real = [each for each in worked if each.ends > each.starts]
    starts, ends = [each.starts for each in real], [each.ends for each in real]
    # One statement looks and takes; that somebody else takes it at this very moment is for `held_time_once` to refuse.
    if await execute(HOLD, attendance_id, person_id, starts, ends) < len(real):
        claim = await fetch_one(_Claim, CLAIMED_BY, person_id, attendance_id, starts, ends)
        raise Conflict(TIME_CLAIMED.with_params(activity=claim.activity, agency=claim.agency) if claim else TIME_TAKEN)


async def reverse(attendance_id: int, reason: str, *, now: datetime) -> None:
    """Take back the entry that counts, and give the person's time free. The caller holds the attendance.

    Raises:
        Conflict: when nothing counts, the period is closed, or the month is detached.
    """
    old = await _to_correct(attendance_id)
    await _write(old, reason, None, now=now)
    await execute("DELETE FROM held_time WHERE attendance = $1", attendance_id)


async def correct(
    attendance_id: int,
    worked: Sequence[Stretch],
    *,
    minutes: int,
    trace: Sequence[Step],
    rule_book: int,
    grade: str,
    reason: str,
    line: int | None = None,
    now: datetime,
) -> None:
    """Take back the entry that counts and write it anew with another count, both by the same approval.

    Both count for the same line, unless `line` names one for an entry that counted for none.

    Raises:
        Conflict: when nothing counts, the period is closed, the month is detached, or the time counts elsewhere.
    """
    old = await _to_correct(attendance_id)
    text = msgspec.json.encode(trace).decode()
    await _write(old, reason, Anew(minutes, grade, rule_book, text), line=line, now=now)
    await execute("DELETE FROM held_time WHERE attendance = $1", attendance_id)
    if minutes > 0:
        await hold(attendance_id, old.person, worked)


async def regrade(attendance_id: int, grade: str, reason: str, *, now: datetime) -> None:
    """Take back the entry that counts and write it anew with another grade.

    Raises:
        Conflict: when nothing counts, the period is closed, or the month is detached.
    """
    old = await _to_correct(attendance_id)
    await _write(old, reason, Anew(old.minutes, grade, old.rule_book, old.trace), now=now)


async def _to_correct(attendance_id: int) -> EffectivePosting:
    old = await effective_posting(attendance_id)
    if old is None:
        served_on = await value("SELECT served_on FROM attendance WHERE id = $1", attendance_id)
        raise Conflict(MONTH_DETACHED if await value(DETACHED, served_on) else NOT_POSTED)
    return old


async def _write(
    old: EffectivePosting, reason: str, anew: Anew | None, *, line: int | None = None, now: datetime
) -> None:
    taken_back = Anew(old.minutes, old.grade, old.rule_book, old.trace)
    for reverses, content, counts_for in ((True, taken_back, old.line), (False, anew, old.line or line)):
        if content is None:
            continue
        period = await _open_period(counts_for, old.served_on)
        fields = msgspec.structs.astuple(content)
        entry = int(await value(CORRECT, old.id, old.served_on, reverses, reason, now, *fields))
        if counts_for is not None and period is not None:
            await execute(ALLOCATE, entry, old.served_on, counts_for, period, now)


async def refuse_closed(line_id: int | None, served_on: date) -> None:
    """Refuse what could not be posted later.

    Raises:
        Conflict: when the period is closed or missing, or the month is detached.
    """
    if await value(DETACHED, served_on):
        raise Conflict(MONTH_DETACHED)
    await _open_period(line_id, served_on)


async def _open_period(line_id: int | None, served_on: date) -> int | None:
    """The period these hours fall into, held open until the transaction ends.

    Raises:
        Conflict: when there is none, or it is closed.
    """
    if line_id is None:
        return None
    period = await open_period_for(line_id, served_on)
    if period is None:
        raise Conflict(NO_PERIOD)
    if period.locked:
        raise Conflict(PERIOD_LOCKED)
    return period.period_id
