"""Sums of hours in milliseconds: the kept sums of what is sealed, and the unsealed tail, in one statement.

One statement sees one moment, so an entry that is being sealed meanwhile is in one part or the other, never in both.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from app.accounts.rules import Actor, OrganisationKind
from app.hours.rules.slices import APART, COLUMNS, By, Kept, Slice, kept_apart, kept_for
from app.kit.db import execute, fetch, transaction


class Reach(Struct, frozen=True, kw_only=True):
    """What a reader may see sums of: an agency's own hours, those of lines that were bought, or everything."""

    everything: bool = False
    agency: int | None = None
    buyer: int | None = None
    """The funder or evaluator of the programs whose lines are meant."""


def reach_of(actor: Actor) -> Reach:
    """The agency sees its own, funder and evaluator what counts for their contracts, the platform all."""
    kind = actor.post.organisation_kind if actor.post else None
    if kind == OrganisationKind.PLATFORM:
        return Reach(everything=True)
    if kind == OrganisationKind.AGENCY:
        return Reach(agency=actor.organisation_id)
    return Reach(buyer=actor.organisation_id)


class Sum(Struct, frozen=True, kw_only=True):
    """One total. Of what it is split by, only the columns of its own split are set."""

    split: int
    """What GROUPING answered: which columns it is split by."""
    minutes: int
    entries: int
    """Postings less reversals: attendances that count."""
    day: date | None = None
    month: date | None = None
    line: int | None = None
    agency: int | None = None
    region: str | None = None
    service_kind: str | None = None
    kind: str | None = None
    capacity: str | None = None
    grade: str | None = None
    person: int | None = None
    tail: bool | None = None


# The same columns as the kept sums have, for the entries that no seal covers yet. Each is looked up by its number in
# the one month it can be in: LIMIT and OFFSET keep the planner from reading the whole ledger, and from looking entries
# up once for every line instead of once. The days are asked of each table, so that other months are not even opened.
TAIL = """
    SELECT u.served_on AS day, date_trunc('month', u.served_on)::date AS month, po.person,
           coalesce(al.line, 0) AS line, po.agency, po.region, po.service_kind, po.kind, po.capacity, po.grade,
           po.minutes, CASE WHEN po.reverses THEN -1 ELSE 1 END AS entries
    FROM (SELECT * FROM unsealed WHERE {days}) u
    CROSS JOIN LATERAL (
        SELECT * FROM posting p WHERE p.id = u.posting_id AND p.served_on = u.served_on AND {days} LIMIT 1
    ) po
    LEFT JOIN LATERAL (
        SELECT a.line FROM allocation a
        WHERE a.posting_id = u.posting_id AND a.served_on = u.served_on AND {days} LIMIT 1
    ) al ON true
    OFFSET 0
"""
# Kept by day, and still asked for by month.
BY_DAY = "SELECT *, date_trunc('month', day)::date AS month FROM rollup_day"
SOURCES = {Kept.DAY: f"({BY_DAY})", Kept.MONTH: "rollup_month", Kept.PERSON: "rollup_person"}

EACH = ", ".join(f"('{one}', {one}::text)" for one in APART)
PARTS = f"(VALUES ('', ''), {EACH}) part (dimension, key)"
"""An entry once as one of all, and once for each of its columns that sums are kept by one at a time."""

LINES_OF = """
    SELECT l.id FROM line l JOIN contract c ON c.id = l.contract JOIN program p ON p.id = c.program
    WHERE {} IN (p.funder, p.evaluator)
"""

PROGRAMS_OF = "SELECT p.id FROM program p WHERE {} IN (p.funder, p.evaluator)"

Split = tuple[By, ...]

FEW = (By.TAIL, By.KIND, By.CAPACITY, By.GRADE, By.MONTH, By.DAY)
"""Columns of few values. Every split by these alone is added up from one, so that the database counts once for all."""


ROOM = "SET LOCAL work_mem = '64MB'"
"""So that all splits are counted in one pass in memory, instead of sorting everything for each of them on disk."""


