"""The people an agency knows."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, is_fragment, page, redirect, url_for
from app.volunteers.actions.looking import look_at_contact
from app.volunteers.actions.people import ensure_staff_person, take_off_staff
from app.volunteers.forms import PeopleSearch, StaffChoice
from app.volunteers.queries.absences import coming
from app.volunteers.queries.credentials import of_person
from app.volunteers.queries.people import PersonPage, people, people_count, person, staff_without_record
from app.volunteers.words import credential_standing


@get("/people", name="volunteers.people", access=Permission.PERSON_SEE, include_in_schema=False)
async def people_page(request: AnyRequest) -> Template:
    """Everybody the agency knows, by name."""
    actor = signed_in(request)
    bound = bind(PeopleSearch, request.query_params.dict())
    search = bound.form or PeopleSearch()
    found = await people(actor, search.q, (search.name, search.after))
    manages = actor.may(Permission.PERSON_IMPORT)
    next_href = ""
    if found.next:
        name, last = found.next
        next_href = f"{request.url.path}?{urlencode({'q': search.q, 'name': name, 'after': last})}"
    return page(
        request,
        "volunteers/people.html",
        form=bound,
        people=found.rows,
        count=await people_count(actor),
        next_href=next_href,
        first_href=request.url.path if search.after else "",
        manages=manages,
        candidates=await staff_without_record(actor) if manages else [],
    )


@get("/people/{person_id:int}", name="volunteers.person", access=Permission.PERSON_SEE, include_in_schema=False)
async def person_page(request: AnyRequest, person_id: FromPath[int]) -> Template:
    """One person; how to reach them is opened on its own."""
    found = await person(signed_in(request), person_id)
    return page(request, "volunteers/person.html", contact=None, **await _known(found))


@post(
    "/people/{person_id:int}/contact",
    name="volunteers.contact",
    access=Permission.PERSON_SEE,
    include_in_schema=False,
    status_code=200,
)
async def contact(request: AnyRequest, person_id: FromPath[int]) -> Template:
    """Open how to reach someone; the look is written down."""
    actor = signed_in(request)
    opened = await look_at_contact(actor, person_id, now=clock.now())
    found = await person(actor, person_id)
    if is_fragment(request):
        return page(request, "volunteers/_contact.html", person=found, contact=opened)
    return page(request, "volunteers/person.html", contact=opened, **await _known(found))


async def _known(found: PersonPage) -> dict[str, Any]:
    """The person with their proofs and the times when they are away."""
    now = clock.now()
    today = clock.local_day(now)
    rows = await of_person(found.id)
    return {
        "person": found,
        "credentials": [(row, credential_standing(row, today)) for row in rows if row.revoked_at is None],
        "absences": await coming(found.id, now=now),
    }


@post(
    "/people/staff", name="volunteers.staff", access=Permission.PERSON_IMPORT, include_in_schema=False, status_code=303
)
async def add_staff(request: AnyRequest) -> Response[None]:
    """Put a social worker of the agency on its staff list."""
    bound = bind(StaffChoice, await request.form())
    if bound.errors:
        raise NotFound
    person_id = await ensure_staff_person(signed_in(request), bound.good.account, now=clock.now())
    said = _("They are on your staff list and can take staff places now.")
    return redirect(request, url_for(request, "volunteers.person", person_id=person_id), said)


@post(
    "/people/{person_id:int}/staff/end",
    name="volunteers.staff_end",
    access=Permission.PERSON_IMPORT,
    include_in_schema=False,
    status_code=303,
)
async def end_staff(request: AnyRequest, person_id: FromPath[int]) -> Response[None]:
    """Take someone off the agency's staff list."""
    await take_off_staff(signed_in(request), person_id)
    return redirect(request, url_for(request, "volunteers.people"), _("They are no longer on your staff list."))


ROUTES: list[Any] = [people_page, person_page, contact, add_staff, end_staff]
