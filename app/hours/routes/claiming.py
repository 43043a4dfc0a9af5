"""Keying one's own times, time beside a shift, and a whole paper roster."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import saying
from app.hours.actions.claiming import claim_beside, claim_own
from app.hours.actions.rostering import RosterFaulty, Row, key_roster
from app.hours.forms_claiming import ClaimBeside, ClaimOwn, RosterLine
from app.hours.queries.attendances import AttendanceRow, attendance_for
from app.hours.queries.rostering import ShiftToKey, roster_of, shift_to_key
from app.hours.rules import Stretch
from app.hours.rules.claiming import kinds_beside
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError, NotFound
from app.kit.form_rows import BoundRows, bind_rows, show_rows
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext, say, say_fix
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for

BLANK_ROWS = 5
WHO = "volunteer_no"


def _stretch(came_on: date, came_at: time, left_on: date, left_at: time) -> Stretch:
    zone = clock.city_zone()
    return Stretch(
        datetime.combine(came_on, came_at, zone).astimezone(UTC),
        datetime.combine(left_on, left_at, zone).astimezone(UTC),
    )


def _at_shift(row: AttendanceRow) -> Bound[Any]:
    """Days filled in; the clock times are for the person to say, so that nobody confirms the plan by pressing on."""
    return blank(came_on=clock.local(row.planned_starts).date(), left_on=clock.local(row.planned_ends).date())


async def _seen(actor: Actor, attendance_id: int) -> AttendanceRow:
    row = await attendance_for(actor, attendance_id)
    if row is None:
        raise NotFound()
    return row


async def _own(actor: Actor, attendance_id: int) -> AttendanceRow:
    row = await _seen(actor, attendance_id)
    if row.account_id != actor.account_id:
        raise NotFound()
    return row


@get("/attendances/{attendance_id:int}/claim", name="hours.claim", access=SIGNED_IN, include_in_schema=False)
async def claim(request: AnyRequest, attendance_id: FromPath[int]) -> Template:
    """The form for one's own times where nothing was punched."""
    row = await _own(signed_in(request), attendance_id)
    return page(request, "hours/claim.html", row=row, form=_at_shift(row), saying=saying)


@post(
    "/attendances/{attendance_id:int}/claim",
    name="hours.claim_save",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
)
async def claim_save(request: AnyRequest, attendance_id: FromPath[int]) -> Template | Response[None]:
    """Say when one was there."""
    actor = signed_in(request)
    row = await _own(actor, attendance_id)
    bound = bind(ClaimOwn, await request.form())
    if not bound.errors:
        form = bound.good
        to = _stretch(form.came_on, form.came_at, form.left_on, form.left_at)
        try:
            await claim_own(actor, row.id, to, form.reason, form.note, now=clock.now())
            said = _("Noted. Two people of the agency look at it before it counts.")
            return redirect(request, url_for(request, "hours.attendance", attendance_id=row.id), said=said)
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/claim.html", row=row, form=bound, saying=saying)


async def _host(actor: Actor, attendance_id: int) -> AttendanceRow:
    """A shift's attendance that this actor may key time beside: one's own, or of the agency one works for."""
    row = await _seen(actor, attendance_id)
    theirs = row.agency_id == actor.organisation_id and actor.may(Permission.ATTENDANCE_ADJUST)
    if row.origin == "claim" or not (theirs or row.account_id == actor.account_id):
        raise NotFound()
    return row


def _beside_page(request: AnyRequest, row: AttendanceRow, form: Bound[Any], status: int = 200) -> Template:
    return page(
        request,
        "hours/beside.html",
        status=status,
        row=row,
        form=form,
        kinds=[(code, _(text)) for code, text in kinds_beside()],
        once=once_token(),
        saying=saying,
    )


@get("/attendances/{attendance_id:int}/beside", name="hours.beside", access=SIGNED_IN, include_in_schema=False)
async def beside(request: AnyRequest, attendance_id: FromPath[int]) -> Template:
    """The form for preparing, writing up, travelling or supervision beside a shift."""
    row = await _host(signed_in(request), attendance_id)
    return _beside_page(request, row, _at_shift(row))


