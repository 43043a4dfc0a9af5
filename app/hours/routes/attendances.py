"""One attendance with its whole proof; correcting, returning, approving it; and the list of them."""

from datetime import UTC, date, datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import actions, saying, saying_exceptions, saying_whereabouts
from app.hours.actions.allocating import allocate_to
from app.hours.forms import Correct, Return
from app.hours.forms_approving import Allocate, Undo
from app.hours.queries.allocating import lines_for
from app.hours.queries.attendances import AttendanceRow, Wanted, attendances_for
from app.hours.queries.call_backs import call_back_at
from app.hours.queries.inbox import standing_of
from app.hours.queries.proof import Proof, proof_for
from app.hours.routes.inbox import Outcome, answer, tray_named
from app.hours.rules import Status, Stretch
from app.hours.rules.approving import FROM_ABOVE
from app.hours.rules.claiming import why_not_claim
from app.hours.rules.objecting import why_not_object
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, Flash, form_page, is_fragment, page, redirect, url_for
from app.kit.wording import hours

PAGE = 50


def _path(request: AnyRequest, attendance_id: int) -> str:
    return url_for(request, "hours.attendance", attendance_id=attendance_id)


def _vouches(actor: Actor, row: AttendanceRow) -> bool:
    """Whether this actor speaks for the agency, or for the body above it where that has a word about this."""
    if row.agency_id == actor.organisation_id:
        return actor.may(Permission.ATTENDANCE_APPROVE)
    return (
        row.parent_id == actor.organisation_id
        and bool(FROM_ABOVE.intersection(row.tiers))
        and actor.may(Permission.HOURS_VOUCH)
    )


async def _record(
    request: AnyRequest,
    actor: Actor,
    proof: Proof,
    *,
    returning: Bound[Any] | None = None,
    undoing: Bound[Any] | None = None,
    allocating: Bound[Any] | None = None,
) -> Template:
    row, now = proof.attendance, clock.now()
    theirs, vouches = row.agency_id == actor.organisation_id, _vouches(actor, row)
    standing = await standing_of(actor, row, now=now)
    allocates = theirs and vouches and row.status is Status.POSTED and row.line_id is None
    return page(
        request,
        "hours/attendance.html",
        status=422 if returning or undoing or allocating else 200,
        proof=proof,
        row=row,
        standing=standing,
        call_back=await call_back_at(row.id),
        over=row.planned_ends <= now,
        approves=vouches and row.status.waits_for_word,
        undoes=vouches and row.status is Status.POSTED,
        corrects=theirs and actor.may(Permission.ATTENDANCE_ADJUST) and row.status.changeable,
        claims=row.account_id == actor.account_id and not why_not_claim(row.status, row.times, row.origin, now),
        beside=row.origin != "claim"
        and (row.account_id == actor.account_id or (theirs and actor.may(Permission.ATTENDANCE_ADJUST))),
        allocates=allocates,
        lines=await lines_for(row.id, row.agency_id) if allocates else [],
        returning=returning or blank(),
        undoing=undoing or blank(),
        allocating=allocating or blank(),
        contests=row.account_id == actor.account_id and not why_not_object(row.planned_ends <= now, proof.objections),
        today=clock.local_day(now),
        saying=saying,
        saying_exceptions=saying_exceptions,
        whereabouts=saying_whereabouts,
    )


@get("/attendances/{attendance_id:int}", name="hours.attendance", access=SIGNED_IN, include_in_schema=False)
async def attendance(request: AnyRequest, attendance_id: FromPath[int]) -> Template:
    """The whole proof: one's own, the agency's, and those of a funder's or evaluator's programs."""
    actor = signed_in(request)
    return await _record(request, actor, await proof_for(actor, attendance_id))


@post(
    "/attendances/{attendance_id:int}/approve",
    name="hours.approve",
    access=Permission.HOURS_VOUCH,
    include_in_schema=False,
    status_code=303,
)
async def approve(request: AnyRequest, attendance_id: FromPath[int]) -> Response[None]:
    """Vouch for one from its own page."""
    minutes = await actions.approve(signed_in(request), attendance_id, now=clock.now())
    if minutes is None:
        said = _("Your word is noted. It counts once another has vouched as well.")
    else:
        said = _("Approved: %(hours)s count.") % {"hours": hours(minutes)}
    return redirect(request, _path(request, attendance_id), said=said)


@post(
    "/attendances/{attendance_id:int}/return",
    name="hours.return",
    access=Permission.HOURS_VOUCH,
    include_in_schema=False,
    status_code=303,
)
async def give_back(request: AnyRequest, attendance_id: FromPath[int]) -> Template | Response[None]:
    """Return one with a note; from the inbox, the inbox comes back."""
    actor = signed_in(request)
    bound = bind(Return, await request.form())
    said = _("Returned. Whoever recorded it sees your note.")
    if not bound.errors:
        try:
            await actions.give_back(actor, attendance_id, bound.good.note, now=clock.now())
        except DomainError as error:
            bound.refuse(error)
    tray = tray_named(bound.value("tray"))
    if is_fragment(request):
        results = [Flash("error", text) for text in bound.errors.values()] or [Flash("success", said)]
        return await answer(request, actor, tray, Outcome(said=results))
    if bound.errors:
        return await _record(request, actor, await proof_for(actor, attendance_id), returning=bound)
    return await answer(request, actor, tray, Outcome(said=[Flash("success", said)]))


