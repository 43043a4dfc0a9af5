"""Contesting an attendance, the talk about it, its answer, and its going up when nobody answers in time."""

import base64
from datetime import date, datetime

from msgspec import Struct

from app.accounts import looks
from app.accounts.rules import Actor
from app.hours.actions.approving import DECIDE, NEXT_TURN
from app.hours.actions.correcting import reopen_with
from app.hours.actions.posting import reverse
from app.hours.queries.facts import PARENT, rule_book_for
from app.hours.queries.objecting import (
    Contested,
    ObjectionRow,
    lock_objection,
    objection_for,
    objections_to,
    own_attendance,
    photo_of,
)
from app.hours.rules import Reason, Status, Stretch, Tier
from app.hours.rules.approving import why_not_correct
from app.hours.rules.objecting import (
    ANSWERED,
    CLAIM_DOES_NOT_FIT,
    CONSTRAINTS,
    CORRECTS_TIMES,
    GIVE_TIMES,
    NOTHING_SAID,
    OBJECTION_WORKDAYS,
    SAY_WHAT_HAPPENED,
    SAY_WHY,
    Claim,
    Event,
    Side,
    after,
    claims_for,
    first_holder,
    why_not_decide,
    why_not_object,
)
from app.hours.rules.objecting import Status as Objected
from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if
from app.kit.outbox import later
from app.kit.pictures import as_small_jpeg
from app.kit.rules import N_
from app.kit.sealing import seal, unseal
from app.kit.workdays import add_workdays

RAISE = """
    INSERT INTO objection (attendance, raised_by, raised_at, claim, wanted_in, wanted_out, status, held_by, due_on)
    VALUES ($1, $2, $3, $4, $5, $6, 'raised', $7, $8) RETURNING id
"""
SAY = "INSERT INTO objection_word (objection, side, by, words, photo, at) VALUES ($1, $2, $3, $4, $5, $6)"
MOVE = """
    UPDATE objection SET status = $4, held_by = $5, decided_by = $6, decided_at = $7
    WHERE id = $1 AND status = $2 AND held_by = $3
"""
PHOTO = "objection_word.photo"
LOOKING = N_("To answer an objection")
"""What the look-log says."""
LOOKING = N_("To answer an objection")
"""What the look-log says."""


async def object_to(
    actor: Actor,
    attendance_id: int,
    claim: Claim,
    words: str,
    *,
    wanted: Stretch | None = None,
    photo: bytes | None = None,
    now: datetime,
) -> int:
    """Contest one attendance of one's own, in words, with the times that would be right and a photo.

    Raises:
        NotFound: when it is not one's own.
        Conflict: when the shift is not over, or an objection is open, or was refused for good.
        Invalid: when nothing is said, the claim does not fit, the wanted times cannot be right, or the photo is none.
    """
    picture = await _sealed(photo)
    async with transaction(CONSTRAINTS):
        row = await own_attendance(actor, attendance_id)
        earlier = await objections_to([attendance_id])
        refuse_if(*why_not_object(row.planned_ends <= now, earlier))
        if claim not in claims_for(row.status):
            raise Invalid(CLAIM_DOES_NOT_FIT, claim=CLAIM_DOES_NOT_FIT.text)
        if not words.strip():
            raise Invalid(SAY_WHAT_HAPPENED, words=SAY_WHAT_HAPPENED.text)
        if wanted:
            _refuse_impossible(row, wanted, now)
        held_by = first_holder(earlier, has_parent=bool(row.parent_id))
        due = await _due(row.line, row.served_on, now)
        times = (wanted.starts, wanted.ends) if wanted else (None, None)
        objection_id = int(await value(RAISE, attendance_id, actor.account_id, now, claim, *times, held_by, due))
        await execute(SAY, objection_id, Side.PERSON, actor.account_id, words.strip(), picture, now)
        await later("objection.raised", objection_id=objection_id)
        return objection_id


def _refuse_impossible(row: Contested, wanted: Stretch, now: datetime) -> None:
    planned = Stretch(row.planned_starts, row.planned_ends)
    for refusal in why_not_correct(Status.RECORDED, planned, wanted, now):
        raise Invalid(refusal, left_at=refusal.text)


async def say(actor: Actor, objection_id: int, words: str, *, photo: bytes | None = None, now: datetime) -> None:
    """Add to the talk, as long as the objection is open.

    Raises:
        NotFound: for everyone but its two sides.
        Conflict: when it is answered or withdrawn.
        Invalid: when there are neither words nor a photo, or the photo is none.
    """
    picture = await _sealed(photo)
    async with transaction():
        row = await lock_objection(actor, objection_id)
        side = row.side_of(actor)
        if side is None:
            raise NotFound()
        if row.decided_at is not None:
            raise Conflict(ANSWERED)
        if not words.strip() and picture is None:
            raise Invalid(NOTHING_SAID, words=NOTHING_SAID.text)
        await execute(SAY, row.id, side, actor.account_id, words.strip(), picture, now)
        await later("objection.said", objection_id=row.id, side=side)


async def uphold(actor: Actor, objection_id: int, to: Stretch | None, words: str, *, now: datetime) -> None:
    """Say that the person is right. The corrected times go through approval again; whoever upholds cannot approve them.

    Where the person says that it was not them, what was counted is taken back instead, and the attendance returned.

    Raises:
        NotFound: for everyone but those who may answer it.
        Conflict: when it is answered or held by others, about the actor's own hours or what the actor recorded or
            vouched for; when the period of its day is closed; when the times cannot be right.
        Invalid: when the times or the words are missing.
    """
    async with transaction():
        row, side = await _lock_to_decide(actor, objection_id)
        if not words.strip():
            raise Invalid(SAY_WHY, words=SAY_WHY.text)
        await _answer(row, side, Event.UPHOLD, actor, words, now)
        if row.claim in CORRECTS_TIMES:
            if to is None:
                raise Invalid(GIVE_TIMES, came_at=GIVE_TIMES.text)
            await reopen_with(actor, row.attendance_id, to, Reason.OBJECTION, words.strip(), now=now)
        else:
            await _take_back(actor, row, side, words, now)
        await later("objection.upheld", objection_id=row.id)


