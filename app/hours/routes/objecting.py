"""Contesting one's hours, the talk about it for both sides, and the inbox of those who answer."""

from datetime import UTC, date, datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import saying, saying_whereabouts
from app.hours.actions import objecting as actions
from app.hours.forms import Answer, Contest, OptionalTimes, Words
from app.hours.queries.objecting import (
    PAGE,
    Contested,
    ObjectionRow,
    answered_objections,
    objection_for,
    objections_to,
    open_objections,
    own_attendance,
    talk_of,
)
from app.hours.rules import Stretch
from app.hours.rules.approving import YOU_VOUCHED
from app.hours.rules.objecting import CORRECTS_TIMES, SAY_BOTH_TIMES, claims_for, why_not_decide, why_not_object
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError, Invalid, refuse_if
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for


def _stretch(form: OptionalTimes) -> Stretch | None:
    """Both times, or none: dates alone are what the form was filled in with."""
    if form.came_at is None and form.left_at is None:
        return None
    for name in ("came_on", "came_at", "left_on", "left_at"):
        if getattr(form, name) is None:
            raise Invalid(SAY_BOTH_TIMES, **{name: SAY_BOTH_TIMES.text})
    return Stretch(_instant(form.came_on, form.came_at), _instant(form.left_on, form.left_at))


def _instant(day: date | None, at: time | None) -> datetime:
    return datetime.combine(day or date.min, at or time.min, clock.city_zone()).astimezone(UTC)


async def _photo(typed: FormMultiDict) -> bytes | None:
    """What was chosen in the form's file field; nothing when it was left empty."""
    sent = typed.get("photo")
    return (await sent.read() or None) if isinstance(sent, UploadFile) and sent.filename else None


def _talk_path(request: AnyRequest, objection_id: int) -> str:
    return url_for(request, "hours.objection", objection_id=objection_id)


@get("/attendances/{attendance_id:int}/objections/new", name="hours.object", access=SIGNED_IN, include_in_schema=False)
async def contest(request: AnyRequest, attendance_id: FromPath[int]) -> Template:
    """The form that says what is wrong with one attendance of one's own."""
    row = await own_attendance(signed_in(request), attendance_id)
    earlier = await objections_to([attendance_id])
    refuse_if(*why_not_object(row.planned_ends <= clock.now(), earlier))
    planned = clock.local_day(row.planned_starts), clock.local_day(row.planned_ends)
    claims = claims_for(row.status)
    form = blank(came_on=planned[0], left_on=planned[1], claim=claims[0] if len(claims) == 1 else None)
    return page(request, "hours/contest.html", **_contest(row, form))


def _contest(row: Contested, form: Bound[Contest]) -> dict[str, Any]:
    choices = saying_whereabouts.claim_choices(claims_for(row.status))
    return {"row": row, "form": form, "claims": choices, "once": once_token()}


