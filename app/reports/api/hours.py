"""The hour report of a contract as JSON and files, and the exports that are made in the background."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import File, Stream
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours.rules import Grade
from app.hours.rules.kinds import Capacity
from app.kit import clock
from app.kit.problems import READS, refusal
from app.reports import actions
from app.reports.asking import asked_scope
from app.reports.queries.exports import ExportRow, export_for
from app.reports.queries.figures import Figure, HourFigures, LineFigure, hour_figures
from app.reports.queries.rows import EntryRow, entries, totals
from app.reports.rules import Format, HourFilter, Month, place
from app.reports.streaming import csv_of, json_of, made_file

AnyRequest = Request[Any, Any, Any]

FILTER = """
`contract` is needed; `period`, `line`, `activity`, `region`, `month` (2026-11), `capacity` (volunteer, staff) and
`grade` (A–E) narrow it.
"""


DOWNLOADS = READS | {503: refusal("Too many downloads at once.")}


class NotYetOut(Struct, kw_only=True):
    """An activity below what its rule-book or line asks for: of each, what there is since the contract began."""

    activity: int
    sessions: int
    sessions_needed: int
    person_times: int
    person_times_needed: int
    minutes: int
    minutes_needed: int


class LineOut(Struct, kw_only=True):
    """A deliverable line: what counts, and how much of the target that is, in the line's own unit."""

    line: int
    code: str
    name: str
    unit: str
    target: int
    delivered: float
    not_yet: list[NotYetOut]
    """Activities that do not count for it yet."""
    minutes: int
    attendances: int


class FigureOut(Struct, kw_only=True):
    """One total. `key` is what the rows are filtered by to open it."""

    key: str
    name: str
    minutes: int
    attendances: int


class HoursOut(Struct, kw_only=True):
    """The hour report. Corrections are netted out; months with nothing are there as zero."""

    contract: int
    period: int | None
    minutes: int
    attendances: int
    lines: list[LineOut]
    activities: list[FigureOut]
    regions: list[FigureOut]
    months: list[FigureOut]
    capacities: list[FigureOut]
    grades: list[FigureOut]


class RowsOut(Struct, kw_only=True):
    """A page of ledger entries in order of service, and what all of them come to."""

    rows: int
    minutes: int
    items: list[EntryRow]
    next_after: str | None
    """Ask again with `after` set to this for the next page; null on the last."""


class ExportOut(Struct, kw_only=True):
    """A workbook or proof file being made, or made."""

    id: int
    format: Format
    status: str
    rows_done: int
    rows_total: int
    file: str | None
    """Where to fetch it, once it is made."""


def _line(figure: LineFigure) -> LineOut:
    return LineOut(
        line=figure.line.id,
        code=figure.line.code,
        name=figure.line.name,
        unit=figure.line.unit,
        target=figure.line.target,
        delivered=round(figure.delivered, 2),
        not_yet=[
            NotYetOut(
                activity=one.series.activity,
                sessions=one.series.sessions,
                sessions_needed=one.asked.sessions,
                person_times=one.series.person_times,
                person_times_needed=one.asked.person_times,
                minutes=one.series.minutes,
                minutes_needed=one.asked.minutes,
            )
            for one in figure.not_yet
        ],
        minutes=figure.minutes,
        attendances=figure.attendances,
    )


def _figures(figures: list[Figure]) -> list[FigureOut]:
    return [FigureOut(key=one.key, name=one.name, minutes=one.minutes, attendances=one.attendances) for one in figures]


def _hours(found: HourFigures) -> HoursOut:
    return HoursOut(
        contract=found.filter.contract,
        period=found.filter.period,
        minutes=found.minutes,
        attendances=found.attendances,
        lines=[_line(figure) for figure in found.lines],
        activities=_figures(found.activities),
        regions=_figures(found.regions),
        months=_figures(found.months),
        capacities=_figures(found.capacities),
        grades=_figures(found.grades),
    )


@get(
    "/reports/hours",
    name="api.reports.hours",
    access=Permission.REPORT_READ,
    tags=["reports"],
    summary="The hour report",
    description=f"By line, activity, community, month, capacity and evidence grade. {FILTER}",
    responses=READS,
)
async def hours(
    request: AnyRequest,
    contract: FromQuery[int],  # noqa: ARG001 (read by asked_scope; named here for the OpenAPI document)
    period: FromQuery[int | None] = None,  # noqa: ARG001
) -> HoursOut:
    """The figures."""
    return _hours(await hour_figures(await asked_scope(request)))


