"""A published shift in the hands of its agency: its places, its time and place, its cancellation."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.form_rows import bind_rows
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.shifts import offer_words
from app.shifts.actions import changing
from app.shifts.actions.changing import ShiftChange
from app.shifts.forms.publishing import SEAT_PRESETS, CancelForm, SeatChangeForm, SeatForm, ShiftForm
from app.shifts.queries import publishing as queries
from app.shifts.queries.askings import askings_of_shift
from app.shifts.queries.publishing import ManagedShift, SeatRow
from app.shifts.routes.publishing import seat_choices
from app.shifts.rules.publishing import change_refusal, seats_change_refusal, span_of
from app.shifts.words import priorities, shift_standing


@get("/shifts/{shift_id:int}/manage", name="shifts.manage", access=Permission.SHIFT_PUBLISH, include_in_schema=False)
async def manage(request: AnyRequest, shift_id: FromPath[int]) -> Template:
    """The shift as it stands."""
    shift = await queries.shift_to_manage(signed_in(request), shift_id)
    return page(request, "shifts/manage.html", **await _context(shift))


@post(
    "/shifts/{shift_id:int}/manage", name="shifts.change", access=Permission.SHIFT_PUBLISH, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def change(request: AnyRequest, shift_id: FromPath[int]) -> Template | Response[None]:
    """Another title, place or time."""
    changer = signed_in(request)
    shift = await queries.shift_to_manage(changer, shift_id)
    bound = bind(ShiftForm, await request.form())
    if not bound.errors:
        typed = bound.good
        starts, ends = span_of(typed.on, typed.begins, typed.ends, clock.city_zone())
        wanted = ShiftChange(title=typed.title, place=typed.place, starts=starts, ends=ends, priority=typed.priority)
        try:
            told = await changing.change_shift(changer, shift_id, wanted, now=clock.now())
            return redirect(request, _path(request, shift_id), _told(_("The shift is changed."), told))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "shifts/manage.html", **await _context(shift, details=bound))


@post(
    "/shifts/{shift_id:int}/seats", name="shifts.change_seats", access=Permission.SHIFT_PUBLISH,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def change_seats(request: AnyRequest, shift_id: FromPath[int]) -> Template | Response[None]:
    """More or fewer places, or another role."""
    changer = signed_in(request)
    shift = await queries.shift_to_manage(changer, shift_id)
    typed = await request.form()
    kept, more = bind_rows(SeatChangeForm, typed, ("seat",)), bind_rows(SeatForm, typed, SEAT_PRESETS)
    bound: Bound[Any] = Bound(kept.raw, None, kept.errors | more.errors)
    if not bound.errors:
        try:
            await changing.change_seats(
                changer,
                shift_id,
                [row.change() for row in kept.forms],
                [row.wanted() for row in more.forms],
                now=clock.now(),
            )
            return redirect(request, _path(request, shift_id), _("The places are changed."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "shifts/manage.html", **await _context(shift, seats_form=bound))


@post(
    "/shifts/{shift_id:int}/cancel", name="shifts.cancel", access=Permission.SHIFT_PUBLISH, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def cancel(request: AnyRequest, shift_id: FromPath[int]) -> Template | Response[None]:
    """It does not take place; everyone with a claim is told why."""
    canceller = signed_in(request)
    shift = await queries.shift_to_manage(canceller, shift_id)
    bound = bind(CancelForm, await request.form())
    if not bound.errors:
        try:
            told = await changing.cancel_shift(canceller, shift_id, bound.good.reason, now=clock.now())
            return redirect(request, _path(request, shift_id), _told(_("The shift is cancelled."), told))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "shifts/manage.html", **await _context(shift, cancelling=bound))


def _told(done: str, people: int) -> str:
    if not people:
        return done
    told = ngettext("%(num)s person is told now.", "%(num)s people are told now.", people)
    return f"{done} {told % {'num': people}}"


def _path(request: AnyRequest, shift_id: int) -> str:
    return url_for(request, "shifts.manage", shift_id=shift_id)


async def _context(
    shift: ManagedShift,
    *,
    details: Bound[Any] | None = None,
    seats_form: Bound[Any] | None = None,
    cancelling: Bound[Any] | None = None,
) -> dict[str, Any]:
    starts, ends = clock.local(shift.starts), clock.local(shift.ends)
    seats = await queries.seats_of(shift.id)
    askings = await askings_of_shift(shift.agency, shift.id)
    people = await queries.people_on(shift.id)
    return {
        "shift": shift,
        "standing": shift_standing(shift.status),
        "seats": seats,
        "people": people,
        "askings": askings,
        "words": offer_words,
        "unreachable": [person.name for person in people if not person.reachable],
        "details": details
        or blank(
            title=shift.title,
            place=shift.place,
            on=starts.date(),
            begins=starts.time(),
            ends=ends.time(),
            priority=shift.priority,
        ),
        "seats_form": seats_form or _seats_as_typed(seats),
        "cancelling": cancelling or blank(),
        "changeable": change_refusal(shift.status) is None,
        "seats_changeable": seats_change_refusal(shift.status, shift.ends, clock.now()) is None,
        "priorities": priorities(),
        **await seat_choices(),
    }


def _seats_as_typed(seats: list[SeatRow]) -> Bound[Any]:
    rows: dict[str, Any] = {}
    for number, seat in enumerate(seats):
        rows |= {f"kept_role-{number}": seat.role, f"kept_needed-{number}": seat.needed}
        rows |= {f"kept_least-{number}": seat.least or None}
        rows |= {f"kept_leads-{number}": seat.leads}
    return blank(**rows)


ROUTES: list[Any] = [manage, change, change_seats, cancel]
