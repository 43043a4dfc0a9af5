"""The hours of a whole city, agency or funder as JSON."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Stream
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours.rules import Grade
from app.hours.rules.kinds import Capacity, Kind
from app.kit import clock
from app.kit.problems import READS, refusal
from app.reports.asking import asked_city
from app.reports.queries.city import CityFigure, city_figures, total_of
from app.reports.queries.city_rows import CityRow, city_rows
from app.reports.rules import CityFilter
from app.reports.streaming import city_csv_of

AnyRequest = Request[Any, Any, Any]

FILTER = """
`from` and `to` are months (2026-11), the last twelve when none is said; `region` means every place below it too;
`capacity`, `service_kind`, `kind`, `grade`, `agency` and `line` narrow it. An agency's key gets its own hours, a
funder's or evaluator's what counts for its contracts, the platform's everything.
"""


class CityFigureOut(Struct, kw_only=True):
    """One total. `key` is what narrows the report to it."""

    key: str
    name: str
    minutes: int
    attendances: int


class CityOut(Struct, kw_only=True):
    """The figures, exact at this moment: of what is sealed, and of the newest entries that are not sealed yet."""

    from_month: str
    to_month: str
    minutes: int
    attendances: int
    unsealed_minutes: int
    unsealed_attendances: int
    sealed_at: datetime | None
    months: dict[str, list[CityFigureOut]]
    """By capacity: the three never mix."""
    regions: list[CityFigureOut]
    service_kinds: list[CityFigureOut]
    kinds: list[CityFigureOut]
    capacities: list[CityFigureOut]
    grades: list[CityFigureOut]
    agencies: list[CityFigureOut]


class CityRowsOut(Struct, kw_only=True):
    """A page of ledger entries, the newest first, and what all of them come to."""

    minutes: int
    attendances: int
    items: list[CityRow]
    next_before: int | None
    """Ask again with `before` set to this for the next page; null on the last."""


def _out(figures: list[CityFigure]) -> list[CityFigureOut]:
    return [
        CityFigureOut(key=one.key, name=one.name, minutes=one.minutes, attendances=one.attendances) for one in figures
    ]


def _asked(request: AnyRequest) -> CityFilter:
    return asked_city(request, clock.local_day(clock.now()))


@get(
    "/reports/city",
    name="api.reports.city",
    access=Permission.ROLLUP_SEE,
    tags=["reports"],
    summary="The hours of a city, agency or funder",
    description=f"By month, place, kind of service, kind of time, capacity, grade and agency. {FILTER}",
    responses=READS,
)
async def city(
    request: AnyRequest,
    region: FromQuery[str | None] = None,  # noqa: ARG001 (read by asked_city; named here for the OpenAPI document)
    capacity: FromQuery[Capacity | None] = None,  # noqa: ARG001
    service_kind: FromQuery[str | None] = None,  # noqa: ARG001
    kind: FromQuery[Kind | None] = None,  # noqa: ARG001
    grade: FromQuery[Grade | None] = None,  # noqa: ARG001
    agency: FromQuery[int | None] = None,  # noqa: ARG001
    line: FromQuery[int | None] = None,  # noqa: ARG001
) -> CityOut:
    """The figures."""
    found = await city_figures(signed_in(request), _asked(request))
    return CityOut(
        from_month=found.filter.from_month or "",
        to_month=found.filter.to_month or "",
        minutes=found.minutes,
        attendances=found.attendances,
        unsealed_minutes=found.tail_minutes,
        unsealed_attendances=found.tail_attendances,
        sealed_at=found.sealed_at,
        months={capacity: _out(figures) for capacity, figures in found.months.items()},
        regions=_out(found.regions),
        service_kinds=_out(found.service_kinds),
        kinds=_out(found.kinds),
        capacities=_out(found.capacities),
        grades=_out(found.grades),
        agencies=_out(found.agencies),
    )


@get(
    "/reports/city/rows",
    name="api.reports.city_rows",
    access=Permission.ROLLUP_SEE,
    tags=["reports"],
    summary="The entries behind a figure of the city's hours",
    description=FILTER,
    responses=READS,
)
async def rows(
    request: AnyRequest,
    before: FromQuery[int | None] = None,
    limit: FromQuery[Annotated[int, Meta(ge=1, le=1000)]] = 100,
) -> CityRowsOut:
    """A page of entries."""
    actor, wanted = signed_in(request), _asked(request)
    found = await city_rows(actor, wanted, before, limit)
    minutes, attendances = await total_of(actor, wanted)
    return CityRowsOut(
        minutes=minutes,
        attendances=attendances,
        items=found,
        next_before=found[-1].posting_id if len(found) == limit else None,
    )


@get(
    "/reports/city.csv",
    name="api.reports.city_csv",
    access=Permission.ROLLUP_SEE,
    tags=["reports"],
    summary="The figures at their finest as CSV",
    description=f"One row for each month, place, agency, kind, capacity and grade that has hours. {FILTER}",
    responses=READS | {503: refusal("Too many downloads at once.")},
)
async def city_csv(request: AnyRequest) -> Stream:
    """The figures as CSV."""
    return city_csv_of(signed_in(request), _asked(request))


ROUTES: list[Any] = [city, rows, city_csv]
