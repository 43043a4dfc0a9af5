"""The figures of the hour report: every total in one pass over the entries, corrections netted out."""

from datetime import date

from msgspec import Struct

from app.hours.rules import Grade
from app.hours.rules.kinds import Capacity
from app.kit.db import fetch
from app.reports.queries.contracts import ReportLine, Scope
from app.reports.queries.qualifying import Delivered, NotYet, delivered_of
from app.reports.queries.selection import ENTRIES, where
from app.reports.rules import HourFilter, month_of, months_between


class Figure(Struct, frozen=True, kw_only=True):
    """One total and the filter that opens its rows. `attendances` nets out what was taken back."""

    key: str
    name: str
    name_en: str
    minutes: int
    attendances: int
    filter: HourFilter


class LineFigure(Struct, frozen=True, kw_only=True):
    """What counts for a line, and how much of its target that is, in the line's own unit."""

    line: ReportLine
    minutes: int
    attendances: int
    delivered: float
    """What counts towards the target: served in the capacity that was bought, in series that reached what is asked."""
    not_yet: tuple[NotYet, ...]
    filter: HourFilter

    @property
    def share(self) -> float:
        """Per cent of the target."""
        return 100 * self.delivered / self.line.target


class HourFigures(Struct, frozen=True, kw_only=True):
    """The whole report."""

    minutes: int
    attendances: int
    filter: HourFilter
    lines: list[LineFigure]
    activities: list[Figure]
    regions: list[Figure]
    months: list[Figure]
    capacities: list[Figure]
    grades: list[Figure]


class _Sum(Struct, frozen=True):
    by: int
    line: int | None
    activity: int | None
    activity_name: str | None
    region: str | None
    region_name: str | None
    region_name_en: str | None
    month: date | None
    capacity: str | None
    grade: str | None
    minutes: int
    attendances: int


# A reversal has an even number and takes one attendance back; the entry that replaces it counts it again.
SUMS = f"""
    WITH sums AS (
        SELECT GROUPING(al.line, po.activity, po.region, date_trunc('month', po.served_on), po.capacity,
                        po.grade) AS by,
               al.line, po.activity, po.region, date_trunc('month', po.served_on)::date AS month, po.capacity, po.grade,
               coalesce(sum(po.minutes), 0)::bigint AS minutes,
               coalesce(sum(CASE WHEN mod(po.entry, 2) = 0 THEN -1 ELSE 1 END), 0)::bigint AS attendances
        {ENTRIES} %s
        GROUP BY GROUPING SETS ((), (al.line), (po.activity), (po.region), (date_trunc('month', po.served_on)),
                                (po.capacity), (po.grade))
    )
    SELECT s.*, v.name AS activity_name, r.name AS region_name, r.name_en AS region_name_en
    FROM sums s LEFT JOIN activity v ON v.id = s.activity LEFT JOIN region r ON r.code = s.region
    ORDER BY s.minutes DESC, s.activity, s.region
"""
ALL, LINE, ACTIVITY, REGION, MONTH, CAPACITY, GRADE = (
    0b111111,
    0b011111,
    0b101111,
    0b110111,
    0b111011,
    0b111101,
    0b111110,
)
"""What GROUPING answers for each set: a bit is 0 where the column is grouped by."""


async def hour_figures(scope: Scope) -> HourFigures:
    """Every figure of the report: four queries at most, however many rows, lines and months there are."""
    condition, arguments = where(scope)
    sums = await fetch(_Sum, SUMS % condition, *arguments)
    delivered = await delivered_of(scope)
    total = next((one for one in sums if one.by == ALL), None)
    return HourFigures(
        minutes=total.minutes if total else 0,
        attendances=total.attendances if total else 0,
        filter=scope.filter,
        lines=_lines(scope, sums, delivered),
        activities=[
            _figure(one, str(one.activity), one.activity_name or "", "", scope.filter.narrowed(activity=one.activity))
            for one in sums
            if one.by == ACTIVITY
        ],
        regions=[
            _figure(
                one,
                str(one.region),
                one.region_name or "",
                one.region_name_en or "",
                scope.filter.narrowed(region=one.region),
            )
            for one in sums
            if one.by == REGION
        ],
        months=_filled(
            scope,
            {month_of(one.month): one for one in sums if one.by == MONTH and one.month},
            "month",
            months_between(*scope.span),
        ),
        capacities=_filled(
            scope,
            {str(one.capacity): one for one in sums if one.by == CAPACITY},
            "capacity",
            [each.value for each in Capacity],
        ),
        grades=_filled(
            scope, {str(one.grade): one for one in sums if one.by == GRADE}, "grade", [each.value for each in Grade]
        ),
    )


def _figure(one: _Sum | None, key: str, name: str, name_en: str, narrowed: HourFilter) -> Figure:
    return Figure(
        key=key,
        name=name,
        name_en=name_en,
        minutes=one.minutes if one else 0,
        attendances=one.attendances if one else 0,
        filter=narrowed,
    )


def _filled(scope: Scope, found: dict[str, _Sum], by: str, keys: list[str]) -> list[Figure]:
    """One figure for every key, those with nothing too."""
    return [_figure(found.get(key), key, "", "", scope.filter.narrowed(**{by: key})) for key in keys]


def _lines(scope: Scope, sums: list[_Sum], delivered: dict[int, Delivered]) -> list[LineFigure]:
    by_line = {one.line: one for one in sums if one.by == LINE}
    return [
        LineFigure(
            line=line,
            minutes=by_line[line.id].minutes if line.id in by_line else 0,
            attendances=by_line[line.id].attendances if line.id in by_line else 0,
            delivered=delivered[line.id].amount,
            not_yet=delivered[line.id].not_yet,
            filter=scope.filter.narrowed(line=line.id),
        )
        for line in scope.lines
        if line.id in scope.line_ids
    ]
