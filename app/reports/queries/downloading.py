"""The entries of a filter as one statement, in each language and for each format."""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.hours.rules.kinds import KINDS
from app.kit import clock
from app.kit.i18n import gettext, locale
from app.reports.queries.columns import CAPACITIES, COLUMNS, ENGLISH, JOINS, Column, guarded
from app.reports.queries.contracts import Scope
from app.reports.queries.selection import ENTRIES, where

PLACES = ("zone", "capacities", "kinds")
ORDER = "ORDER BY po.served_on, po.id"


def headings() -> list[str]:
    """The header row in the reader's language."""
    return [gettext(column.heading) for column in COLUMNS]


def for_people(scope: Scope, guard: bool) -> tuple[str, list[Any]]:
    """The statement for spreadsheets, with its arguments: words and clocks as the reader has them.

    `guard` is for formats whose readers calculate what begins like a formula.
    """
    condition, arguments = where(scope)
    places = {name: f"${len(arguments) + place}::text" for place, name in enumerate(PLACES, 1)}
    selected = ", ".join(f"{_spoken(column, guard).format(**places)} AS {column.code}" for column in COLUMNS)
    words = [clock.city_zone().key, spoken_codes(CAPACITIES), spoken_codes(KINDS)]
    return f"SELECT {selected} {ENTRIES} {JOINS} {condition} {ORDER}", [*arguments, *words]


def spoken_codes(names: Mapping[Any, str]) -> str:
    """Words by code in the reader's language, as the database takes them."""
    return msgspec.json.encode({code: gettext(name) for code, name in names.items()}).decode()


def for_programs(scope: Scope) -> tuple[str, list[Any]]:
    """The statement for JSON: one object a row, codes instead of words, instants with their offset."""
    condition, arguments = where(scope)
    plain = {
        "capacity": "po.capacity",
        "kind": "po.kind",
        "starts": "po.starts",
        "ends": "po.ends",
        "posted_at": "po.posted_at",
    }
    selected = ", ".join(f"{plain.get(column.code, column.sql)} AS {column.code}" for column in COLUMNS)
    rows = f"SELECT {selected} {ENTRIES} {JOINS} {condition} {ORDER}"
    return f"SELECT row_to_json(entry)::text FROM ({rows}) entry", arguments


def _spoken(column: Column, guard: bool) -> str:
    sql = ENGLISH.get(column.code, column.sql) if locale() == "en" else column.sql
    return guarded(sql) if guard and column.typed else sql
