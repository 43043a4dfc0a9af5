"""One attendance with its whole proof; correcting, returning, approving it; and the list of them."""

from datetime import UTC, date, datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import actions, saying, saying_whereabouts
from app.hours.forms import Correct, Return
from app.hours.queries.attendances import AttendanceRow, Tray, Wanted, attendances_for
from app.hours.queries.proof import Proof, proof_for
from app.hours.routes.inbox import inbox_fragment
from app.hours.rules import Status, Stretch
from app.hours.rules.approving import why_not_approve
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


def _record(request: AnyRequest, actor: Actor, proof: Proof, form: Bound[Return], status: int = 200) -> Template:
    row = proof.attendance
    theirs = row.agency_id == actor.organisation_id
    approves = theirs and actor.may(Permission.ATTENDANCE_APPROVE)
    now = clock.now()
    return page(
        request,
        "hours/attendance.html",
        status=status,
        proof=proof,
        row=row,
        form=form,
        flags=row.flags(now),
        over=row.planned_ends <= now,
        approves=approves and row.status is Status.RECORDED,
        reasons=why_not_approve(row, actor.account_id),
        corrects=theirs and actor.may(Permission.ATTENDANCE_ADJUST) and row.status.changeable,
        contests=row.account_id == actor.account_id
        and not why_not_object(row.planned_ends <= now, proof.objections),
        today=clock.local_day(now),
        saying=saying,
        whereabouts=saying_whereabouts,
    )


@get("/attendances/{attendance_id:int}", name="hours.attendance", access=SIGNED_IN, include_in_schema=False)
async def attendance(request: AnyRequest, attendance_id: FromPath[int]) -> Template:
    """The whole proof: one's own, the agency's, and those of a funder's or evaluator's programs."""
    actor = signed_in(request)
    return _record(request, actor, await proof_for(actor, attendance_id), blank())


@post(
    "/attendances/{attendance_id:int}/approve",
    name="hours.approve",
    access=Permission.ATTENDANCE_APPROVE,
    include_in_schema=False,
    status_code=303,
)
async def approve(request: AnyRequest, attendance_id: FromPath[int]) -> Response[None]:
    """Approve one from its own page."""
    minutes = await actions.approve(signed_in(request), attendance_id, now=clock.now())
    said = _("Approved: %(hours)s count.") % {"hours": hours(minutes)}
    return redirect(request, _path(request, attendance_id), said=said)


@post(
    "/attendances/{attendance_id:int}/return",
    name="hours.return",
    access=Permission.ATTENDANCE_APPROVE,
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
    if is_fragment(request):
        results = [Flash("error", text) for text in bound.errors.values()] or [Flash("success", said)]
        answer = await inbox_fragment(request, actor, Tray.APPROVE, results)
        answer.status_code = 200
        return answer
    if bound.errors:
        return _record(request, actor, await proof_for(actor, attendance_id), bound, status=422)
    return redirect(request, url_for(request, "hours.inbox"), said=said)


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
    actor = signed_in(request)
    await actions.mark_missed(actor, attendance_id, now=clock.now())
    name = "hours.inbox" if actor.may(Permission.ATTENDANCE_APPROVE) else "hours.list"
    path = url_for(request, name) + "?show=missing"
    return redirect(request, path, said=_("Noted: did not come. No hours are counted."))


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


ROUTES: list[Any] = [attendance, approve, give_back, correct, correct_save, no_show, listing]
