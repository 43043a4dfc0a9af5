"""Organisations: the list and the forms of the platform's administrator, and each one's own page."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actions import organisations as actions
from app.accounts.actor import signed_in
from app.accounts.forms import NewOrganisation, OrganisationForm
from app.accounts.queries import organisations as queries
from app.accounts.queries.regions import picker
from app.accounts.rules import KIND_HINTS, KIND_NAMES, ROLE_NAMES, OrganisationKind, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once, token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for

HIGHEST_LEVEL = 2
"""An organisation may belong to a whole city, a district, a street or a community."""


def whole_number(typed: str | None) -> int | None:
    """A row number from a query; None for anything else."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 19 else None


@get(
    "/organisations",
    name="accounts.organisations",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
)
async def organisation_list(request: AnyRequest) -> Template:
    """All organisations, newest first."""
    query = request.query_params
    kind = query.get("kind", "") if query.get("kind") in set(OrganisationKind) else ""
    words = query.get("words", "").strip()
    rows, more = await queries.organisations(kind, words, whole_number(query.get("before")))
    older = urlencode({"kind": kind, "words": words, "before": rows[-1].id}) if more else ""
    return page(
        request,
        "accounts/organisations.html",
        form=blank(kind=kind, words=words),
        organisations=rows,
        kind_names=KIND_NAMES,
        filter_kinds=[(str(each), _(word)) for each, word in KIND_NAMES.items()],
        active=sum(map(bool, (kind, words))),
        pager={"newer_href": "", "older_href": f"{url_for(request, 'accounts.organisations')}?{older}" if more else ""},
    )


async def _form(
    request: AnyRequest, bound: Bound[Any], organisation: queries.OrganisationRow | None = None
) -> Template:
    show = form_page if bound.errors else page
    return show(
        request,
        "accounts/organisation_form.html",
        form=bound,
        organisation=organisation,
        kinds=[(str(each), _(word), _(KIND_HINTS[each])) for each, word in KIND_NAMES.items()],
        picker=await picker(bound.value("region"), highest=HIGHEST_LEVEL),
        once=token(),
    )


@get(
    "/organisations/new",
    name="accounts.organisation_new",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
)
async def organisation_new(request: AnyRequest) -> Template:
    """The form for a new organisation."""
    return await _form(request, blank())


@post(
    "/organisations/new",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def create_organisation(request: AnyRequest) -> Response[None] | Template:
    """Record an organisation."""
    typed = await request.form()
    bound = bind(NewOrganisation, typed)
    if bound.errors:
        return await _form(request, bound)

    async def act() -> str:
        made = await actions.create(signed_in(request), bound.good, now=clock.now())
        return url_for(request, "accounts.organisation", organisation_id=made)

    try:
        location = await once(str(typed.get("_once", "")), act)
    except DomainError as error:
        return await _form(request, bound.refuse(error))
    return redirect(request, location, _("The organisation is recorded. Add its first member now."))


@get(
    "/organisations/{organisation_id:int}",
    name="accounts.organisation",
    access=Permission.MEMBER_MANAGE,
    include_in_schema=False,
)
async def organisation_page(request: AnyRequest, organisation_id: FromPath[int]) -> Template:
    """One organisation and its members."""
    actor = signed_in(request)
    organisation = await queries.managed_organisation(actor, organisation_id)
    return page(
        request,
        "accounts/organisation.html",
        organisation=organisation,
        members=await queries.members_of(organisation_id),
        own=organisation_id == actor.organisation_id,
        kind_names=KIND_NAMES,
        role_names=ROLE_NAMES,
    )


@get(
    "/organisations/{organisation_id:int}/edit",
    name="accounts.organisation_edit",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
)
async def organisation_edit(request: AnyRequest, organisation_id: FromPath[int]) -> Template:
    """The form for what is recorded of an organisation."""
    found = await queries.managed_organisation(signed_in(request), organisation_id)
    filled = blank(name=found.name, name_en=found.name_en, region=found.region, credit_code=found.credit_code)
    return await _form(request, filled, found)


@post(
    "/organisations/{organisation_id:int}/edit",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def change_organisation(request: AnyRequest, organisation_id: FromPath[int]) -> Response[None] | Template:
    """Change what is recorded of an organisation."""
    found = await queries.managed_organisation(signed_in(request), organisation_id)
    bound = bind(OrganisationForm, await request.form())
    if not bound.errors:
        try:
            await actions.change(signed_in(request), organisation_id, bound.good)
        except DomainError as error:
            bound.refuse(error)
        else:
            location = url_for(request, "accounts.organisation", organisation_id=organisation_id)
            return redirect(request, location, _("The organisation is changed."))
    return await _form(request, bound, found)


ROUTES: list[Any] = [
    organisation_list,
    organisation_new,
    create_organisation,
    organisation_page,
    organisation_edit,
    change_organisation,
]
