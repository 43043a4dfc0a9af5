"""The entries behind a figure, page by page."""

from datetime import date

from msgspec import Struct

from app.kit.db import fetch, fetch_one
from app.reports.queries.contracts import Scope
from app.reports.queries.selection import ENTRIES, where


class EntryRow(Struct, frozen=True, kw_only=True):
    """One ledger entry as a report lists it."""

    posting_id: int
    served_on: date
    attendance_id: int
    person_name: str
    volunteer_no: str
    activity_name: str
    line_code: str
    line_name: str
    region_name: str
    region_name_en: str
    capacity: str
    minutes: int
    grade: str
    entry: int
    corrects_id: int | None
    verified_by: str | None
    """Empty where the rule-book lets the time count at check-out."""


ROWS = f"""
    SELECT po.id AS posting_id, po.served_on, po.attendance_id, p.name AS person_name, p.volunteer_no,
           v.name AS activity_name, l.code AS line_code, l.name AS line_name, r.name AS region_name,
           r.name_en AS region_name_en, po.capacity, po.minutes, po.grade, po.entry, po.corrects_id,
           k.name AS verified_by
    {ENTRIES}
    JOIN line l ON l.id = al.line JOIN activity v ON v.id = po.activity JOIN region r ON r.code = po.region
    JOIN person p ON p.id = po.person LEFT JOIN account k ON k.id = po.verified_by
"""


class Totals(Struct, frozen=True):
    """What the entries of a filter come to."""

    rows: int
    minutes: int


async def totals(scope: Scope) -> Totals:
    """How many entries, and their minutes."""
    condition, arguments = where(scope)
    sql = f"SELECT count(*) AS rows, coalesce(sum(po.minutes), 0)::bigint AS minutes {ENTRIES} {condition}"
    return await fetch_one(Totals, sql, *arguments) or Totals(0, 0)


async def entries(scope: Scope, after: tuple[date, int] | None, limit: int) -> list[EntryRow]:
    """The entries after a place, in order of service."""
    condition, arguments = where(scope)
    if after:
        condition += f" AND (po.served_on, po.id) > (${len(arguments) + 1}, ${len(arguments) + 2})"
        arguments += after
    sql = f"{ROWS} {condition} ORDER BY po.served_on, po.id LIMIT ${len(arguments) + 1}"
    return await fetch(EntryRow, sql, *arguments, limit)


class Names(Struct, frozen=True):
    """The names of what a filter asks for by number."""

    activity: str | None
    region: str | None
    region_en: str | None


NAMES = """
    SELECT (SELECT name FROM activity WHERE id = $1) AS activity, (SELECT name FROM region WHERE code = $2) AS region,
           (SELECT name_en FROM region WHERE code = $2) AS region_en
"""


async def names_of(scope: Scope) -> Names:
    """The activity and community that are asked for."""
    names = await fetch_one(Names, NAMES, scope.filter.activity, scope.filter.region)
    return names or Names(None, None, None)