@post(
    "/attendances/{attendance_id:int}/undo",
    name="hours.undo",
    access=Permission.HOURS_VOUCH,
    include_in_schema=False,
    status_code=303,
)
async def undo(request: AnyRequest, attendance_id: FromPath[int]) -> Template | Response[None]:
    """Take back what one posted, by a reversal; it waits for approval again."""
    actor = signed_in(request)
    bound = bind(Undo, await request.form())
    if not bound.errors:
        try:
            await actions.undo(actor, attendance_id, bound.good.reason, bound.good.note, now=clock.now())
            said = _("Taken back. It waits for approval again.")
            return redirect(request, _path(request, attendance_id), said=said)
        except NotFound:
            raise
        except DomainError as error:
            bound.refuse(error)
    return await _record(request, actor, await proof_for(actor, attendance_id), undoing=bound)


@post(
    "/attendances/{attendance_id:int}/allocate",
    name="hours.allocate",
    access=Permission.ATTENDANCE_APPROVE,
    include_in_schema=False,
    status_code=303,
)
async def allocate(request: AnyRequest, attendance_id: FromPath[int]) -> Template | Response[None]:
    """Let what one posted count for a contract line."""
    actor = signed_in(request)
    bound = bind(Allocate, await request.form())
    if not bound.errors:
        try:
            await allocate_to(actor, attendance_id, bound.good.line, now=clock.now())
            said = _("These hours count for the contract line now.")
            return redirect(request, _path(request, attendance_id), said=said)
        except NotFound:
            raise
        except DomainError as error:
            bound.refuse(error)
    return await _record(request, actor, await proof_for(actor, attendance_id), allocating=bound)


async def _to_correct(actor: Actor, attendance_id: int) -> AttendanceRow:
    """An attendance of the actor's own agency.

    Raises:
        NotFound: otherwise.
    """
    row = (await proof_for(actor, attendance_id)).attendance
    if row.agency_id != actor.organisation_id:
        raise NotFound()
    return row


@get(
    "/attendances/{attendance_id:int}/correct",
    name="hours.correct",
    access=Permission.ATTENDANCE_ADJUST,
    include_in_schema=False,
)
async def correct(request: AnyRequest, attendance_id: FromPath[int]) -> Template:
    """The form for corrected times, filled in with what is known, else with the plan."""
    row = await _to_correct(signed_in(request), attendance_id)
    came, left = clock.local(row.times.came or row.planned_starts), clock.local(row.times.left or row.planned_ends)
    form = blank(came_on=came.date(), came_at=came.time(), left_on=left.date(), left_at=left.time())
    return page(request, "hours/correct.html", row=row, form=form, saying=saying)


@post(
    "/attendances/{attendance_id:int}/correct",
    name="hours.correct_save",
    access=Permission.ATTENDANCE_ADJUST,
    include_in_schema=False,
    status_code=303,
)
async def correct_save(request: AnyRequest, attendance_id: FromPath[int]) -> Template | Response[None]:
    """Put corrected times beside the punches."""
    actor = signed_in(request)
    row = await _to_correct(actor, attendance_id)
    bound = bind(Correct, await request.form())
    if not bound.errors:
        form = bound.good
        to = Stretch(_instant(form.came_on, form.came_at), _instant(form.left_on, form.left_at))
        try:
            await actions.adjust(actor, attendance_id, to, form.reason, form.note, now=clock.now())
            said = _("Corrected. A colleague has to approve it.")
            return redirect(request, _path(request, attendance_id), said=said)
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/correct.html", row=row, form=bound, saying=saying)


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.city_zone()).astimezone(UTC)


@post(
    "/attendances/{attendance_id:int}/no-show",
    name="hours.no_show",
    access=Permission.ATTENDANCE_ADJUST,
    include_in_schema=False,
    status_code=303,
)
async def no_show(request: AnyRequest, attendance_id: FromPath[int]) -> Response[None]:
    """Say that the person did not come."""
    await actions.mark_missed(signed_in(request), attendance_id, now=clock.now())
    said = _("Noted: did not come. No hours are counted.")
    return redirect(request, url_for(request, "hours.exceptions"), said=said)


@get("/attendances", name="hours.list", access=Permission.ATTENDANCE_SEE, include_in_schema=False)
async def listing(
    request: AnyRequest,
    show: FromQuery[str] = "",
    shift: FromQuery[int | None] = None,
    before: FromQuery[int | None] = None,
) -> Template:
    """The attendances this actor may see, the newest first."""
    status = Status(show) if show in set(Status) else None
    wanted = Wanted(status=status, missing=show == "missing", shift=shift, before=before)
    rows = await attendances_for(signed_in(request), wanted, now=clock.now(), limit=PAGE + 1)
    return page(
        request,
        "hours/list.html",
        rows=rows[:PAGE],
        older=rows[PAGE - 1].id if len(rows) > PAGE else None,
        show=show,
        shift=shift,
        now_at=clock.now(),
        saying=saying,
    )


ROUTES: list[Any] = [attendance, approve, give_back, undo, allocate, correct, correct_save, no_show, listing]