@post(
    "/attendances/{attendance_id:int}/objections",
    name="hours.object_save",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
)
async def contest_save(request: AnyRequest, attendance_id: FromPath[int]) -> Template | Response[None]:
    """Contest it."""
    actor, typed = signed_in(request), await request.form()
    row = await own_attendance(actor, attendance_id)
    bound = bind(Contest, typed)
    if not bound.errors:
        form = bound.good

        async def act() -> str:
            objection_id = await actions.object_to(
                actor,
                attendance_id,
                form.claim,
                form.words,
                wanted=_stretch(form),
                photo=await _photo(typed),
                now=clock.now(),
            )
            return _talk_path(request, objection_id)

        try:
            location = await once(str(typed.get("_once", "")), act)
            return redirect(request, location, said=_("Sent. You hear as soon as there is an answer."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/contest.html", **_contest(row, bound))


@get("/objections", name="hours.objections", access=Permission.OBJECTION_DECIDE, include_in_schema=False)
async def inbox(request: AnyRequest, show: FromQuery[str] = "", before: FromQuery[int | None] = None) -> Template:
    """What this organisation has to answer, the most urgent first; or what was answered."""
    actor, now = signed_in(request), clock.now()
    answered = show == "answered"
    rows = await (answered_objections(actor, before, PAGE + 1) if answered else open_objections(actor))
    mine = [row for row in rows if _is_ours(row, actor)]
    return page(
        request,
        "hours/objections.html",
        rows=rows[:PAGE] if answered else rows,
        ours=len(mine),
        late=sum(row.due_on < clock.local_day(now) for row in mine),
        answered=answered,
        older=rows[PAGE - 1].id if answered and len(rows) > PAGE else None,
        today=clock.local_day(now),
        saying=saying_whereabouts,
    )


def _is_ours(row: ObjectionRow, actor: Actor) -> bool:
    return row.decider_side_of(actor) is row.held_by


@get("/objections/{objection_id:int}", name="hours.objection", access=SIGNED_IN, include_in_schema=False)
async def talk(request: AnyRequest, objection_id: FromPath[int]) -> Template:
    """One objection with all that was said, for its two sides."""
    actor = signed_in(request)
    row = await objection_for(actor, objection_id)
    return page(request, "hours/objection.html", **await _talk(actor, row))


async def _talk(
    actor: Actor, row: ObjectionRow, said: Bound[Words] | None = None, answered: Bound[Answer] | None = None
) -> dict[str, Any]:
    """What the page of an objection shows: the forms are those that were sent, else new ones."""
    side, now = row.decider_side_of(actor), clock.now()
    reasons = why_not_decide(row, actor.account_id, side) if side else []
    return {
        "row": row,
        "words": await talk_of(row.id),
        "mine": row.raised_by == actor.account_id,
        "decides": side is not None and row.decided_at is None,
        "reasons": reasons,
        "upholds": [] if actor.account_id not in row.verifiers or row.claim not in CORRECTS_TIMES else [YOU_VOUCHED],
        "corrects": row.claim in CORRECTS_TIMES,
        "say_form": said or blank(),
        "answer": answered or _prefilled(row),
        "today": clock.local_day(now),
        "once": once_token(),
        "saying": saying,
        "whereabouts": saying_whereabouts,
    }


def _prefilled(row: ObjectionRow) -> Bound[Answer]:
    """The times the person says are right, else those known, else the plan."""
    came = clock.local(row.wanted_in or row.came or row.planned_starts)
    left = clock.local(row.wanted_out or row.left or row.planned_ends)
    return blank(came_on=came.date(), came_at=came.time(), left_on=left.date(), left_at=left.time())


@post(
    "/objections/{objection_id:int}/words",
    name="hours.objection_say",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
)
async def say(request: AnyRequest, objection_id: FromPath[int]) -> Template | Response[None]:
    """Add to the talk."""
    actor, typed = signed_in(request), await request.form()
    row = await objection_for(actor, objection_id)
    bound = bind(Words, typed)
    if not bound.errors:

        async def act() -> str:
            photo = await _photo(typed)
            await actions.say(actor, objection_id, bound.good.words, photo=photo, now=clock.now())
            return _talk_path(request, objection_id)

        try:
            return redirect(request, await once(str(typed.get("_once", "")), act), said=_("Sent."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/objection.html", **await _talk(actor, row, said=bound))


@post(
    "/objections/{objection_id:int}/uphold",
    name="hours.objection_uphold",
    access=Permission.OBJECTION_DECIDE,
    include_in_schema=False,
    status_code=303,
)
async def uphold(request: AnyRequest, objection_id: FromPath[int]) -> Template | Response[None]:
    """Say that the person is right, and correct the times."""
    actor = signed_in(request)
    row = await objection_for(actor, objection_id)
    bound = bind(Answer, await request.form())
    if not bound.errors:
        try:
            to = _stretch(bound.good) if row.claim in CORRECTS_TIMES else None
            await actions.uphold(actor, objection_id, to, bound.good.answer, now=clock.now())
            said = _("Upheld. A colleague has to approve the corrected times.")
            done = said if row.claim in CORRECTS_TIMES else _("Upheld. The hours no longer count.")
            return redirect(request, _talk_path(request, objection_id), said=done)
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/objection.html", **await _talk(actor, row, answered=bound))


@post(
    "/objections/{objection_id:int}/refuse",
    name="hours.objection_refuse",
    access=Permission.OBJECTION_DECIDE,
    include_in_schema=False,
    status_code=303,
)
async def refuse(request: AnyRequest, objection_id: FromPath[int]) -> Template | Response[None]:
    """Say why nothing changes."""
    actor = signed_in(request)
    row = await objection_for(actor, objection_id)
    bound = bind(Answer, await request.form())
    if not bound.errors:
        try:
            await actions.refuse(actor, objection_id, bound.good.answer, now=clock.now())
            return redirect(request, _talk_path(request, objection_id), said=_("Refused. The person reads your words."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/objection.html", **await _talk(actor, row, answered=bound))


@post(
    "/objections/{objection_id:int}/withdraw",
    name="hours.objection_withdraw",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
)
async def withdraw(request: AnyRequest, objection_id: FromPath[int]) -> Response[None]:
    """Take one's own objection back."""
    await actions.withdraw(signed_in(request), objection_id, now=clock.now())
    return redirect(request, _talk_path(request, objection_id), said=_("Withdrawn. It stays as it was."))


@get(
    "/objections/{objection_id:int}/photos/{word_id:int}",
    name="hours.objection_photo",
    access=SIGNED_IN,
    include_in_schema=False,
)
async def photo(request: AnyRequest, objection_id: FromPath[int], word_id: FromPath[int]) -> Response[bytes]:
    """A photo of the talk, for its two sides."""
    picture = await actions.look_at_photo(signed_in(request), objection_id, word_id, now=clock.now())
    name = f"objection-{objection_id}-{word_id}.jpg"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(picture, media_type="image/jpeg", headers=headers)


ROUTES: list[Any] = [contest, contest_save, inbox, talk, say, uphold, refuse, withdraw, photo]