@post(
    "/attendances/{attendance_id:int}/beside",
    name="hours.beside_save",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
)
async def beside_save(request: AnyRequest, attendance_id: FromPath[int]) -> Template | Response[None]:
    """Key it: an attendance of its own."""
    actor = signed_in(request)
    row = await _host(actor, attendance_id)
    sent = await request.form()
    bound = bind(ClaimBeside, sent)
    if not bound.errors:
        form = bound.good
        to = _stretch(form.came_on, form.came_at, form.left_on, form.left_at)

        async def act() -> str:
            made = await claim_beside(actor, row.id, form.kind, to, form.note, now=clock.now())
            return url_for(request, "hours.attendance", attendance_id=made)

        try:
            location = await once(str(sent.get("_once", "")), act)
            return redirect(request, location, said=_("Noted. It counts once the agency has vouched for it."))
        except DomainError as error:
            bound.refuse(error)
    return _beside_page(request, row, bound, status=422)


async def _shift(actor: Actor, shift_id: int) -> ShiftToKey:
    shift = await shift_to_key(actor, shift_id)
    if shift is None:
        raise NotFound()
    return shift


async def _roster_page(
    request: AnyRequest, shift: ShiftToKey, form: BoundRows[RosterLine], status: int = 200
) -> Template:
    people = await roster_of(shift.id)
    return page(
        request,
        "hours/roster.html",
        status=status,
        shift=shift,
        form=form,
        names={person.volunteer_no: person.name for person in people},
        over=shift.ends <= clock.now(),
        once=once_token(),
    )


@get("/shifts/{shift_id:int}/roster", name="hours.roster", access=Permission.ATTENDANCE_ADJUST, include_in_schema=False)
async def roster(request: AnyRequest, shift_id: FromPath[int]) -> Template:
    """Everyone who was expected and has no times yet, and empty rows for who came besides."""
    shift = await _shift(signed_in(request), shift_id)
    missing = [person for person in await roster_of(shift.id) if person.came is None or person.left is None]
    filled = [{WHO: person.volunteer_no} for person in missing]
    return await _roster_page(request, shift, show_rows(filled, BLANK_ROWS))


@post(
    "/shifts/{shift_id:int}/roster",
    name="hours.roster_save",
    access=Permission.ATTENDANCE_ADJUST,
    include_in_schema=False,
    status_code=303,
)
async def roster_save(request: AnyRequest, shift_id: FromPath[int]) -> Template | Response[None]:
    """Key all rows, or say for each row why it cannot be right."""
    actor = signed_in(request)
    shift = await _shift(actor, shift_id)
    sent = await request.form()
    # Whoever is expected stands on the page already: only clock times make a row of it.
    known = {person.volunteer_no for person in await roster_of(shift.id)}
    typed = _without_untouched(sent, known)
    form = bind_rows(RosterLine, typed, preset=())
    if sent.get("step") == "more":
        return await _roster_page(request, shift, form.with_more(BLANK_ROWS))
    if not form.errors:
        places = sorted(form.by_row)
        rows = [_row(shift, form.by_row[place]) for place in places]

        async def act() -> str:
            await key_roster(actor, shift.id, rows, str(sent.get("note", "")).strip(), now=clock.now())
            return url_for(request, "hours.list") + f"?shift={shift.id}"

        try:
            location = await once(str(sent.get("_once", "")), act)
            said = ngettext(
                "The times of %(n)s person are keyed. Two people who did not key them look at them.",
                "The times of %(n)s people are keyed. Two people who did not key them look at them.",
                len(rows),
            )
            return redirect(request, location, said=said % {"n": len(rows)})
        except RosterFaulty as faulty:
            for place, refusals in faulty.rows.items():
                said_why = " ".join(f"{say(one)} {say_fix(one)}".strip() for one in refusals)
                form.errors[f"{WHO}-{places[place]}"] = said_why
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return await _roster_page(request, shift, form, status=422)


def _without_untouched(sent: Any, known: set[str]) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {}
    for name, given in sent.multi_items():
        typed.setdefault(name, []).append(str(given).strip())
    rows = {name.rpartition("-")[2] for name in typed if name.startswith(f"{WHO}-")}
    for row in rows:
        untouched = not any(typed.get(f"{field}-{row}", [""])[0] for field in ("came_at", "left_at"))
        if untouched and typed[f"{WHO}-{row}"][0] in known:
            typed[f"{WHO}-{row}"] = [""]
    return typed


def _row(shift: ShiftToKey, line: RosterLine) -> Row:
    """Clock times on the day of the shift; leaving no later than arriving means after midnight."""
    zone = ZoneInfo(shift.zone)
    came = datetime.combine(shift.served_on, line.came_at, zone)
    left = datetime.combine(shift.served_on, line.left_at, zone)
    if left <= came:
        left += timedelta(days=1)
    return Row(volunteer_no=line.volunteer_no, came=came.astimezone(UTC), left=left.astimezone(UTC))


ROUTES: list[Any] = [claim, claim_save, beside, beside_save, roster, roster_save]
