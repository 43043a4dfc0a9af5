"""The hours of a whole city, agency or funder: every figure from the kept sums and the unsealed tail, in one query."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.rollups import Split, Sum, last_seal, reach_of, sums
from app.hours.rules import Grade
from app.hours.rules.kinds import Capacity
from app.hours.rules.slices import By
from app.kit.db import fetch, value
from app.reports.rules import CityFilter, month_of, months_between


class CityFigure(Struct, frozen=True, kw_only=True):
    """One total. `filter` is narrower than its page's, or the page's own where nothing is left to narrow."""

    key: str
    name: str
    name_en: str
    minutes: int
    attendances: int
    filter: CityFilter


class CityFigures(Struct, frozen=True, kw_only=True):
    """The whole report. Names are of what its filter names."""

    filter: CityFilter
    minutes: int
    attendances: int
    tail_minutes: int
    tail_attendances: int
    """Of these, what no seal covers yet."""
    sealed_at: datetime | None
    """When the newest seal was made; None before the first."""
    months: dict[str, list[CityFigure]]
    """By capacity, because the three never mix; every month of the span is there."""
    regions: list[CityFigure]
    """One level below the region asked for, or deeper where that would be a single place."""
    service_kinds: list[CityFigure]
    kinds: list[CityFigure]
    capacities: list[CityFigure]
    grades: list[CityFigure]
    agencies: list[CityFigure]
    names: dict[tuple[str, str], tuple[str, str]]

    def name(self, kind: str, key: object) -> tuple[str, str]:
        """The Chinese and the English name of a region, agency, kind of service or line."""
        return self.names.get((kind, str(key)), (str(key), ""))


SPLITS: list[Split] = [
    (),
    (By.TAIL,),
    (By.MONTH, By.CAPACITY),
    (By.REGION,),
    (By.SERVICE_KIND,),
    (By.KIND,),
    (By.CAPACITY,),
    (By.GRADE,),
    (By.AGENCY,),
]

LEVELS = (2, 4, 6, 9, 12)
"""Digits of the code of a province, city, district, street and community."""


async def city_figures(actor: Actor, wanted: CityFilter) -> CityFigures:
    """Every figure, in three queries however much there is. Both months of the filter are said."""
    found = await sums(reach_of(actor), wanted.slice(), SPLITS)
    seal = await last_seal()
    regions = by_place(found[(By.REGION,)], wanted.region or "")
    named = [("region", code) for code in regions] + asked_names(wanted)
    named += [("agency", str(one.agency)) for one in found[(By.AGENCY,)]]
    named += [("service_kind", str(one.service_kind)) for one in found[(By.SERVICE_KIND,)]]
    names = await names_of(named)

    def split(by: By) -> list[CityFigure]:
        return [_figure(wanted, names, by, getattr(one, by), one.minutes, one.entries) for one in found[(by,)]]

    whole = next(iter(found[()]), None)
    tail = next((one for one in found[(By.TAIL,)] if one.tail), None)
    return CityFigures(
        filter=wanted,
        minutes=whole.minutes if whole else 0,
        attendances=whole.entries if whole else 0,
        tail_minutes=tail.minutes if tail else 0,
        tail_attendances=tail.entries if tail else 0,
        sealed_at=seal.sealed_at if seal else None,
        months=_by_month(wanted, found[(By.MONTH, By.CAPACITY)]),
        regions=[_figure(wanted, names, By.REGION, code, *total) for code, total in regions.items()],
        service_kinds=split(By.SERVICE_KIND),
        kinds=split(By.KIND),
        capacities=_in_order(split(By.CAPACITY), [each.value for each in Capacity]),
        grades=_in_order(split(By.GRADE), [each.value for each in Grade]),
        agencies=split(By.AGENCY),
        names=names,
    )


async def total_of(actor: Actor, wanted: CityFilter) -> tuple[int, int]:
    """Minutes and attendances of everything a filter asks for."""
    whole = (await sums(reach_of(actor), wanted.slice(), [()]))[()]
    return (whole[0].minutes, whole[0].entries) if whole else (0, 0)


def by_place(rows: list[Sum], under: str) -> dict[str, tuple[int, int]]:
    """Minutes and attendances of the places one level below `under`; deeper while there is only one place."""
    totals: dict[str, tuple[int, int]] = {}
    for level in [level for level in LEVELS if level > len(under)] or [LEVELS[-1]]:
        totals = {}
        for row in rows:
            code = (row.region or "")[:level]
            minutes, entries = totals.get(code, (0, 0))
            totals[code] = (minutes + row.minutes, entries + row.entries)
        if len(totals) > 1:
            break
    return dict(sorted(totals.items(), key=lambda each: (-each[1][0], each[0])))


def _by_month(wanted: CityFilter, rows: list[Sum]) -> dict[str, list[CityFigure]]:
    by_key = {(row.capacity, month_of(row.month)): row for row in rows if row.month}
    months = months_between(*wanted.span)
    return {
        capacity: [_month(wanted, capacity, month, by_key.get((capacity, month))) for month in months]
        for capacity in Capacity
        if any((capacity, month) in by_key for month in months)
    }


def _month(wanted: CityFilter, capacity: Capacity, month: str, row: Sum | None) -> CityFigure:
    return CityFigure(
        key=month,
        name="",
        name_en="",
        minutes=row.minutes if row else 0,
        attendances=row.entries if row else 0,
        filter=wanted.narrowed(**{"from": month, "to": month, "capacity": capacity}),
    )


def _figure(
    wanted: CityFilter, names: dict[tuple[str, str], tuple[str, str]], by: By, key: Any, minutes: int, attendances: int
) -> CityFigure:
    name, name_en = names.get((by.value, str(key)), (str(key), ""))
    return CityFigure(
        key=str(key),
        name=name,
        name_en=name_en,
        minutes=minutes,
        attendances=attendances,
        filter=wanted.narrowed(**{by.value: key}),
    )


def _in_order(figures: list[CityFigure], keys: list[str]) -> list[CityFigure]:
    return sorted(figures, key=lambda figure: keys.index(figure.key))


def asked_names(wanted: CityFilter) -> list[tuple[str, str]]:
    """What a filter names, with the places above its region."""
    above = [(wanted.region or "")[:level] for level in LEVELS if level <= len(wanted.region or "")]
    asked = [("region", code) for code in above]
    given = {kind: getattr(wanted, kind) for kind in ("agency", "service_kind", "line")}
    return asked + [(kind, str(key)) for kind, key in given.items() if key]


class _Name(Struct, frozen=True):
    kind: str
    key: str
    zh: str
    en: str


NAMES = """
    SELECT 'region' AS kind, code AS key, name AS zh, name_en AS en FROM region WHERE code = any($1)
    UNION ALL SELECT 'agency', id::text, name, name_en FROM organisation WHERE id = any($2::bigint[])
    UNION ALL SELECT 'service_kind', code, name_zh, name_en FROM service_kind WHERE code = any($3)
    UNION ALL SELECT 'line', id::text, code || ' ' || name, '' FROM line WHERE id = any($4::bigint[])
"""


async def names_of(keys: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """The Chinese and English names of regions, agencies, kinds of service and lines."""
    of = {kind: sorted({key for each, key in keys if each == kind}) for kind in ("region", "service_kind")}
    numbers = {kind: sorted({int(key) for each, key in keys if each == kind}) for kind in ("agency", "line")}
    rows = await fetch(_Name, NAMES, of["region"], numbers["agency"], of["service_kind"], numbers["line"])
    return {(row.kind, row.key): (row.zh, row.en) for row in rows}


EARLIEST = """
    SELECT least((SELECT min(month) FROM rollup_month), (SELECT min(served_on) FROM unsealed))
"""


async def earliest_month() -> date | None:
    """When the ledger begins; None while it is empty."""
    found: date | None = await value(EARLIEST)
    return found
