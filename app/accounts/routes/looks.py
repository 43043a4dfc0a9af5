"""The look-log as a page."""

from typing import Any
from urllib.parse import urlencode

from litestar import get
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.queries.looks import looks
from app.accounts.routes.organisations import whole_number
from app.accounts.rules import FIELD_NAMES, SUBJECT_NAMES, Permission
from app.kit.forms import blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, page, url_for


@get("/looks", name="accounts.looks", access=Permission.LOOKS_READ, include_in_schema=False)
async def look_list(request: AnyRequest) -> Template:
    """Who opened whose details, newest first."""
    query = request.query_params
    kind = query.get("kind", "") if query.get("kind") in SUBJECT_NAMES else ""
    subject = whole_number(query.get("subject"))
    rows, more = await looks(
        signed_in(request), subject_kind=kind, subject_id=subject, before=whole_number(query.get("before"))
    )
    here = url_for(request, "accounts.looks")
    chosen = {"kind": kind, "subject": subject or ""}
    return page(
        request,
        "accounts/looks.html",
        form=blank(**chosen),
        looks=rows,
        active=sum(map(bool, chosen.values())),
        subjects=[(name, _(word)) for name, word in SUBJECT_NAMES.items()],
        subject_names=SUBJECT_NAMES,
        field_names=FIELD_NAMES,
        pager={
            "newer_href": f"{here}?{urlencode(chosen)}" if query.get("before") else "",
            "older_href": f"{here}?{urlencode(chosen | {'before': rows[-1].id})}" if more else "",
        },
    )


ROUTES: list[Any] = [look_list]
