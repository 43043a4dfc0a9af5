"""The hours of a whole city, agency or funder: the figures, their download, and the entries behind them."""

from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Stream, Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.forms import blank
from app.kit.web import AnyRequest, page
from app.reports import saying, saying_city
from app.reports.asking import asked_city
from app.reports.queries.city import asked_names, city_figures, earliest_month, names_of, total_of
from app.reports.queries.city_rows import city_rows
from app.reports.streaming import city_csv_of, city_json_of

PAGE = 100
MOST_COLUMNS = 14
"""More months than this are drawn as bars below each other."""


@get("/reports/city", name="reports.city", access=Permission.ROLLUP_SEE, include_in_schema=False)
async def city(request: AnyRequest) -> Template:
    """Every figure; each leads to narrower figures, and the last to its entries."""
    actor, today = signed_in(request), clock.local_day(clock.now())
    wanted = asked_city(request, today)
    report = await city_figures(actor, wanted)
    return page(
        request,
        "reports/city.html",
        report=report,
        actor=actor,
        form=blank(**wanted.fields()),
        months=saying_city.month_choices(await earliest_month(), today, wanted),
        regions=saying_city.region_choices(report),
        chosen=saying_city.chosen(wanted, report.names),
        as_columns=MOST_COLUMNS,
        saying=saying,
        city=saying_city,
    )


@get("/reports/city/rows", name="reports.city_rows", access=Permission.ROLLUP_SEE, include_in_schema=False)
async def rows(request: AnyRequest, before: FromQuery[int | None] = None) -> Template:
    """The entries behind a figure, the newest first; each leads to its attendance, for those who may see it."""
    actor = signed_in(request)
    wanted = asked_city(request, clock.local_day(clock.now()))
    found = await city_rows(actor, wanted, before, PAGE + 1)
    return page(
        request,
        "reports/city_rows.html",
        filter=wanted,
        actor=actor,
        total=await total_of(actor, wanted),
        rows=found[:PAGE],
        older=found[PAGE - 1].posting_id if len(found) > PAGE else None,
        chosen=saying_city.chosen(wanted, await names_of(asked_names(wanted))),
        opens=actor.may(Permission.ATTENDANCE_SEE),
        saying=saying,
        city=saying_city,
    )


@get("/reports/city.csv", name="reports.city_csv", access=Permission.ROLLUP_SEE, include_in_schema=False)
async def city_csv(request: AnyRequest) -> Stream:
    """The figures at their finest as CSV, in the reader's language."""
    return city_csv_of(signed_in(request), asked_city(request, clock.local_day(clock.now())))


@get("/reports/city.json", name="reports.city_json", access=Permission.ROLLUP_SEE, include_in_schema=False)
async def city_json(request: AnyRequest) -> Stream:
    """The same as JSON."""
    return city_json_of(signed_in(request), asked_city(request, clock.local_day(clock.now())))


ROUTES: list[Any] = [city, rows, city_csv, city_json]
