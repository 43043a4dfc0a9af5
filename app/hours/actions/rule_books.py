"""Prepares a version of a rule-book, previews it on real months, and publishes it. A published one never changes."""

import secrets
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.actions.rerating import ask_for
from app.hours.queries.rating import (
    START,
    PersonMonth,
    count_detached,
    count_months,
    months_after,
    rated_in,
)
from app.hours.queries.rule_books import DraftRow, Owner, book_for, draft_for, lock_draft, manages, previews_of
from app.hours.rules import CountingRules, faults
from app.hours.rules.previewing import Preview, add_month, replay
from app.hours.rules.publishing import (
    CONSTRAINTS,
    NOTHING_BETWEEN,
    PUBLISHED_ALREADY,
    SAY_WHY,
    why_not_publish,
    why_not_rerate,
)
from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict, Forbidden, Invalid, refuse_if
from app.kit.outbox import later

MONTHS_AT_ONCE = 400
"""Of one person each: a few seconds' work, after which the page says how far the preview is."""


class Terms(Struct, frozen=True, kw_only=True):
    """What a version says."""

    version: str
    applies_from: date
    rules: CountingRules
    note: str = ""


BEGIN = """
    INSERT INTO rule_book_draft (contract, funder, version, applies_from, rules, note, made_by, made_at, preview,
                                 published_as)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, '{}', $9) RETURNING id
"""
CHANGE = """
    UPDATE rule_book_draft SET version = $2, applies_from = $3, rules = $4::jsonb, note = $5, preview_status = '',
        preview = '{}', previewed_at = NULL
    WHERE id = $1 AND published_as IS NULL
"""


async def begin_draft(
    actor: Actor, owner: Owner, terms: Terms, *, now: datetime, published_as: int | None = None
) -> int:
    """Keep a new version as a draft; the answer is its number. The door is `owner_to_manage`."""
    rules = msgspec.json.encode(terms.rules).decode()
    whose = (owner.contract, owner.funder)
    said = (terms.version, terms.applies_from, rules, terms.note)
    return int(await value(BEGIN, *whose, *said, actor.account_id, now, published_as))


async def change_draft(actor: Actor, draft_id: int, terms: Terms) -> None:
    """Change a draft; its preview no longer holds.

    Raises:
        NotFound: when it is not one of the actor's organisation.
        Conflict: when it is published.
    """
    await draft_for(actor, draft_id)
    rules = msgspec.json.encode(terms.rules).decode()
    if not await execute(CHANGE, draft_id, terms.version, terms.applies_from, rules, terms.note):
        raise Conflict(PUBLISHED_ALREADY)


async def discard_draft(actor: Actor, draft_id: int) -> None:
    """Throw a draft away.

    Raises:
        NotFound: when it is not one of the actor's organisation.
        Conflict: when it is published.
    """
    await draft_for(actor, draft_id)
    if not await execute("DELETE FROM rule_book_draft WHERE id = $1 AND published_as IS NULL", draft_id):
        raise Conflict(PUBLISHED_ALREADY)


ASK = """
    UPDATE rule_book_draft SET preview_from = $2, preview_before = $3, preview_status = 'asked', preview = $4::jsonb,
        previewed_at = NULL WHERE id = $1
"""


async def ask_preview(actor: Actor, draft_id: int, from_on: date, to_before: date) -> None:
    """Have the worker find out what a draft would change in a span; an earlier preview of it stops.

    Raises:
        NotFound: when it is not one of the actor's organisation.
        Conflict: when the span is empty.
    """
    draft = await draft_for(actor, draft_id)
    refuse_if(NOTHING_BETWEEN if to_before <= from_on else None)
    async with transaction():
        run = secrets.token_hex(8)
        scope = draft.scope_of(from_on, to_before)
        detached = 0 if scope.trial else await count_detached(scope)
        left = {"month_detached": detached} if detached else {}
        preview = Preview(run=run, months=await count_months(scope), left_alone=left)
        await execute(ASK, draft_id, from_on, to_before, msgspec.json.encode(preview).decode())
        await later("rule_book.preview", draft_id=draft_id, run=run, person=0, month="")


