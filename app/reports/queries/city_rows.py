"""The entries behind a figure of the city's hours, page by page, and the figures as rows for downloads."""

from datetime import date
from typing import Any

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.hours.queries.rollups import reach_of, statement, where
from app.hours.rules.kinds import KINDS
from app.hours.rules.slices import By
from app.kit.db import fetch
from app.kit.i18n import gettext, locale
from app.kit.rules import N_
from app.reports.queries.columns import CAPACITIES, guarded
from app.reports.queries.downloading import spoken_codes
from app.reports.rules import CityFilter


class CityRow(Struct, frozen=True, kw_only=True):
    """One ledger entry. The name is for those who may look into attendances; others see the person's number."""

    posting_id: int
    served_on: date
    attendance_id: int
    person_name: str | None
    volunteer_no: str
    activity_name: str
    agency_name: str
    agency_name_en: str
    region_name: str
    region_name_en: str
    kind: str
    capacity: str
    minutes: int
    grade: str
    corrects_id: int | None


# The columns that `where` names, over all entries.
ENTRIES = """
    SELECT po.id, po.served_on AS day, po.attendance_id, po.person, po.activity, al.line, po.agency, po.region,
           po.service_kind, po.kind, po.capacity, po.grade, po.minutes, po.corrects_id
    FROM posting po LEFT JOIN allocation al ON al.posting_id = po.id AND al.served_on = po.served_on
"""
ROWS = """
    SELECT e.id AS posting_id, e.day AS served_on, e.attendance_id, CASE WHEN {named} THEN p.name END AS person_name,
           p.volunteer_no, v.name AS activity_name, o.name AS agency_name, o.name_en AS agency_name_en,
           r.name AS region_name, r.name_en AS region_name_en, e.kind, e.capacity, e.minutes, e.grade, e.corrects_id
    FROM (SELECT * FROM ({entries}) e {condition} {older} ORDER BY id DESC LIMIT {limit}) e
    JOIN activity v ON v.id = e.activity JOIN organisation o ON o.id = e.agency JOIN region r ON r.code = e.region
    JOIN person p ON p.id = e.person
    ORDER BY e.id DESC
"""


async def city_rows(actor: Actor, wanted: CityFilter, before: int | None, limit: int) -> list[CityRow]:
    """The newest entries of a filter, or those with a smaller number than `before`."""
    condition, arguments = where(reach_of(actor), wanted.slice(), By.DAY)
    older = ""
    if before is not None:
        arguments.append(before)
        older = f"AND id < ${len(arguments)}"
    text = ROWS.format(
        named="true" if actor.may(Permission.REPORT_READ) else "false",
        entries=ENTRIES,
        condition=condition,
        older=older,
        limit=f"${len(arguments) + 1}",
    )
    return await fetch(CityRow, text, *arguments, limit)


DOWNLOADED = (
    ("month", N_("Month"), "to_char(s.month, 'YYYY-MM')"),
    ("region", N_("Region code"), "s.region"),
    ("community", N_("Community"), "r.name"),
    ("agency", N_("Agency"), "o.name"),
    ("service_kind", N_("Kind of service"), "k.name_zh"),
    ("kind", N_("Kind of time"), "{kinds}::text::jsonb ->> s.kind"),
    ("capacity", N_("Served as"), "{capacities}::text::jsonb ->> s.capacity"),
    ("grade", N_("Grade"), "s.grade"),
    ("hours", N_("Hours"), "round(s.minutes / 60.0, 2)"),
    ("minutes", N_("Minutes"), "s.minutes"),
    ("attendances", N_("Attendances"), "s.entries"),
)
ENGLISH = {
    "community": "coalesce(nullif(r.name_en, ''), r.name)",
    "agency": "coalesce(nullif(o.name_en, ''), o.name)",
    "service_kind": "k.name_en",
}
PLAIN = {"kind": "s.kind", "capacity": "s.capacity", "service_kind": "s.service_kind"}
FINEST = (By.MONTH, By.REGION, By.AGENCY, By.SERVICE_KIND, By.KIND, By.CAPACITY, By.GRADE)
JOINS = """
    JOIN region r ON r.code = s.region JOIN organisation o ON o.id = s.agency
    JOIN service_kind k ON k.code = s.service_kind
    ORDER BY s.month, s.region, s.agency, s.service_kind, s.kind, s.capacity, s.grade
"""


def city_headings() -> list[str]:
    """The header row in the reader's language."""
    return [gettext(heading) for _, heading, _ in DOWNLOADED]


def city_for_people(actor: Actor, wanted: CityFilter) -> tuple[str, list[Any]]:
    """Every figure at its finest, as a statement for spreadsheets."""
    text, arguments = statement(reach_of(actor), wanted.slice(), [FINEST])
    places = {name: f"${len(arguments) + place}" for place, name in enumerate(("kinds", "capacities"), 1)}
    columns = []
    for code, _, sql in DOWNLOADED:
        chosen = ENGLISH.get(code, sql) if locale() == "en" else sql
        shown = guarded(chosen) if code == "agency" else chosen
        columns.append(f"{shown.format(**places)} AS {code}")
    arguments += [spoken_codes(KINDS), spoken_codes(CAPACITIES)]
    return f"SELECT {', '.join(columns)} FROM ({text}) s {JOINS}", arguments


def city_for_programs(actor: Actor, wanted: CityFilter) -> tuple[str, list[Any]]:
    """The same as JSON objects, codes instead of words."""
    text, arguments = statement(reach_of(actor), wanted.slice(), [FINEST])
    columns = ", ".join(f"{PLAIN.get(code, sql)} AS {code}" for code, _, sql in DOWNLOADED)
    return f"SELECT row_to_json(entry)::text FROM (SELECT {columns} FROM ({text}) s {JOINS}) entry", arguments
