"""The safeguarding matrix: what each kind of service asks, and how that came about."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.shifts.actions.safeguards import decide
from app.shifts.forms.safeguards import SafeguardForm
from app.shifts.queries import safeguards as queries
from app.shifts.words import asked_words
from app.volunteers.queries.credentials import kinds as credential_kinds


@get("/safeguards", name="shifts.safeguards", access=Permission.MATCH_SEE, include_in_schema=False)
async def safeguards(request: AnyRequest) -> Template:
    """What holds today, and what was decided."""
    return await _show(request, blank(applies_from=clock.local_day(clock.now())))


@post(
    "/safeguards", name="shifts.safeguard_decide", access=Permission.MATCH_SET, include_in_schema=False, status_code=303
)
async def decide_safeguard(request: AnyRequest) -> Template | Response[None]:
    """Let a kind of service ask something else from a day on."""
    bound = bind(SafeguardForm, await request.form())
    if not bound.errors:
        given = bound.good
        try:
            await decide(
                signed_in(request), given.kind, given.applies_from, given.asks(), given.reason, now=clock.now()
            )
            return redirect(request, url_for(request, "shifts.safeguards"), _("Decided. It holds from that day on."))
        except DomainError as error:
            bound.refuse(error)
    return await _show(request, bound)


async def _show(request: AnyRequest, form: Bound[Any]) -> Template:
    today = clock.local_day(clock.now())
    rows = await queries.matrix(today)
    show = form_page if form.errors else page
    return show(
        request,
        "shifts/safeguards.html",
        rows=rows,
        history=await queries.history(),
        today=today,
        credential_names=dict(await credential_kinds()),
        asked=asked_words(),
        kinds=[(row.code, row.kind) for row in rows],
        form=form,
        guarded=sum(row.asks_something for row in rows),
    )


ROUTES: list[Any] = [safeguards, decide_safeguard]