async def refuse(actor: Actor, objection_id: int, words: str, *, now: datetime) -> None:
    """Say why nothing changes.

    Raises:
        NotFound: for everyone but those who may answer it.
        Conflict: when it is answered or held by others, or about the actor's own hours or what the actor recorded.
        Invalid: when the words are missing.
    """
    async with transaction():
        row, side = await _lock_to_decide(actor, objection_id)
        if not words.strip():
            raise Invalid(SAY_WHY, words=SAY_WHY.text)
        await _answer(row, side, Event.REFUSE, actor, words, now)
        await later("objection.refused", objection_id=row.id)


async def withdraw(actor: Actor, objection_id: int, *, now: datetime) -> None:
    """Take one's own objection back. The talk stays on record.

    Raises:
        NotFound: when somebody else raised it.
        Conflict: when it is answered already.
    """
    async with transaction():
        row = await lock_objection(actor, objection_id)
        if row.raised_by != actor.account_id:
            raise NotFound()
        await _move(row, Event.WITHDRAW, None, now)
        await later("objection.withdrawn", objection_id=row.id)


async def look_at_photo(actor: Actor, objection_id: int, word_id: int, *, now: datetime) -> bytes:
    """A photo of the talk as JPEG, for its two sides; that somebody looked at another's photo is written down.

    Raises:
        NotFound: for everyone else, or when there is no such photo.
    """
    async with transaction():
        row = await objection_for(actor, objection_id)
        sealed = await photo_of(row.id, word_id)
        if sealed.by != actor.account_id:
            await looks.record(actor, "person", row.person_id, ["photo"], LOOKING, now)
        return base64.b64decode(unseal(sealed.photo, PHOTO))


class _Overdue(Struct, frozen=True):
    id: int
    line: int | None
    served_on: date


OVERDUE = f"""
    SELECT j.id, a.line, a.served_on FROM objection j JOIN attendance a ON a.id = j.attendance
    WHERE j.status = 'raised' AND j.held_by = 'agency' AND j.due_on < $1 AND {PARENT} > 0
    ORDER BY j.id
"""
ESCALATE = """
    UPDATE objection SET held_by = $4, due_on = $5, escalated_at = $6
    WHERE id = $1 AND status = $2 AND held_by = $3
"""


async def escalate_overdue(*, now: datetime) -> int:
    """Hand what the agency did not answer in time to the body above it, with a clock of its own; how many that were.

    Safe to run twice, and beside another run: each goes up once. Without a body above, it stays, and shows as late.
    """
    moved = 0
    for row in await fetch(_Overdue, OVERDUE, clock.local_day(now)):
        async with transaction():
            due = await _due(row.line, row.served_on, now)
            reached = after(Objected.RAISED, Side.AGENCY, Event.ESCALATE)
            if reached and await execute(ESCALATE, row.id, Objected.RAISED, Side.AGENCY, reached[1], due, now):
                await later("objection.escalated", objection_id=row.id)
                moved += 1
    return moved


async def _lock_to_decide(actor: Actor, objection_id: int) -> tuple[ObjectionRow, Side]:
    row = await lock_objection(actor, objection_id)
    side = row.decider_side_of(actor)
    if side is None:
        raise NotFound()
    refuse_if(*why_not_decide(row, actor.account_id, side))
    return row, side


async def _answer(row: ObjectionRow, side: Side, event: Event, actor: Actor, words: str, now: datetime) -> None:
    await execute(SAY, row.id, side, actor.account_id, words.strip(), None, now)
    await _move(row, event, actor.account_id, now)


async def _move(row: ObjectionRow, event: Event, by: int | None, now: datetime) -> None:
    reached = after(row.status, row.held_by, event)
    if reached is None:
        raise Conflict(ANSWERED)
    if not await execute(MOVE, row.id, row.status, row.held_by, *reached, by, now):
        raise Conflict()


async def _take_back(actor: Actor, row: ObjectionRow, side: Side, words: str, now: datetime) -> None:
    """What counts is reversed, and whoever recorded it has to put it right."""
    stands = await value("SELECT status FROM attendance WHERE id = $1 FOR UPDATE", row.attendance_id)
    if stands == Status.POSTED:
        await reverse(row.attendance_id, "wrong_person", now=now)
    if stands not in (Status.POSTED, Status.RECORDED, Status.VOUCHED):
        return
    tier = Tier.PARENT if side is Side.PARENT else Tier.AGENCY
    await value(DECIDE, row.attendance_id, tier, "returned", actor.account_id, words.strip(), now, 1)
    await execute(NEXT_TURN, row.attendance_id, stands, Status.RETURNED)
    await later("attendance.returned", attendance_id=row.attendance_id)


async def _due(line: int | None, served_on: date, now: datetime) -> date:
    """The last working day for an answer, by the rule-book of the day of service."""
    book = await rule_book_for(line, served_on)
    days = book.rules.objection_workdays if book else OBJECTION_WORKDAYS
    return add_workdays(clock.local_day(now), days)


async def _sealed(photo: bytes | None) -> bytes | None:
    return seal(base64.b64encode(await as_small_jpeg(photo)).decode(), PHOTO) if photo else None