async def sums(reach: Reach, wanted: Slice, splits: Sequence[Split]) -> dict[Split, list[Sum]]:
    """The total of a slice, split in each of these ways at once; `()` is the whole. The largest come first.

    Raises:
        ValueError: when no sums are kept for that: those of a person are not kept by line, place or day.
    """
    if (whose := _whose(reach, wanted)) and kept_apart(wanted, splits):
        return await _sums_apart(whose, reach, wanted, splits)
    base = tuple(column for column in FEW if any(column in split for split in splits if set(split) <= set(FEW)))
    asked = list(dict.fromkeys(base if set(split) <= set(FEW) else split for split in splits))
    text, arguments = statement(reach, wanted, asked)
    by_mask = {_mask(split, _columns(asked)): split for split in asked}
    found: dict[Split, list[Sum]] = {split: [] for split in asked}
    async with transaction():
        await execute(ROOM)
        rows = await fetch(Sum, text, *arguments)
    for row in rows:
        found[by_mask[row.split]].append(row)
    return {split: found[split] if split in found else _folded(split, found[base]) for split in splits}


class _Part(Struct, frozen=True, kw_only=True):
    dimension: str
    key: str
    month: date | None
    capacity: str | None
    tail: bool | None
    minutes: int
    entries: int


# What is split by one column needs no months or capacities; those are only split for the whole.
APART_AND_TAIL = """
    SELECT dimension, key, CASE WHEN dimension = '' THEN month END AS month,
           CASE WHEN dimension = '' THEN capacity END AS capacity, CASE WHEN dimension = '' THEN tail END AS tail,
           sum(minutes)::bigint AS minutes, sum(entries)::bigint AS entries
    FROM (
        SELECT dimension, key, month, capacity, minutes, entries, false AS tail FROM rollup_split {kept}
        UNION ALL
        SELECT dimension, key, month, capacity, minutes, entries, true AS tail
        FROM ({tail}) tail JOIN LATERAL {parts} ON dimension = any({dimensions}) {condition}
    ) slice
    GROUP BY 1, 2, 3, 4, 5
"""


def _whose(reach: Reach, wanted: Slice) -> tuple[str, str, int] | None:
    """Of whom sums are kept by one column at a time, as condition and argument; None for a part of someone's."""
    agencies = {one for one in (reach.agency, wanted.agency) if one is not None}
    if len(agencies) == 1 and reach.buyer is None:
        return "agency", "= {}", agencies.pop()
    if agencies:
        return None
    return ("program", f"IN ({PROGRAMS_OF})", reach.buyer) if reach.buyer is not None else ("city", "= {}", 0)


async def _sums_apart(
    whose: tuple[str, str, int], reach: Reach, wanted: Slice, splits: Sequence[Split]
) -> dict[Split, list[Sum]]:
    """`sums` from the few rows of those by one column at a time."""
    word, numbered, number = whose
    found: dict[str, list[Sum]] = {_dimension(split): [] for split in splits}
    condition, arguments = where(reach, wanted, By.MONTH)
    tail, days = _tail(wanted, len(arguments))
    kept, more = _numbered(
        [
            ("reach = {}", word),
            (f"number {numbered}", number),
            ("month >= {}", wanted.from_on),
            ("month < {}", wanted.to_before),
            ("capacity = {}", wanted.capacity),
            ("dimension = any({})", list(found)),
        ],
        len(arguments + days),
    )
    dimensions = f"${len(arguments + days + more)}"
    text = APART_AND_TAIL.format(kept=kept, tail=tail, parts=PARTS, dimensions=dimensions, condition=condition)
    for part in await fetch(_Part, text, *arguments, *days, *more):
        key: dict[str, Any] = {part.dimension: int(part.key) if part.dimension == By.AGENCY else part.key}
        found[part.dimension].append(
            Sum(split=0, minutes=part.minutes, entries=part.entries, month=part.month, capacity=part.capacity,
                tail=part.tail, **(key if part.dimension else {}))
        )  # fmt: skip
    return {split: _folded(split, found[_dimension(split)]) for split in splits}


def _dimension(split: Split) -> str:
    """The column of sums kept by one column that a split is added up from; empty for those of the whole."""
    return next((column.value for column in split if column in APART), "")


