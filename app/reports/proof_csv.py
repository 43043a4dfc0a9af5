"""Compares the rows of a downloaded CSV with the sealed entries of its proof file."""

import csv
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct

from app.hours.rules.proof_file import Entry, Leaf, leaf_of
from app.kit.i18n import LOCALES, gettext, speaking
from app.kit.rules import N_
from app.reports.queries.columns import COLUMNS

COMPARED = ("posting", "served_on", "minutes", "hours", "grade", "corrects", "attendance")
MOST = 20
"""More differences than these are not told one by one."""


class Difference(StrEnum):
    """How a CSV can differ from its entries."""

    UNKNOWN_ROW = "unknown_row"
    ROW_TWICE = "row_twice"
    VALUE = "value"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    MORE = "more"


DIFFERENCES: dict[Difference, str] = {
    Difference.UNKNOWN_ROW: N_("Row %(row)s: entry %(posting)s is not in the proof file."),
    Difference.ROW_TWICE: N_("Row %(row)s: entry %(posting)s is in the CSV for the second time."),
    Difference.VALUE: N_(
        "Row %(row)s, entry %(posting)s: “%(column)s” says %(said)s, the sealed entry says %(sealed)s."
    ),
    Difference.MISSING: N_("%(n)s entries of the proof file are not in the CSV, the first of them entry %(posting)s."),
    Difference.UNREADABLE: N_("Row %(row)s has no number of an entry."),
    Difference.MORE: N_("And %(n)s more rows are wrong."),
}


class CsvFinding(Struct, frozen=True):
    """One difference; `params` fill the sentence."""

    difference: Difference
    params: dict[str, object]


def say_difference(finding: CsvFinding) -> str:
    """In the reader's language."""
    return gettext(DIFFERENCES[finding.difference]) % finding.params


def compare(report: Path, proof: Path) -> tuple[int, list[CsvFinding]]:
    """How many rows the CSV has, and how they differ from the proof file, which is checked already.

    Raises:
        ValueError: when a column is missing; the message names it.
    """
    waiting = _sealed(proof)
    known = set(waiting)
    findings: list[CsvFinding] = []
    more = rows = 0
    with report.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(_read(file), 2):
            rows += 1
            finding = _differs(number, row, waiting, known)
            if finding and len(findings) < MOST:
                findings.append(finding)
            elif finding:
                more += 1
    if more:
        findings.append(CsvFinding(Difference.MORE, {"n": more}))
    if waiting:
        findings.append(CsvFinding(Difference.MISSING, {"n": len(waiting), "posting": min(waiting)}))
    return rows, findings


def _sealed(proof: Path) -> dict[int, tuple[str, ...]]:
    """What the CSV must say of each entry."""
    found = {}
    with proof.open("rb") as file:
        for line in file:
            if line.startswith(b'{"position"'):
                leaf = leaf_of(msgspec.json.decode(line, type=Entry).leaf)
                found[leaf.id] = _values(leaf)
    return found


def _values(leaf: Leaf) -> tuple[str, ...]:
    hours = (Decimal(leaf.minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    corrects = "" if leaf.corrects_id is None else str(leaf.corrects_id)
    fields = (leaf.id, leaf.served_on, leaf.minutes, hours, leaf.grade, corrects, leaf.attendance_id)
    return tuple(str(field) for field in fields)


def _read(file: Iterator[str]) -> Iterator[tuple[str, ...]]:
    """The compared columns of each row, whichever language its headings are in."""
    reader = csv.reader(file)
    places = _places(next(reader, []))
    for row in reader:
        yield tuple(row[place] if place < len(row) else "" for place in places)


def _places(headings: list[str]) -> list[int]:
    places = []
    for code in COMPARED:
        names = _spoken(code)
        place = next((place for place, heading in enumerate(headings) if heading in names), None)
        if place is None:
            raise ValueError(gettext(_heading(code)))
        places.append(place)
    return places


def _heading(code: str) -> str:
    return next(column.heading for column in COLUMNS if column.code == code)


def _spoken(code: str) -> set[str]:
    names = set()
    for language in LOCALES:
        with speaking(language):
            names.add(gettext(_heading(code)))
    return names


def _differs(
    number: int, row: tuple[str, ...], waiting: dict[int, tuple[str, ...]], known: set[int]
) -> CsvFinding | None:
    posting = row[0]
    if not posting.isdecimal():
        return CsvFinding(Difference.UNREADABLE, {"row": number})
    sealed = waiting.pop(int(posting), None)
    if sealed is None:
        kind = Difference.ROW_TWICE if int(posting) in known else Difference.UNKNOWN_ROW
        return CsvFinding(kind, {"row": number, "posting": posting})
    for code, said, true in zip(COMPARED, row, sealed, strict=True):
        if said != true:
            params = {"row": number, "posting": posting, "said": said or "—", "sealed": true or "—"}
            return CsvFinding(Difference.VALUE, params | {"column": gettext(_heading(code))})
    return None
