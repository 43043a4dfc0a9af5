"""Reads CSV and XLSX files as people's programs write them: any usual encoding, separator and first rows."""

import codecs
import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from msgspec import Struct
from python_calamine import CalamineError, CalamineWorkbook

from app.kit.errors import Invalid
from app.kit.rules import N_, Refusal

MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL, LONGEST_READ = 20_000, 4_000_000
WHY_COLUMN = "linli_why"
"""The column that failed rows are given back with; ignored when they come in again."""

NOT_A_TABLE = Refusal(
    "not_a_table",
    N_("We cannot read this file as a table."),
    N_("Save it as CSV or as an Excel workbook (.xlsx), with the names of the columns in the first row."),
    status=422,
)
EMPTY = Refusal("empty_table", N_("This file has no rows."), N_("Check that you chose the right file."), status=422)
TOO_MANY_ROWS = Refusal(
    "too_many_rows", N_("This file has more than 50,000 rows."), N_("Split it into several files."), status=422
)
BROKEN_TEXT = Refusal(
    "broken_text",
    N_("Some letters of this file cannot be read."),
    N_("Save it again as CSV with the encoding UTF-8, or as an Excel workbook."),
    status=422,
)

REMARKS = {
    "gb18030": N_("The file is in the Chinese encoding GB18030; it was read as such."),
    "utf-16": N_("The file is in the encoding UTF-16; it was read as such."),
    "separator": N_("The columns are not separated by commas; they were told apart all the same."),
    "first_sheet": N_("The workbook has several sheets; only the first one is read."),
    "blank_header": N_("Some columns have no name; they are called by their letters."),
    "twin_header": N_("Some columns have the same name; the later ones have a number added."),
    "blank_rows": N_("Empty rows were left out."),
    "long_cell": N_("Some cells hold more than 20,000 letters; the rest was cut off."),
    "ragged": N_("Some rows have fewer or more cells than there are columns; missing cells are taken as empty."),
}
"""What is said about the file as a whole."""


class Table(Struct, frozen=True, kw_only=True):
    """A file as rows of text, all as wide as the headers."""

    headers: list[str]
    rows: list[list[str]]
    remarks: list[str]


def read_table(content: bytes, filename: str) -> Table:
    """Read a file, whatever its name says: a workbook is known by its first bytes.

    Raises:
        Invalid: when it is no table, is empty, is too long, or its letters cannot be read.
    """
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0" or filename.lower().endswith((".xlsx", ".xls")):
        rows, remarks = _workbook(content)
    else:
        rows, remarks = _csv(content)
    return _as_table(rows, remarks)


def _workbook(content: bytes) -> tuple[Iterator[list[str]], list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise Invalid(NOT_A_TABLE, file=NOT_A_TABLE.text) from error
    rows = ([_cell(value) for value in row] for row in sheet.iter_rows())
    return rows, ["first_sheet"] if len(book.sheet_names) > 1 else []


def _cell(value: Any) -> str:
    """A workbook's cell as one would type it: whole numbers without `.0`, days without midnight."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _csv(content: bytes) -> tuple[Iterator[list[str]], list[str]]:
    text, remarks = _text(content)
    if "\0" in text:
        raise Invalid(NOT_A_TABLE, file=NOT_A_TABLE.text)
    separator = _separator(text)
    if separator != ",":
        remarks.append("separator")
    csv.field_size_limit(LONGEST_READ)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator), remarks


def _text(content: bytes) -> tuple[str, list[str]]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), ["utf-16"]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), ["gb18030"]
    except UnicodeDecodeError as error:
        raise Invalid(BROKEN_TEXT, file=BROKEN_TEXT.text) from error


def _separator(text: str) -> str:
    """Whichever usual separator splits the first line most; `csv.Sniffer` guesses wildly on prose."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {mark: len(next(csv.reader([first], delimiter=mark), [])) for mark in (",", ";", "\t", "|")}
    return max(counts, key=lambda mark: counts[mark])


def _as_table(rows: Iterator[list[str]], remarks: list[str]) -> Table:
    found = list(remarks)
    headers: list[str] = []
    kept: list[list[str]] = []
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                found += ["blank_rows"] if headers else []
            elif not headers:
                headers = _headers(row, found)
            else:
                kept.append(_fitted(row, len(headers), found))
                if len(kept) > MOST_ROWS:
                    raise Invalid(TOO_MANY_ROWS, file=TOO_MANY_ROWS.text)
    except csv.Error as error:
        raise Invalid(NOT_A_TABLE, file=NOT_A_TABLE.text) from error
    if not kept:
        raise Invalid(EMPTY, file=EMPTY.text)
    keep = [place for place, header in enumerate(headers) if header != WHY_COLUMN]
    if not 0 < len(keep) <= MOST_COLUMNS:
        raise Invalid(NOT_A_TABLE, file=NOT_A_TABLE.text)
    return Table(
        headers=[headers[place] for place in keep],
        rows=[[row[place] for place in keep] for row in kept],
        remarks=list(dict.fromkeys(found)),
    )


def _fitted(row: list[str], width: int, remarks: list[str]) -> list[str]:
    """The row as wide as the headers, its cells no longer than we keep."""
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        remarks.append("ragged")
    if any(len(cell) > LONGEST_CELL for cell in row):
        remarks.append("long_cell")
    return [cell[:LONGEST_CELL] for cell in row[:width]] + [""] * (width - len(row))


def _headers(row: list[str], remarks: list[str]) -> list[str]:
    """Every column's own name. Trailing columns without a name are no columns."""
    width = max(place for place, cell in enumerate(row) if cell.strip()) + 1
    names: list[str] = []
    for place, cell in enumerate(row[:width]):
        name = " ".join(cell.split())[:120]
        if not name:
            name = f"({_letters(place)})"
            remarks.append("blank_header")
        if name in names:
            remarks.append("twin_header")
            name = next(f"{name} ({n})" for n in range(2, MOST_COLUMNS * 2) if f"{name} ({n})" not in names)
        names.append(name)
    return names


def _letters(place: int) -> str:
    """A column's letters, as spreadsheets name it."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