def _folded(split: Split, rows: list[Sum]) -> list[Sum]:
    """A coarser split, added up from a finer one."""
    totals: dict[tuple[Any, ...], tuple[int, int]] = {}
    for row in rows:
        key = tuple(getattr(row, column) for column in split)
        minutes, entries = totals.get(key, (0, 0))
        totals[key] = (minutes + row.minutes, entries + row.entries)
    ordered = sorted(totals.items(), key=lambda each: (-each[1][0], each[0]))
    return [
        Sum(split=0, minutes=minutes, entries=entries, **dict(zip(split, key, strict=True)))
        for key, (minutes, entries) in ordered
    ]


def statement(reach: Reach, wanted: Slice, splits: Sequence[Split]) -> tuple[str, list[Any]]:
    """The sums as one statement with its arguments: for downloads, which stream its answer.

    Raises:
        ValueError: as `sums`.
    """
    columns = _columns(splits)
    kept = kept_for(wanted, frozenset(columns))
    if reach.buyer is not None and By.LINE not in COLUMNS[kept]:
        raise ValueError("sums of a person are not kept by line, so a buyer's part of them is not known")
    condition, arguments = where(reach, wanted, By.DAY if kept == Kept.DAY else By.MONTH)
    tail, days = _tail(wanted, len(arguments))
    shown = ", ".join(dict.fromkeys([*COLUMNS[kept], By.MONTH]))
    named = "".join(f", {column}" for column in columns)
    split = f"GROUPING({', '.join(columns)})" if columns else "0"
    sets = ", ".join(f"({', '.join(one)})" for one in splits)
    text = f"""
        SELECT {split} AS split{named}, sum(minutes)::bigint AS minutes, sum(entries)::bigint AS entries
        FROM (
            SELECT {shown}, minutes, entries, false AS tail FROM {SOURCES[kept]} kept {condition}
            UNION ALL
            SELECT {shown}, minutes, entries, true AS tail FROM ({tail}) tail {condition}
        ) slice
        GROUP BY GROUPING SETS ({sets})
        HAVING sum(minutes) IS NOT NULL
        ORDER BY minutes DESC{named}
    """
    return text, arguments + days


def _tail(wanted: Slice, after: int) -> tuple[str, list[Any]]:
    """The unsealed entries of the days meant, with arguments that come after so many others."""
    condition, arguments = _numbered([("served_on >= {}", wanted.from_on), ("served_on < {}", wanted.to_before)], after)
    return TAIL.format(days=condition.removeprefix("WHERE ") or "true"), arguments


def _columns(splits: Sequence[Split]) -> list[By]:
    """Everything that is split by, in a fixed order."""
    return [column for column in By if any(column in split for split in splits)]


def where(reach: Reach, wanted: Slice, when: By) -> tuple[str, list[Any]]:
    """The condition with its arguments; only what is asked for is in it."""
    optional = [
        ("agency = {}", reach.agency),
        (f"line IN ({LINES_OF})", reach.buyer),
        (f"{when} >= {{}}", wanted.from_on),
        (f"{when} < {{}}", wanted.to_before),
        ("line = {}", wanted.line),
        ("agency = {}", wanted.agency),
        ("starts_with(region, {})", wanted.region),
        ("service_kind = {}", wanted.service_kind),
        ("kind = {}", wanted.kind),
        ("capacity = {}", wanted.capacity),
        ("grade = {}", wanted.grade),
        ("person = {}", wanted.person),
    ]
    return _numbered(optional)


def _numbered(optional: list[tuple[str, Any]], after: int = 0) -> tuple[str, list[Any]]:
    conditions = [(text, given) for text, given in optional if given is not None]
    if not conditions:
        return "", []
    text = " AND ".join(text.format(f"${place}") for place, (text, _) in enumerate(conditions, after + 1))
    return f"WHERE {text}", [given for _, given in conditions]


def _mask(split: Split, columns: list[By]) -> int:
    """What GROUPING answers for a split: a bit for every column it is not split by, the first column's the highest."""
    return sum(1 << place for place, column in enumerate(reversed(columns)) if column not in split)


class Seal(Struct, frozen=True, kw_only=True):
    """Up to where the ledger is sealed."""

    size: int
    sealed_at: datetime


async def last_seal() -> Seal | None:
    """The newest head; None before the first."""
    found = await fetch(Seal, "SELECT size, sealed_at FROM tree_head ORDER BY size DESC LIMIT 1")
    return found[0] if found else None
