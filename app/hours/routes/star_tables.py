"""From how many hours on a volunteer has how many stars: the dated tables, for the platform's administrator."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.queries.regions import CITY, picker
from app.accounts.rules import Permission
from app.hours.actions.star_tables import add_star_table
from app.hours.forms_certificates import Stars
from app.hours.queries.stars import star_tables
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, page, redirect, url_for


@get("/stars", name="hours.star_tables", access=Permission.ORGANISATION_MANAGE, include_in_schema=False)
async def listing(request: AnyRequest) -> Template:
    """Every table, and a form for one more."""
    form = blank(applies_from=clock.local_day(clock.now()))
    return page(request, "hours/star_tables.html", **await _shown(form))


@post(
    "/stars",
    name="hours.star_table_add",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def add(request: AnyRequest) -> Template | Response[None]:
    """Add a table."""
    bound = bind(Stars, await request.form())
    if not bound.errors:
        form = bound.good
        try:
            await add_star_table(signed_in(request), form.region, form.applies_from, form.hours, now=clock.now())
            return redirect(request, url_for(request, "hours.star_tables"), said=_("The table is added."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/star_tables.html", **await _shown(bound))


async def _shown(form: Bound[Any]) -> dict[str, Any]:
    return {
        "form": form,
        "tables": await star_tables(),
        "today": clock.local_day(clock.now()),
        "picker": await picker(form.value("region"), top="", highest=CITY),
    }


ROUTES: list[Any] = [listing, add]
