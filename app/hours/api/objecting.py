"""Objections as JSON: contesting hours, the talk, and its answer; and where one's own hours are."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import saying_whereabouts
from app.hours.actions import objecting as actions
from app.hours.queries.mine import OwnRow, own_hours, place_of
from app.hours.queries.objecting import (
    ObjectionRow,
    WordRow,
    answered_objections,
    objection_for,
    open_objections,
    talk_of,
)
from app.hours.rules import Status, Stretch
from app.hours.rules.objecting import SAY_BOTH_TIMES, Claim, Side
from app.hours.rules.objecting import Status as Objected
from app.hours.rules.whereabouts import Holder, Stage
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import Invalid
from app.kit.pictures import NOT_A_PICTURE
from app.kit.problems import CHANGES, READS
from app.kit.workdays import assumed

AnyRequest = Request[Any, Any, Any]
Instant = Annotated[datetime, Meta(tz=True)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]
MOST = 200
Limit = Annotated[int, Meta(ge=1, le=MOST)]


class ObjectionOut(Struct, kw_only=True):
    """What somebody contests, who has to answer, and until when."""

    id: int
    attendance_id: int
    person_id: int
    person_name: str
    claim: Claim
    claim_text: str
    wanted_in: datetime | None
    wanted_out: datetime | None
    raised_at: datetime
    status: Objected
    held_by: Side
    holder: str
    due_on: date
    due_on_assumed: bool
    """True while the public holidays of that year are not announced, so that the date may still move."""
    escalated_at: datetime | None
    decided_by_name: str | None
    decided_at: datetime | None


class TalkOut(Struct, kw_only=True):
    """One objection with everything both sides said, in order."""

    objection: ObjectionOut
    words: list[WordRow]


class Objections(Struct, kw_only=True):
    """A page of objections."""

    items: list[ObjectionOut]
    next_before: int | None
    """Ask again with `before` set to this for the next page; null on the last."""


class OwnHours(Struct, kw_only=True):
    """One attendance of one's own: how far it has come, who holds it, until when, and why."""

    attendance_id: int
    shift_title: str
    planned_starts: datetime
    planned_ends: datetime
    status: Status
    stage: Stage
    holder: Holder
    held: str
    due_on: date | None
    why: list[str]
    counted_minutes: int | None
    posted_minutes: int
    grade: str
    objection_id: int | None
    """The newest objection to it."""


class WhereMyHoursAre(Struct, kw_only=True):
    """One's own hours: what counts, what is on its way, and a page of attendances, the newest first."""

    posted_minutes: int
    waiting_minutes: int
    items: list[OwnHours]
    next_before: str | None


class NewObjection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong. The right times go together; `photo` is a JPEG, PNG or WebP in base64."""

    claim: Claim
    words: Words
    came: Instant | None = None
    left: Instant | None = None
    photo: str | None = None


class NewWord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more thing said, a photo with it or instead."""

    words: Annotated[str, Meta(max_length=4000)] = ""
    photo: str | None = None


class Upholding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the person is right, and the right times (not for `not_mine`)."""

    words: Words
    came: Instant | None = None
    left: Instant | None = None


class Refusing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why nothing changes."""

    words: Words


def _stretch(came: datetime | None, left: datetime | None) -> Stretch | None:
    if came is None and left is None:
        return None
    if came is None or left is None:
        raise Invalid(SAY_BOTH_TIMES, **{"left" if left is None else "came": SAY_BOTH_TIMES.text})
    return Stretch(came.astimezone(UTC), left.astimezone(UTC))


def _photo(encoded: str | None) -> bytes | None:
    try:
        return base64.b64decode(encoded, validate=True) if encoded else None
    except binascii.Error:
        raise Invalid(NOT_A_PICTURE, photo=NOT_A_PICTURE.text) from None


def objection_out(row: ObjectionRow) -> ObjectionOut:
    """One objection, as the API says it."""
    said = {"claim_text", "holder", "due_on_assumed"}
    known = {name: getattr(row, name) for name in ObjectionOut.__struct_fields__ if name not in said}
    return ObjectionOut(
        **known,
        claim_text=saying_whereabouts.claim(row.claim),
        holder=saying_whereabouts.holder(row),
        due_on_assumed=assumed(row.due_on),
    )


def _page(rows: Sequence[ObjectionRow], limit: int) -> Objections:
    return Objections(
        items=[objection_out(row) for row in rows], next_before=rows[-1].id if len(rows) == limit else None
    )


def _own(one: OwnRow) -> OwnHours:
    row = one.row
    return OwnHours(
        attendance_id=row.id,
        shift_title=row.shift_title,
        planned_starts=row.planned_starts,
        planned_ends=row.planned_ends,
        status=row.status,
        stage=one.where.stage,
        holder=one.where.holder,
        held=saying_whereabouts.held(one),
        due_on=one.due_on,
        why=list(saying_whereabouts.why(one)),
        counted_minutes=row.counted_minutes,
        posted_minutes=one.posted_minutes,
        grade=row.grade,
        objection_id=one.objection.id if one.objection else None,
    )


async def _as_it_stands(request: AnyRequest, objection_id: int) -> TalkOut:
    row = await objection_for(signed_in(request), objection_id)
    return TalkOut(objection=objection_out(row), words=await talk_of(row.id))


