"""The approval inbox: what waits, and approving one or many of them at once."""

from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import actions, saying
from app.hours.forms import Choose
from app.hours.queries.attendances import Tray, inbox, inbox_counts
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext, say
from app.kit.web import AnyRequest, Flash, flash, is_fragment, page, redirect, url_for
from app.kit.wording import hours


def _place(after: str) -> tuple[date, int] | None:
    day, _sep, number = after.partition("~")
    try:
        return (date.fromisoformat(day), int(number)) if number else None
    except ValueError:
        return None


async def inbox_fragment(request: AnyRequest, actor: Actor, tray: Tray, results: list[Flash]) -> Template:
    """The inbox alone, with what just happened above it."""
    now = clock.now()
    found = await inbox(actor, tray, None, now=now)
    return page(request, "hours/_inbox.html", inbox=found, results=results, saying=saying)


@get("/approvals", name="hours.inbox", access=Permission.ATTENDANCE_APPROVE, include_in_schema=False)
async def waiting(request: AnyRequest, show: FromQuery[str] = "approve", after: FromQuery[str] = "") -> Template:
    """What waits for this agency. The home page takes the figures alone."""
    actor, now = signed_in(request), clock.now()
    if is_fragment(request):
        return page(request, "hours/_waiting.html", counts=await inbox_counts(actor, now))
    tray = Tray(show) if show in set(Tray) else Tray.APPROVE
    found = await inbox(actor, tray, _place(after), now=now)
    return page(request, "hours/inbox.html", inbox=found, results=[], saying=saying)


@post(
    "/approvals",
    name="hours.approve_chosen",
    access=Permission.ATTENDANCE_APPROVE,
    include_in_schema=False,
    status_code=303,
)
async def approve_chosen(request: AnyRequest) -> Template | Response[None]:
    """Approve what was ticked, or the one row whose own button was pressed: each in a transaction of its own."""
    actor = signed_in(request)
    bound = bind(Choose, await request.form())
    chosen = [] if bound.errors else [bound.good.only] if bound.good.only else bound.good.chosen
    results = await _approve_each(actor, chosen)
    if is_fragment(request):
        answer = await inbox_fragment(request, actor, Tray.APPROVE, results)
        answer.status_code = 200
        return answer
    return _redirect_saying(request, results)


def _redirect_saying(request: AnyRequest, results: list[Flash]) -> Response[None]:
    for result in results:
        flash(request, result.text, result.kind)
    return redirect(request, url_for(request, "hours.inbox"))


async def _approve_each(actor: Actor, chosen: list[int]) -> list[Flash]:
    """Approve each on its own, so that one that cannot be approved stops no other."""
    minutes = approved = 0
    refused: dict[str, int] = {}
    for attendance_id in dict.fromkeys(chosen):
        try:
            minutes += await actions.approve(actor, attendance_id, now=clock.now())
            approved += 1
        except DomainError as error:
            sentence = say(error.first)
            refused[sentence] = refused.get(sentence, 0) + 1
    results = []
    if approved:
        said = ngettext(
            "%(n)s attendance approved: %(hours)s count.", "%(n)s attendances approved: %(hours)s count.", approved
        )
        results.append(Flash("success", said % {"n": approved, "hours": hours(minutes)}))
    for sentence, times in refused.items():
        said = ngettext("%(n)s was not approved. %(why)s", "%(n)s were not approved. %(why)s", times)
        results.append(Flash("error", said % {"n": times, "why": sentence}))
    return results or [Flash("info", _("Nothing was chosen. Tick the rows you vouch for, then approve them."))]


ROUTES: list[Any] = [waiting, approve_chosen]
