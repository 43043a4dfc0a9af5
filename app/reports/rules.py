"""What reports are about: their filters and their months."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, Struct

from app.hours.rules import Grade
from app.hours.rules.kinds import Capacity, Kind
from app.hours.rules.slices import Slice
from app.kit.rules import N_, Refusal

SHEET_ROWS = 1_048_575
"""What one sheet of a workbook holds below its header."""

KEPT_DAYS = 7
"""How long a made file can be fetched."""


Month = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Format(StrEnum):
    """What the worker makes of a report."""

    WORKBOOK = "xlsx"
    PROOF = "proof"


SUFFIXES: dict[Format, str] = {Format.WORKBOOK: ".xlsx", Format.PROOF: ".proof.jsonl"}


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries a figure is made of. Every figure of a report has one, and so has every list and download."""

    def fields(self) -> dict[str, str]:
        """What is asked for, as fields of a form."""
        return {name: str(given) for name, given in msgspec.to_builtins(self).items() if given is not None}

    def query(self) -> str:
        """As the query of an address."""
        return urlencode(self.fields())

    def narrowed(self, **by: object) -> Self:
        """The same, with more said. Fields are named as in an address."""
        return msgspec.convert(msgspec.to_builtins(self) | by, type(self))


class HourFilter(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of the hour report of a contract."""

    contract: int
    period: int | None = None
    line: int | None = None
    activity: int | None = None
    region: Annotated[str, Meta(max_length=12)] | None = None
    month: Month | None = None
    capacity: Capacity | None = None
    grade: Grade | None = None


class CityFilter(
    Asked, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_month": "from", "to_month": "to"}
):
    """What is asked of the hours of a whole city, agency or funder."""

    from_month: Month | None = None
    to_month: Month | None = None
    """The last month that is meant."""
    region: Annotated[str, Meta(pattern=r"^\d{2,12}$")] | None = None
    """With every place below it."""
    capacity: Capacity | None = None
    service_kind: Annotated[str, Meta(max_length=40)] | None = None
    kind: Kind | None = None
    grade: Grade | None = None
    agency: int | None = None
    line: Annotated[int, Meta(ge=1)] | None = None

    def within(self, today: date) -> Self:
        """The same with both months said: the last twelve when neither is."""
        last = self.to_month or max(month_of(today), self.from_month or "")
        first = self.from_month or months_before(last, MONTHS_SHOWN - 1)
        return msgspec.structs.replace(self, from_month=min(first, last), to_month=max(first, last))

    @property
    def span(self) -> tuple[date, date]:
        """The days meant, half-open. Both months are said."""
        return first_of(self.from_month or ""), next_month(first_of(self.to_month or ""))

    def slice(self) -> Slice:
        """As the kept sums are asked."""
        from_on, to_before = self.span
        rest = {name: getattr(self, name) for name in ("region", "capacity", "service_kind", "kind", "grade")}
        return Slice(from_on=from_on, to_before=to_before, agency=self.agency, line=self.line, **rest)


MONTHS_SHOWN = 12
"""How many months are shown to whoever asks for none."""


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


def months_before(month: str, count: int) -> str:
    """The month so many before another."""
    year, of_year = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - count, 12)
    return f"{year}-{of_year + 1:02d}"


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
NOTHING_SEALED = Refusal(
    "nothing_sealed",
    N_("Nothing is sealed yet, so there is nothing to prove."),
    N_("The first seal is made within minutes of the first entry. Try again then."),
)
EXPORT_GONE = Refusal(
    "export_gone",
    N_("This file is no longer kept."),
    N_("Make it again from the report."),
    status=410,
)

CONSTRAINTS: dict[str, Refusal] = {}
