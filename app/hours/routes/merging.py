"""Two records that are one human: looked at side by side, then made one."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours.actions.merging import merge
from app.hours.forms import Merge
from app.hours.queries.merging import Preview, preview_merge
from app.kit import clock
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, page, redirect, url_for


@get("/people/merge", name="hours.merge", access=Permission.MEMBER_MANAGE, include_in_schema=False)
async def show(request: AnyRequest, duplicate: FromQuery[str] = "", kept: FromQuery[str] = "") -> Template:
    """Two numbers are asked for; then what merging them would do."""
    form: Bound[Any] = blank(duplicate=duplicate or None, kept=kept or None)
    found = await _preview(request, form, duplicate, kept) if duplicate and kept else None
    return page(request, "hours/merge.html", form=form, preview=found, status=422 if form.errors else 200)


@post(
    "/people/merge", name="hours.merge_save", access=Permission.MEMBER_MANAGE, include_in_schema=False, status_code=303
)
async def save(request: AnyRequest) -> Template | Response[None]:
    """Make one record of the two."""
    bound = bind(Merge, await request.form())
    if not bound.errors:
        sent = bound.good
        try:
            done = await merge(signed_in(request), sent.duplicate, sent.kept, sent.reason, now=clock.now())
            said = _("%(name)s is one record now: %(number)s.") % {
                "name": done.kept.record.name,
                "number": done.kept.record.volunteer_no,
            }
            return redirect(request, url_for(request, "hours.merge"), said)
        except NotFound:
            raise
        except DomainError as error:
            bound.refuse(error)
    found = await _preview(request, bound, bound.value("duplicate"), bound.value("kept"))
    return form_page(request, "hours/merge.html", form=bound, preview=found)


async def _preview(request: AnyRequest, form: Bound[Any], duplicate: str, kept: str) -> Preview | None:
    try:
        return await preview_merge(signed_in(request), duplicate, kept, now=clock.now())
    except NotFound:
        form.errors["duplicate"] = _("There are no two such people among those you may merge. Check both numbers.")
        return None


ROUTES: list[Any] = [show, save]
