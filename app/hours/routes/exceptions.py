"""The inbox of exceptions: what is unusual about people's times, and settling it with a reason."""

from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import actions, saying, saying_exceptions
from app.hours.actions.settling import keep
from app.hours.forms import KeepChosen
from app.hours.queries.exceptions import exceptions_for
from app.hours.routes.choosing import do_to_each
from app.hours.rules.exceptions import Unusual
from app.kit import clock
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.web import AnyRequest, Flash, flash, is_fragment, page, redirect, url_for

SETTLED = "settled"


def _place(after: str) -> tuple[date, int] | None:
    day, _sep, number = after.partition("~")
    try:
        return (date.fromisoformat(day), int(number)) if number else None
    except ValueError:
        return None


async def _inbox(
    request: AnyRequest, actor: Actor, results: list[Flash], show: str = "", kind: str = "", after: str = ""
) -> Template:
    settled = show == SETTLED
    chosen = kind if kind in set(Unusual) else ""
    found = await exceptions_for(actor, settled=settled, kind=chosen, after=_place(after))
    return page(
        request,
        "hours/_exceptions.html" if is_fragment(request) else "hours/exceptions.html",
        inbox=found,
        settled=settled,
        kind=chosen,
        results=results,
        now_at=clock.now(),
        saying=saying,
        saying_exceptions=saying_exceptions,
    )


@get("/exceptions", name="hours.exceptions", access=Permission.ATTENDANCE_ADJUST, include_in_schema=False)
async def waiting(
    request: AnyRequest, show: FromQuery[str] = "", kind: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Template:
    """What waits to be settled at this agency, or what was."""
    return await _inbox(request, signed_in(request), [], show, kind, after)


@post(
    "/exceptions",
    name="hours.exceptions_keep",
    access=Permission.ATTENDANCE_ADJUST,
    include_in_schema=False,
    status_code=303,
)
async def keep_as_they_are(request: AnyRequest) -> Template | Response[None]:
    """The times of the chosen rows stay as they are, for one reason; each row is settled on its own."""
    actor = signed_in(request)
    bound = bind(KeepChosen, await request.form())
    if bound.errors:
        results = [Flash("error", text) for text in bound.errors.values()]
    else:
        results = await _keep_each(actor, bound.good)
    if is_fragment(request) or bound.errors:
        answer = await _inbox(request, actor, results, kind=bound.value("kind"))
        answer.status_code = 200 if is_fragment(request) else 422
        return answer
    for result in results:
        flash(request, result.text, result.kind)
    return redirect(request, url_for(request, "hours.exceptions"))


async def _keep_each(actor: Actor, sent: KeepChosen) -> list[Flash]:
    kept = 0

    async def keep_row(row: str) -> None:
        nonlocal kept
        attendance_id, _sep, exceptions = row.partition(":")
        ids = [int(each) for each in exceptions.split("-")]
        await keep(actor, int(attendance_id), ids, sent.reason, sent.note, now=clock.now())
        kept += 1

    refused = await do_to_each(sent.chosen, keep_row)
    results = []
    if kept:
        said = ngettext("Settled: %(n)s row stays as it is.", "Settled: %(n)s rows stay as they are.", kept)
        results.append(Flash("success", said % {"n": kept}))
    for sentence, times in refused.items():
        said = ngettext("%(n)s was not settled. %(why)s", "%(n)s were not settled. %(why)s", times)
        results.append(Flash("error", said % {"n": times, "why": sentence}))
    return results or [Flash("info", _("Nothing was chosen. Tick the rows whose times are right, then say why."))]


@post(
    "/attendances/{attendance_id:int}/exceptions/missed",
    name="hours.exceptions_missed",
    access=Permission.ATTENDANCE_ADJUST,
    include_in_schema=False,
    status_code=303,
)
async def did_not_come(request: AnyRequest, attendance_id: FromPath[int]) -> Response[None]:
    """The person did not come, which settles that nothing was punched."""
    await actions.mark_missed(signed_in(request), attendance_id, now=clock.now())
    said = _("Noted: did not come. No hours are counted.")
    return redirect(request, url_for(request, "hours.exceptions"), said)


ROUTES: list[Any] = [waiting, keep_as_they_are, did_not_come]
