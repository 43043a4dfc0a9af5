"""Counts posted hours again under a version, in small steps: each writes the pair of an entry, or nothing."""

from collections import Counter
from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.actions.posting import correct
from app.hours.queries.rating import PersonMonth as Month
from app.hours.queries.rating import Scope, count_detached, months_after, rated_in
from app.hours.queries.rule_books import book_for, manages, previews_of
from app.hours.rules import CONSTRAINTS, CountingRules
from app.hours.rules.previewing import LEFT_ALONE, Outcome, replay
from app.hours.rules.publishing import CONSTRAINTS as SPANS
from app.hours.rules.publishing import NOT_PREVIEWED_SPAN, RUNNING_ALREADY, SAY_WHY, why_not_rerate
from app.kit.db import execute, fetch_one, transaction, value
from app.kit.errors import Conflict, Forbidden, Invalid, refuse_if
from app.kit.outbox import later

MONTHS_AT_ONCE = 50
"""Of one person each, in one transaction: short enough to hold nobody up."""

ASK = """
    INSERT INTO rerating (rule_book, from_on, to_before, reason, asked_by, asked_at, status, left_alone)
    VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '{}') RETURNING id
"""


async def rerate(actor: Actor, book_id: int, from_on: date, to_before: date, reason: str, *, now: datetime) -> int:
    """Have every posted hour of these days that the version applies to counted again; the answer is the act's number.

    Raises:
        NotFound: when the version is not the actor's to see.
        Forbidden: when it is another's to make.
        Conflict: when it does not apply on these days, nobody has seen the preview of them, or one is running.
        Invalid: when no reason is given.
    """
    book = await book_for(actor, book_id)
    if not manages(actor, book.owner):
        raise Forbidden()
    if not reason.strip():
        raise Invalid(SAY_WHY, reason=SAY_WHY.text)
    async with transaction(SPANS):
        # One at a time under a version: whoever asks second sees the first.
        await execute("SELECT pg_advisory_xact_lock(hashtextextended('rerating', $1))", book_id)
        refuse_if(*why_not_rerate(book.applies_from, from_on, to_before))
        held = await previews_of(book_id)
        seen = held is not None and held.preview_status == "made"
        if held is None or not seen or (held.preview_from, held.preview_before) != (from_on, to_before):
            raise Conflict(NOT_PREVIEWED_SPAN)
        return await ask_for(actor, book_id, from_on, to_before, reason.strip(), now=now)


async def ask_for(actor: Actor, book_id: int, from_on: date, to_before: date, reason: str, *, now: datetime) -> int:
    """Write down that these days are to be counted again, and begin. The caller has checked that they may be.

    Raises:
        Conflict: when hours are being counted again under this version already.
    """
    running = "SELECT EXISTS (SELECT 1 FROM rerating WHERE rule_book = $1 AND status IN ('waiting', 'running'))"
    refuse_if(RUNNING_ALREADY if await value(running, book_id) else None)
    asked = int(await value(ASK, book_id, from_on, to_before, reason, actor.account_id, now))
    await later("rerating.step", rerating_id=asked, person=0, month="")
    return asked


class _Act(Struct, frozen=True, kw_only=True):
    rule_book: int
    contract: int | None
    funder: int | None
    rules: str
    from_on: date
    to_before: date
    status: str
    left_alone: str

    @property
    def scope(self) -> Scope:
        return Scope(
            contract=self.contract,
            funder=self.funder,
            from_on=self.from_on,
            to_before=self.to_before,
            book=self.rule_book,
        )


ACT = """
    SELECT r.rule_book, b.contract, b.funder, b.rules::text AS rules, r.from_on, r.to_before, r.status,
           r.left_alone::text AS left_alone
    FROM rerating r JOIN rule_book b ON b.id = r.rule_book WHERE r.id = $1 FOR UPDATE OF r
"""
NOTE = """
    UPDATE rerating SET status = 'running', looked_at = looked_at + $2, changed = changed + $3,
        minutes_before = minutes_before + $4, minutes_after = minutes_after + $5, left_alone = $6::jsonb
    WHERE id = $1
"""
DONE = "UPDATE rerating SET status = 'done', done_at = $2, left_alone = $3::jsonb WHERE id = $1"


async def rerate_further(rerating_id: int, after: Month, *, now: datetime) -> None:
    """Count some more months again, and go on later, all in one transaction: killed, it did nothing and is run again.

    Run twice it changes nothing the second time: hours that count as they should are left as they are.
    """
    async with transaction(CONSTRAINTS):
        act = await fetch_one(_Act, ACT, rerating_id)
        if act is None or act.status == "done":
            return
        left = Counter(msgspec.json.decode(act.left_alone, type=dict[str, int]))
        months = await months_after(act.scope, after, MONTHS_AT_ONCE)
        if not months:
            if detached := await count_detached(act.scope):
                left["month_detached"] = detached
            await execute(DONE, rerating_id, now, msgspec.json.encode(left).decode())
            return
        await _step(rerating_id, act, months, left, now)
        last = months[-1]
        await later("rerating.step", rerating_id=rerating_id, person=last.person, month=last.month.isoformat())


HOLD = """
    SELECT count(*) FROM (SELECT a.id FROM attendance a JOIN person h ON h.id = a.person
    JOIN unnest($1::bigint[], $2::date[]) w (person, month) ON w.person = coalesce(h.merged_into, h.id)
        AND date_trunc('month', a.served_on)::date = w.month
    WHERE a.status = 'posted' ORDER BY a.id FOR UPDATE OF a) held
"""
HOLD_PEOPLE = "SELECT count(*) FROM (SELECT id FROM person WHERE id = any($1) ORDER BY id FOR NO KEY UPDATE) held"


async def _step(rerating_id: int, act: _Act, months: list[Month], left: Counter[str], now: datetime) -> None:
    people = [month.person for month in months]
    # Attendances first, then people: in the order an approval takes them.
    await value(HOLD, people, [month.month for month in months])
    await value(HOLD_PEOPLE, sorted(set(people)))
    rules = msgspec.json.decode(act.rules, type=CountingRules)
    looked_at = changed = before = after = 0
    for rows in (await rated_in(act.scope, months)).values():
        left.update(row.left_alone for row in rows if row.applies and row.left_alone)
        for outcome in replay(rows, rules):
            taken = await _correct(outcome, act.rule_book, left, now) if outcome.changed else False
            looked_at += 1
            changed += taken
            before += outcome.rated.minutes
            after += outcome.counted.minutes if taken else outcome.rated.minutes
    await execute(NOTE, rerating_id, looked_at, changed, before, after, msgspec.json.encode(left).decode())


KEEP = """
    UPDATE attendance SET counted_minutes = $2, counted_trace = $3::jsonb, rule_book = $4 WHERE id = $1
"""


async def _correct(outcome: Outcome, book_id: int, left: Counter[str], now: datetime) -> bool:
    """Write the pair of one attendance, unless something that came in meanwhile stands against it."""
    rated, counted = outcome.rated, outcome.counted
    try:
        async with transaction(CONSTRAINTS):
            await correct(
                rated.attendance,
                rated.worked,
                minutes=counted.minutes,
                trace=counted.trace,
                rule_book=book_id,
                grade=rated.grade,
                reason="re_rated",
                now=now,
            )
            trace = msgspec.json.encode(counted.trace).decode()
            await execute(KEEP, rated.attendance, counted.minutes, trace, book_id)
            await later("attendance.posted", attendance_id=rated.attendance)
    except Conflict as error:
        if error.first.code not in LEFT_ALONE:
            raise
        left[error.first.code] += 1
        return False
    return True