@get(
    "/me/hours",
    name="api.hours.mine",
    access=SIGNED_IN,
    tags=["hours"],
    summary="Where are my hours?",
    description="The attendances of the account that made the key, each with its stage, holder and deadline.",
)
async def mine(request: AnyRequest, before: FromQuery[str] = "") -> WhereMyHoursAre:
    """One's own attendances."""
    own = await own_hours(signed_in(request).account_id, place_of(before), now=clock.now())
    return WhereMyHoursAre(
        posted_minutes=own.posted_minutes,
        waiting_minutes=own.waiting_minutes,
        items=[_own(one) for one in own.rows],
        next_before=own.older or None,
    )


@get(
    "/objections",
    name="api.hours.objections",
    access=Permission.OBJECTION_DECIDE,
    tags=["objections"],
    summary="List objections",
    description="Open ones of your agency, or that came up to you, the most urgent first; or those that were answered.",
)
async def listing(
    request: AnyRequest,
    answered: FromQuery[bool] = False,
    before: FromQuery[int | None] = None,
    limit: FromQuery[Limit] = 50,
) -> Objections:
    """What has to be answered, or was."""
    actor = signed_in(request)
    if answered:
        return _page(await answered_objections(actor, before, limit), limit)
    return Objections(items=[objection_out(row) for row in await open_objections(actor)], next_before=None)


@post(
    "/attendances/{attendance_id:int}/objections",
    name="api.hours.object",
    access=SIGNED_IN,
    tags=["objections"],
    summary="Contest hours of one's own",
    description="Only an attendance of the account that made the key, when its shift is over, and one at a time.",
    responses=CHANGES,
)
async def contest(request: AnyRequest, attendance_id: FromPath[int], data: JSONBody[NewObjection]) -> TalkOut:
    """Contest."""
    objection_id = await actions.object_to(
        signed_in(request),
        attendance_id,
        data.claim,
        data.words,
        wanted=_stretch(data.came, data.left),
        photo=_photo(data.photo),
        now=clock.now(),
    )
    return await _as_it_stands(request, objection_id)


@get(
    "/objections/{objection_id:int}",
    name="api.hours.objection",
    access=SIGNED_IN,
    tags=["objections"],
    summary="One objection with its talk",
    description="For its two sides: whoever raised it, and those who have to answer it.",
    responses=READS,
)
async def show(request: AnyRequest, objection_id: FromPath[int]) -> TalkOut:
    """The talk."""
    return await _as_it_stands(request, objection_id)


@post(
    "/objections/{objection_id:int}/words",
    name="api.hours.objection_say",
    access=SIGNED_IN,
    status_code=200,
    tags=["objections"],
    summary="Add to the talk",
    description="As long as the objection is open. What was said is never changed.",
    responses=CHANGES,
)
async def say(request: AnyRequest, objection_id: FromPath[int], data: JSONBody[NewWord]) -> TalkOut:
    """Say something."""
    photo = _photo(data.photo)
    await actions.say(signed_in(request), objection_id, data.words, photo=photo, now=clock.now())
    return await _as_it_stands(request, objection_id)


@post(
    "/objections/{objection_id:int}/uphold",
    name="api.hours.objection_uphold",
    access=Permission.OBJECTION_DECIDE,
    status_code=200,
    tags=["objections"],
    summary="Uphold",
    description="Corrects the times; the attendance goes through approval again, by somebody else. "
    "For `not_mine` the hours are taken back instead.",
    responses=CHANGES,
)
async def uphold(request: AnyRequest, objection_id: FromPath[int], data: JSONBody[Upholding]) -> TalkOut:
    """Uphold."""
    to = _stretch(data.came, data.left)
    await actions.uphold(signed_in(request), objection_id, to, data.words, now=clock.now())
    return await _as_it_stands(request, objection_id)


@post(
    "/objections/{objection_id:int}/refuse",
    name="api.hours.objection_refuse",
    access=Permission.OBJECTION_DECIDE,
    status_code=200,
    tags=["objections"],
    summary="Refuse",
    description="Nothing changes, and the person reads why.",
    responses=CHANGES,
)
async def refuse(request: AnyRequest, objection_id: FromPath[int], data: JSONBody[Refusing]) -> TalkOut:
    """Refuse."""
    await actions.refuse(signed_in(request), objection_id, data.words, now=clock.now())
    return await _as_it_stands(request, objection_id)


@post(
    "/objections/{objection_id:int}/withdraw",
    name="api.hours.objection_withdraw",
    access=SIGNED_IN,
    status_code=200,
    tags=["objections"],
    summary="Withdraw",
    description="Only whoever raised it. The talk stays on record.",
    responses=CHANGES,
)
async def withdraw(request: AnyRequest, objection_id: FromPath[int]) -> TalkOut:
    """Withdraw."""
    await actions.withdraw(signed_in(request), objection_id, now=clock.now())
    return await _as_it_stands(request, objection_id)


@get(
    "/objections/{objection_id:int}/photos/{word_id:int}",
    name="api.hours.objection_photo",
    access=SIGNED_IN,
    tags=["objections"],
    summary="A photo of the talk",
    description="A JPEG without metadata, for the two sides; looking at somebody else's is written down.",
    media_type="image/jpeg",
    responses=READS,
)
async def photo(request: AnyRequest, objection_id: FromPath[int], word_id: FromPath[int]) -> Response[bytes]:
    """The photo."""
    picture = await actions.look_at_photo(signed_in(request), objection_id, word_id, now=clock.now())
    return Response(picture, media_type="image/jpeg")


ROUTES: list[Any] = [mine, listing, contest, show, say, uphold, refuse, withdraw, photo]