@get(
    "/reports/hours/rows",
    name="api.reports.rows",
    access=Permission.REPORT_READ,
    tags=["reports"],
    summary="The entries behind a figure",
    description=FILTER,
    responses=READS,
)
async def rows(
    request: AnyRequest,
    contract: FromQuery[int],  # noqa: ARG001
    period: FromQuery[int | None] = None,  # noqa: ARG001
    line: FromQuery[int | None] = None,  # noqa: ARG001
    activity: FromQuery[int | None] = None,  # noqa: ARG001
    region: FromQuery[str | None] = None,  # noqa: ARG001
    month: FromQuery[Month | None] = None,  # noqa: ARG001
    capacity: FromQuery[Capacity | None] = None,  # noqa: ARG001
    grade: FromQuery[Grade | None] = None,  # noqa: ARG001
    after: FromQuery[str] = "",
    limit: FromQuery[Annotated[int, Meta(ge=1, le=1000)]] = 100,
) -> RowsOut:
    """A page of entries."""
    scope = await asked_scope(request)
    found = await entries(scope, place(after), limit)
    known = await totals(scope)
    last = found[-1] if len(found) == limit else None
    return RowsOut(
        rows=known.rows,
        minutes=known.minutes,
        items=found,
        next_after=f"{last.served_on}~{last.posting_id}" if last else None,
    )


@get(
    "/reports/hours.csv",
    name="api.reports.hours_csv",
    access=Permission.REPORT_READ,
    tags=["reports"],
    summary="The entries as CSV",
    description=f"Streamed; UTF-8 with a byte order mark; headings in the language of `Accept-Language`. {FILTER}",
    responses=DOWNLOADS,
)
async def hours_csv(request: AnyRequest, contract: FromQuery[int]) -> Stream:  # noqa: ARG001
    """The rows as CSV."""
    return csv_of(await asked_scope(request))


@get(
    "/reports/hours.json",
    name="api.reports.hours_json",
    access=Permission.REPORT_READ,
    tags=["reports"],
    summary="All entries as one JSON array",
    description=f"Streamed, one object a line, so that it can be read whole or line by line. {FILTER}",
    responses=DOWNLOADS,
)
async def hours_json(request: AnyRequest, contract: FromQuery[int]) -> Stream:  # noqa: ARG001
    """The rows as JSON."""
    return json_of(await asked_scope(request))


def _export(row: ExportRow) -> ExportOut:
    ready = row.status == "ready" and row.file_name
    return ExportOut(
        id=row.id,
        format=row.format,
        status=row.status,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        file=f"/api/v1/exports/{row.id}/file" if ready else None,
    )


@post(
    "/exports",
    name="api.reports.request_export",
    access=Permission.REPORT_READ,
    status_code=202,
    tags=["reports"],
    summary="Ask for a workbook or a proof file",
    description="`xlsx`: an Excel workbook of the entries of a filter, with a data dictionary as its second sheet. "
    "`proof`: JSON Lines with the figures, every entry as it was sealed with its proof, and a signature, for "
    "`linli verify`. It is made in the background; ask for the export until its status is `ready`.",
    responses=READS,
)
async def request_export(
    request: AnyRequest,
    data: JSONBody[HourFilter],
    format: FromQuery[Format] = Format.WORKBOOK,  # noqa: A002 (the name in the address)
) -> ExportOut:
    """Ask for a file."""
    actor = signed_in(request)
    export_id = await actions.request_export(actor, data, format, now=clock.now())
    return _export(await export_for(actor.organisation_id, export_id))


@get(
    "/exports/{export_id:int}",
    name="api.reports.export",
    access=Permission.REPORT_READ,
    tags=["reports"],
    summary="How far a file is",
    responses=READS,
)
async def export(request: AnyRequest, export_id: FromPath[int]) -> ExportOut:
    """Progress."""
    return _export(await export_for(signed_in(request).organisation_id, export_id))


@get(
    "/exports/{export_id:int}/file",
    name="api.reports.export_file",
    access=Permission.REPORT_READ,
    tags=["reports"],
    summary="The file itself",
    responses=READS,
)
async def export_file(request: AnyRequest, export_id: FromPath[int]) -> File:
    """The file."""
    return made_file(await export_for(signed_in(request).organisation_id, export_id))


ROUTES: list[Any] = [hours, rows, hours_csv, hours_json, request_export, export, export_file]
