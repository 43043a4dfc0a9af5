"""The hour report: the list of contracts, the figures, and the rows behind each figure."""

from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, is_fragment, page
from app.reports import saying
from app.reports.asking import asked_scope
from app.reports.queries.contracts import contracts_for, latest_periods
from app.reports.queries.figures import hour_figures
from app.reports.queries.rows import entries, names_of, totals
from app.reports.rules import place

PAGE = 100
MOST_COLUMNS = 14
"""More months than this are drawn as bars below each other."""


@get("/reports", name="reports.list", access=Permission.REPORT_READ, include_in_schema=False)
async def listing(request: AnyRequest) -> Template:
    """Every contract there is a report on. The home page takes the entries alone."""
    actor = signed_in(request)
    contracts = await contracts_for(actor.organisation_id)
    if is_fragment(request):
        return page(request, "reports/_contracts.html", contracts=contracts, periods={})
    periods = await latest_periods([contract.id for contract in contracts], clock.local_day(clock.now()))
    by_contract = {contract.id: [each for each in periods if each.contract == contract.id] for contract in contracts}
    return page(request, "reports/list.html", actor=actor, contracts=contracts, periods=by_contract, saying=saying)


@get("/reports/hours", name="reports.hours", access=Permission.REPORT_READ, include_in_schema=False)
async def hours(request: AnyRequest) -> Template:
    """The figures of a contract, or of one of its periods; every one opens its rows."""
    scope = await asked_scope(request)
    return page(
        request,
        "reports/hours.html",
        scope=scope,
        report=await hour_figures(scope),
        today=clock.local_day(clock.now()),
        as_columns=MOST_COLUMNS,
        once=once_token(),
        saying=saying,
    )


@get("/reports/hours/rows", name="reports.rows", access=Permission.REPORT_READ, include_in_schema=False)
async def rows(request: AnyRequest, after: FromQuery[str] = "") -> Template:
    """The entries behind a figure, each leading to its attendance with punches and approvals."""
    scope = await asked_scope(request)
    found = await entries(scope, place(after), PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return page(
        request,
        "reports/rows.html",
        scope=scope,
        rows=found[:PAGE],
        totals=await totals(scope),
        chosen=saying.chosen(scope, await names_of(scope)),
        after=after,
        older=f"{last.served_on}~{last.posting_id}" if last else "",
        once=once_token(),
        saying=saying,
    )


ROUTES: list[Any] = [listing, hours, rows]
