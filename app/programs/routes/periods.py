"""A reporting period: the agency submits it, the funder accepts or returns it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.programs import actions, queries
from app.programs.forms import NoteForm


async def _period_page(request: AnyRequest, period_id: int, form: Bound[Any]) -> dict[str, Any]:
    viewer = signed_in(request)
    period = await queries.period_for(viewer, period_id)
    return {
        "period": period,
        "history": await queries.history_of_period(period_id),
        "form": form,
        "submits": period.agency_id == viewer.organisation_id and viewer.may(Permission.PERIOD_SUBMIT),
        "decides": period.funder_id == viewer.organisation_id and viewer.may(Permission.PERIOD_DECIDE),
        "reads": viewer.may(Permission.REPORT_READ),
        "over": period.ends_before <= clock.local_day(clock.now()),
    }


@get("/periods/{period_id:int}", name="programs.period", access=Permission.PROGRAM_SEE, include_in_schema=False)
async def period(request: AnyRequest, period_id: FromPath[int]) -> Template:
    """One period: how it stands, and what may be decided."""
    return page(request, "programs/period.html", **await _period_page(request, period_id, blank()))


@post(
    "/periods/{period_id:int}/submit",
    name="programs.period_submit",
    access=Permission.PERIOD_SUBMIT,
    include_in_schema=False,
    status_code=303,
)
async def submit(request: AnyRequest, period_id: FromPath[int]) -> Response[None]:
    """Hand the period to the funder."""
    note = bind(NoteForm, await request.form()).good.note
    await actions.submit_period(signed_in(request), period_id, note, now=clock.now())
    said = _("Submitted. The period is locked until the funder accepts or returns it.")
    return redirect(request, url_for(request, "programs.period", period_id=period_id), said)


@post(
    "/periods/{period_id:int}/accept",
    name="programs.period_accept",
    access=Permission.PERIOD_DECIDE,
    include_in_schema=False,
    status_code=303,
)
async def accept(request: AnyRequest, period_id: FromPath[int]) -> Response[None]:
    """Accept what the agency reported."""
    note = bind(NoteForm, await request.form()).good.note
    await actions.accept_period(signed_in(request), period_id, note, now=clock.now())
    said = _("Accepted. The period stays locked.")
    return redirect(request, url_for(request, "programs.period", period_id=period_id), said)


@post(
    "/periods/{period_id:int}/return",
    name="programs.period_return",
    access=Permission.PERIOD_DECIDE,
    include_in_schema=False,
    status_code=303,
)
async def give_back(request: AnyRequest, period_id: FromPath[int]) -> Template | Response[None]:
    """Return the period to the agency, saying why."""
    bound = bind(NoteForm, await request.form())
    try:
        await actions.return_period(signed_in(request), period_id, bound.good.note, now=clock.now())
    except DomainError as error:
        if error.status != 422:
            raise
        return form_page(request, "programs/period.html", **await _period_page(request, period_id, bound.refuse(error)))
    said = _("Returned. The agency can correct the period and submit it again.")
    return redirect(request, url_for(request, "programs.period", period_id=period_id), said)


ROUTES: list[Any] = [period, submit, accept, give_back]
