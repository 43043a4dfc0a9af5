"""Files of exactly the rows a page shows: CSV and JSON streamed, workbooks and proof files made by the worker."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import File, Stream, Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.once import once
from app.kit.web import AnyRequest, is_fragment, page, redirect, url_for
from app.reports import actions
from app.reports.asking import asked_scope, filter_in
from app.reports.queries.exports import export_for
from app.reports.rules import KEPT_DAYS, Format, HourFilter
from app.reports.streaming import csv_of, json_of, made_file


@get("/reports/hours.csv", name="reports.hours_csv", access=Permission.REPORT_READ, include_in_schema=False)
async def hours_csv(request: AnyRequest) -> Stream:
    """The rows of a filter as CSV, in the reader's language."""
    return csv_of(await asked_scope(request))


@get("/reports/hours.json", name="reports.hours_json", access=Permission.REPORT_READ, include_in_schema=False)
async def hours_json(request: AnyRequest) -> Stream:
    """The same as JSON."""
    return json_of(await asked_scope(request))


@post(
    "/reports/hours/workbook",
    name="reports.workbook",
    access=Permission.REPORT_READ,
    include_in_schema=False,
    status_code=303,
)
async def workbook(request: AnyRequest) -> Response[None]:
    """Ask for the same rows as a workbook with a data dictionary."""
    return await _made_later(request, Format.WORKBOOK)


@post(
    "/reports/hours/proof",
    name="reports.proof",
    access=Permission.REPORT_READ,
    include_in_schema=False,
    status_code=303,
)
async def proof(request: AnyRequest) -> Response[None]:
    """Ask for the figures and the same rows as a file that proves itself."""
    return await _made_later(request, Format.PROOF)


async def _made_later(request: AnyRequest, made_as: Format) -> Response[None]:
    typed = await request.form()
    wanted = filter_in({name: str(given) for name, given in typed.items()})

    async def act() -> str:
        export_id = await actions.request_export(signed_in(request), wanted, made_as, now=clock.now())
        return url_for(request, "reports.export", export_id=export_id)

    return redirect(request, await once(str(typed.get("_once", "")), act))


@get("/exports/{export_id:int}", name="reports.export", access=Permission.REPORT_READ, include_in_schema=False)
async def export(request: AnyRequest, export_id: FromPath[int]) -> Template:
    """How far a file is, and its download when it is made."""
    found = await export_for(signed_in(request).organisation_id, export_id)
    template = "reports/_progress.html" if is_fragment(request) else "reports/export.html"
    return page(
        request,
        template,
        export=found,
        filter=msgspec.json.decode(found.parameters, type=HourFilter),
        kept_days=KEPT_DAYS,
    )


@get(
    "/exports/{export_id:int}/file",
    name="reports.export_file",
    access=Permission.REPORT_READ,
    include_in_schema=False,
)
async def export_file(request: AnyRequest, export_id: FromPath[int]) -> File:
    """The file itself."""
    return made_file(await export_for(signed_in(request).organisation_id, export_id))


ROUTES: list[Any] = [hours_csv, hours_json, workbook, proof, export, export_file]
