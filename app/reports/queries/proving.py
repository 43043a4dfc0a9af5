"""What of a report is sealed: its entries in the tree's order, their figures, and what no head covers yet."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from msgspec import Struct

from app.hours.queries.leaves import LEAF_TEXT, WITH_ALLOCATION
from app.hours.queries.seals import HEAD
from app.hours.rules.heads import Head
from app.hours.rules.proof_file import Figure, LeftOut
from app.reports.queries.contracts import Scope
from app.reports.queries.figures import ACTIVITY, ALL, CAPACITY, GRADE, LINE, MONTH, REGION, SUMS
from app.reports.queries.selection import ENTRIES, where
from app.reports.rules import month_of

ROWS_A_TIME = 2000

Reading = Any
"""A connection inside a transaction that sees one moment."""


async def sealed_head(reading: Reading) -> Head:
    """The newest head of this moment.

    Raises:
        LookupError: when there is none; whoever asked was told.
    """
    record = await reading.fetchrow(f"{HEAD} ORDER BY size DESC LIMIT 1")
    if record is None:
        raise LookupError("nothing is sealed")
    return Head(**dict(record))


def _sealed(scope: Scope, size: int) -> tuple[str, list[Any]]:
    """The condition of a report's entries under a head, with the join it needs."""
    condition, arguments = where(scope)
    join = "JOIN leaf lf ON lf.posting_id = po.id AND lf.served_on = po.served_on"
    return f"{join} {condition} AND lf.position < ${len(arguments) + 1}", [*arguments, size]


KINDS = {LINE: "line", ACTIVITY: "activity", REGION: "region", MONTH: "month", CAPACITY: "capacity", GRADE: "grade"}


async def sealed_figures(reading: Reading, scope: Scope, size: int) -> list[Figure]:
    """Every figure of the entries that a head covers; the total first."""
    condition, arguments = _sealed(scope, size)
    lines = {line.id: f"{line.code} {line.name}" for line in scope.lines}
    found: list[Figure] = []
    for record in await reading.fetch(SUMS % condition, *arguments):
        if record["by"] == ALL:
            found.insert(0, _figure("total", "", "", record))
            continue
        kind = KINDS[record["by"]]
        value = record[kind]
        key = month_of(value) if isinstance(value, date) else str(value)
        names = {"line": lines.get(value), "activity": record["activity_name"], "region": record["region_name"]}
        found.append(_figure(kind, key, names.get(kind) or "", record))
    return found


def _figure(kind: str, key: str, name: str, record: Any) -> Figure:
    return Figure(figure=kind, key=key, name=name, minutes=record["minutes"], attendances=record["attendances"])


async def left_out(reading: Reading, scope: Scope, size: int) -> tuple[int, LeftOut]:
    """How many entries a head covers, and what of the report it does not."""
    condition, arguments = where(scope)
    record = await reading.fetchrow(
        f"""
        SELECT count(lf.position) AS sealed, count(*) - count(lf.position) AS entries,
               coalesce(sum(po.minutes) FILTER (WHERE lf.position IS NULL), 0)::bigint AS minutes
        {ENTRIES} LEFT JOIN leaf lf ON lf.posting_id = po.id AND lf.position < ${len(arguments) + 1} {condition}
        """,
        *arguments,
        size,
    )
    return record["sealed"], LeftOut(entries=record["entries"], minutes=record["minutes"])


class SealedRow(Struct, frozen=True):
    """One entry as it was sealed."""

    position: int
    text: str


async def sealed_entries(reading: Reading, scope: Scope, size: int) -> AsyncIterator[list[SealedRow]]:
    """The report's entries that a head covers, in the tree's order, some at a time."""
    condition, arguments = _sealed(scope, size)
    cursor = await reading.cursor(
        f"""
        SELECT w.position, {LEAF_TEXT} AS text
        FROM (SELECT lf.position, lf.posting_id, lf.served_on {ENTRIES} {condition}) w
        JOIN posting p ON p.id = w.posting_id AND p.served_on = w.served_on {WITH_ALLOCATION}
        ORDER BY w.position
        """,
        *arguments,
    )
    while records := await cursor.fetch(ROWS_A_TIME):
        yield [SealedRow(record["position"], record["text"]) for record in records]
