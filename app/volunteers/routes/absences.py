"""Being away: one's own absences, and those of an agency's staff."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, local_path, page, redirect, url_for
from app.volunteers.actions import absences as actions
from app.volunteers.actions.absences import Away
from app.volunteers.actions.people import person_of
from app.volunteers.forms import AbsenceForm
from app.volunteers.queries import absences as queries
from app.volunteers.queries.people import PersonPage, person
from app.volunteers.rules.absences import Reason, span_of
from app.volunteers.words import absence_reasons


@get("/me/absences", name="volunteers.absences", access=SIGNED_IN, include_in_schema=False)
async def own_page(request: AnyRequest) -> Template:
    """When one is away, and a form for another time."""
    return await _show(request, None, blank())


@post("/me/absences", name="volunteers.absence_add", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def add_own(request: AnyRequest) -> Response[None] | Template:
    """Say that one is away."""
    return await _add(request, None)


@get(
    "/people/{person_id:int}/absences",
    name="volunteers.person_absences",
    access=Permission.PERSON_SEE,
    include_in_schema=False,
)
async def person_page(request: AnyRequest, person_id: FromPath[int]) -> Template:
    """When somebody the agency knows is away."""
    return await _show(request, await person(signed_in(request), person_id), blank())


@post(
    "/people/{person_id:int}/absences",
    name="volunteers.person_absence_add",
    access=Permission.PERSON_SEE,
    include_in_schema=False,
    status_code=303,
)
async def add_for(request: AnyRequest, person_id: FromPath[int]) -> Response[None] | Template:
    """Write down that one of the agency's staff is away."""
    return await _add(request, await person(signed_in(request), person_id))


@post(
    "/absences/{absence_id:int}/withdraw",
    name="volunteers.absence_withdraw",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
)
async def withdraw(request: AnyRequest, absence_id: FromPath[int]) -> Response[None]:
    """Say that it turned out otherwise."""
    await actions.withdraw(signed_in(request), absence_id, now=clock.now())
    back = local_path(str((await request.form()).get("next", "")), url_for(request, "volunteers.absences"))
    return redirect(request, back, _("Withdrawn: they can be asked for that time again."))


async def _show(request: AnyRequest, whose: PersonPage | None, form: Bound[Any]) -> Template:
    person_id = whose.id if whose else await person_of(signed_in(request).account_id)
    show = form_page if form.errors else page
    return show(
        request,
        "volunteers/absences.html",
        person=whose,
        rows=await queries.coming(person_id, now=clock.now()) if person_id else [],
        reasons=absence_reasons(),
        form=form,
        once=once_token(),
    )


async def _add(request: AnyRequest, whose: PersonPage | None) -> Response[None] | Template:
    actor = signed_in(request)
    typed = await request.form()
    bound = bind(AbsenceForm, typed)
    if not bound.errors:
        given = bound.good
        starts, ends = span_of(
            given.from_on, given.until_on, clock.city_zone(), from_at=given.from_at, until_at=given.until_at
        )
        away = Away(starts=starts, ends=ends, reason=Reason(given.reason or ""))

        async def act() -> str:
            if whose:
                await actions.add_for(actor, whose.id, away, now=clock.now())
                return url_for(request, "volunteers.person_absences", person_id=whose.id)
            await actions.add_own(actor, away, now=clock.now())
            return url_for(request, "volunteers.absences")

        try:
            location = await once(str(typed.get("_once", "")), act)
            said = _("Written down. Places taken for that time stay until they are given back; you are told of each.")
            return redirect(request, location, said)
        except DomainError as error:
            bound.refuse(error)
    return await _show(request, whose, bound)


ROUTES: list[Any] = [own_page, add_own, person_page, add_for, withdraw]
