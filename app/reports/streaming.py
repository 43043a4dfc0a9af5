"""Downloads as answers: their names, their headers, and the stream inside."""

from collections.abc import AsyncIterator

from litestar.response import File, Stream

from app.accounts.rules import Actor
from app.kit.errors import DomainError
from app.reports.copying import copy_csv, json_array, refuse_when_busy
from app.reports.queries.city_rows import city_for_people, city_for_programs, city_headings
from app.reports.queries.contracts import Scope
from app.reports.queries.downloading import for_people, for_programs, headings
from app.reports.queries.exports import ExportRow, folder
from app.reports.rules import EXPORT_GONE, SUFFIXES, CityFilter, Format
from app.reports.saying import file_stem

MEDIA_TYPES = {
    Format.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PROOF: "application/jsonl",
}


def csv_of(scope: Scope) -> Stream:
    """The rows of a filter as CSV, in the reader's language.

    Raises:
        Conflict: 503, when too many downloads run.
    """
    refuse_when_busy()
    statement, arguments = for_people(scope, guard=True)
    stream = copy_csv(headings(), statement, arguments)
    return _download(stream, f"{file_stem(scope)}.csv", "text/csv; charset=utf-8")


def json_of(scope: Scope) -> Stream:
    """The rows of a filter as a JSON array.

    Raises:
        Conflict: 503, when too many downloads run.
    """
    refuse_when_busy()
    return _download(json_array(*for_programs(scope)), f"{file_stem(scope)}.json", "application/json")


def city_csv_of(actor: Actor, wanted: CityFilter) -> Stream:
    """The figures of a city at their finest as CSV, in the reader's language.

    Raises:
        Conflict: 503, when too many downloads run.
    """
    refuse_when_busy()
    stream = copy_csv(city_headings(), *city_for_people(actor, wanted))
    return _download(stream, f"{_city_stem(wanted)}.csv", "text/csv; charset=utf-8")


def city_json_of(actor: Actor, wanted: CityFilter) -> Stream:
    """The same as a JSON array.

    Raises:
        Conflict: 503, when too many downloads run.
    """
    refuse_when_busy()
    return _download(json_array(*city_for_programs(actor, wanted)), f"{_city_stem(wanted)}.json", "application/json")


def _city_stem(wanted: CityFilter) -> str:
    return f"hours-{wanted.from_month}-{wanted.to_month}"


def made_file(export: ExportRow) -> File:
    """A workbook or proof file that was made.

    Raises:
        DomainError: 410, when it is not made or no longer kept.
    """
    path = folder() / export.file_name
    if export.status != "ready" or not export.file_name or not path.is_file():
        raise DomainError(EXPORT_GONE)
    name = f"hours-{export.id}{SUFFIXES[export.format]}"
    return File(path, filename=name, media_type=MEDIA_TYPES[export.format], content_disposition_type="attachment")


def _download(stream: AsyncIterator[bytes], name: str, media_type: str) -> Stream:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(stream, media_type=media_type, headers=headers)
