"""What the hour report is about: its filter, its months, and what a delivered unit is."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, Struct

from app.hours.rules import Grade
from app.kit.rules import N_, Refusal

SHEET_ROWS = 1_048_575
"""What one sheet of a workbook holds below its header."""

KEPT_DAYS = 7
"""How long a made file can be fetched."""


class ServedAs(StrEnum):
    """Paid time is never volunteer time."""

    VOLUNTEER = "volunteer"
    STAFF = "staff"


Month = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class HourFilter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries a figure is made of. Every figure of the report has one, and so has every list and download."""

    contract: int
    period: int | None = None
    line: int | None = None
    activity: int | None = None
    region: Annotated[str, Meta(max_length=12)] | None = None
    month: Month | None = None
    capacity: ServedAs | None = None
    grade: Grade | None = None

    def fields(self) -> dict[str, str]:
        """What is asked for, as fields of a form."""
        known = msgspec.to_builtins(self)
        return {name: str(known[name]) for name in self.__struct_fields__ if known[name] is not None}

    def query(self) -> str:
        """As the query of an address."""
        return urlencode(self.fields())

    def narrowed(self, **by: object) -> "HourFilter":
        """The same, with more said."""
        return msgspec.convert(msgspec.to_builtins(self) | by, HourFilter)


def month_of(day: date) -> str:
    """The month a day is in, as filters name it."""
    return f"{day:%Y-%m}"


def first_of(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def next_month(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months_between(starts_on: date, ends_before: date) -> list[str]:
    """Every month that has a day in the half-open span, so that months with nothing are there too."""
    months = []
    first = starts_on.replace(day=1)
    while first < ends_before:
        months.append(month_of(first))
        first = next_month(first)
    return months


def place(after: str) -> tuple[date, int] | None:
    """The key of the last row of a page, as addresses carry it (`2026-11-28~17`); None at the beginning."""
    day, _sep, number = after.partition("~")
    try:
        return (date.fromisoformat(day), int(number)) if number else None
    except ValueError:
        return None


def sheets_for(rows: int) -> int:
    """How many sheets so many rows fill; one even for none."""
    return max(-(-rows // SHEET_ROWS), 1)


EXPORTS_BUSY = Refusal(
    "downloads_busy",
    N_("Several large downloads are running."),
    N_("Try again in a minute."),
    status=503,
)
EXPORT_GONE = Refusal(
    "export_gone",
    N_("This file is no longer kept."),
    N_("Make it again from the report."),
    status=410,
)

CONSTRAINTS: dict[str, Refusal] = {}