async def ask_rerating_preview(actor: Actor, book_id: int, from_on: date, to_before: date, *, now: datetime) -> int:
    """Have the worker find out what counting days again under a version would change; the answer is the draft it is in.

    Raises:
        NotFound: when the version is not the actor's to see.
        Forbidden: when it is another's to make.
        Conflict: when it does not apply on these days.
    """
    book = await book_for(actor, book_id)
    if not manages(actor, book.owner):
        raise Forbidden()
    refuse_if(*why_not_rerate(book.applies_from, from_on, to_before))
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock(hashtextextended('rerating', $1))", book_id)
        held = await previews_of(book_id)
        draft = held.id if held else None
        if draft is None:  # a version a city started with was never drafted, yet its previews need a place
            terms = Terms(version=book.version, applies_from=book.applies_from, rules=book.figures)
            draft = await begin_draft(actor, book.owner, terms, now=now, published_as=book_id)
        await ask_preview(actor, draft, from_on, to_before)
        return draft


KEEP = "UPDATE rule_book_draft SET preview = $2::jsonb, preview_status = $3, previewed_at = $4 WHERE id = $1"


async def preview_further(draft_id: int, run: str, after: PersonMonth, *, now: datetime) -> None:
    """Look at some more months, keep what was found, and go on later; done when there are none."""
    async with transaction():
        draft = await lock_draft(draft_id)
        if draft is None or draft.scope is None or draft.preview_status != "asked" or draft.previewed.run != run:
            return
        months = await months_after(draft.scope, after, MONTHS_AT_ONCE)
        preview = draft.previewed
        for rows in (await rated_in(draft.scope, months)).values():
            preview = add_month(preview, rows, replay(rows, draft.figures))
        status, made_at = ("asked", None) if months else ("made", now)
        await execute(KEEP, draft_id, msgspec.json.encode(preview).decode(), status, made_at)
        if months:
            last = months[-1]
            await later(
                "rule_book.preview", draft_id=draft_id, run=run, person=last.person, month=last.month.isoformat()
            )


def place(person: int, month: str) -> PersonMonth:
    """Where a job goes on, as its payload says it."""
    return PersonMonth(person, date.fromisoformat(month)) if month else START


PUBLISH = """
    INSERT INTO rule_book (contract, funder, version, applies_from, rules, note, published_at, published_by)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8) RETURNING id
"""


async def publish(actor: Actor, draft_id: int, *, rerate: bool, reason: str = "", now: datetime) -> int:
    """Make a draft a version, for good. One that applies from a past day has the hours since then counted again.

    Raises:
        NotFound: when it is not one of the actor's organisation.
        Conflict: when it contradicts itself, was not previewed, or is published; when another version has its day.
        Invalid: when hours are to be counted again without a reason.
    """
    await draft_for(actor, draft_id)
    async with transaction(CONSTRAINTS):
        draft = await lock_draft(draft_id)
        if draft is None:
            raise Conflict(PUBLISHED_ALREADY)
        today = clock.local_day(now)
        in_past = draft.applies_from < today
        refuse_if(
            *why_not_publish(
                faults(draft.figures),
                published=draft.published_as is not None,
                previewed=draft.preview_status == "made",
                applies_from=draft.applies_from,
                today=today,
                rerates=rerate,
            )
        )
        if in_past and not reason.strip():
            raise Invalid(SAY_WHY, reason=SAY_WHY.text)
        book = await _write(actor, draft, now)
        if in_past:
            await ask_for(actor, book, draft.applies_from, today + timedelta(days=1), reason.strip(), now=now)
        await later("rule_book.published", rule_book_id=book, after=0)
        return book


async def _write(actor: Actor, draft: DraftRow, now: datetime) -> int:
    whose = (draft.contract, draft.funder)
    said = (draft.version, draft.applies_from, draft.rules, draft.note)
    book = int(await value(PUBLISH, *whose, *said, now, actor.account_id))
    await execute("UPDATE rule_book_draft SET published_as = $2 WHERE id = $1", draft.id, book)
    return book


class Waiting(Struct, frozen=True):
    """An attendance that is not posted yet."""

    id: int
    signup: int


WAITING = """
    SELECT a.id, a.signup FROM attendance a, rule_book b
    WHERE b.id = $1 AND a.id > $2 AND a.served_on >= b.applies_from AND a.status IN ('recorded', 'returned')
      AND a.origin <> 'claim'
      AND (b.contract IS NULL OR a.line IN (SELECT id FROM line WHERE contract = b.contract))
      AND (b.funder IS NULL OR a.line IN (SELECT l.id FROM line l JOIN contract c ON c.id = l.contract
                                          JOIN program g ON g.id = c.program WHERE g.funder = b.funder))
    ORDER BY a.id LIMIT 100
"""


async def waiting_under(book_id: int, after: int) -> list[Waiting]:
    """What waits for approval on days this version applies to: it is counted anew before anyone vouches for it."""
    return await fetch(Waiting, WAITING, book_id, after)
