"""What must hold of the ledger after every act, each computed the slow way from the rows themselves."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

import asyncpg
import msgspec

from app.hours.rules import merkle
from app.hours.rules.heads import Head, verify_head

LEDGER = """
    SELECT p.id, p.attendance_id, p.entry, p.reverses, p.person, p.agency, p.region, p.service_kind, p.kind, p.capacity,
           p.served_on, p.minutes, p.grade, p.corrects_id, p.trace::text AS trace,
           a.capacity AS served_as, a.kind AS served_kind, coalesce(al.line, 0) AS line,
           al.minutes AS allocated, al.period, c.program,
           count(al.id) OVER (PARTITION BY p.id) AS allocations
    FROM posting p JOIN attendance a ON a.id = p.attendance_id
    LEFT JOIN allocation al ON al.posting_id = p.id
    LEFT JOIN line l ON l.id = al.line LEFT JOIN contract c ON c.id = l.contract
    ORDER BY p.attendance_id, p.entry
"""


@dataclass
class Memory:
    """What was seen before, and may not have changed since."""

    leaves: list[bytes] = field(default_factory=list)
    heads: dict[int, Head] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    """Minutes allocated to each locked period."""


async def check_everything(connection: asyncpg.Connection, memory: Memory) -> None:
    """Every invariant of the ledger, in one snapshot.

    Raises:
        AssertionError: naming what does not hold.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        ledger = await connection.fetch(LEDGER)
        _each_attendance_adds_up(ledger)
        await _no_time_counts_twice(connection, ledger)
        await _parts_are_apart(connection)
        await _rollups_and_tail_equal_the_slow_sum(connection, ledger)
        await _closed_stays_closed(connection, ledger, memory)
        await _seals_hold(connection, ledger, memory)


def _each_attendance_adds_up(ledger: list[asyncpg.Record]) -> None:
    chains: dict[int, list[asyncpg.Record]] = defaultdict(list)
    for row in ledger:
        assert row["allocations"] <= 1, f"posting {row['id']} counts for several lines"
        assert row["allocated"] in (None, row["minutes"]), f"posting {row['id']} is allocated in part"
        assert (row["capacity"], row["kind"]) == (row["served_as"], row["served_kind"]), "capacities or kinds mixed"
        chains[row["attendance_id"]].append(row)
    for attendance, chain in chains.items():
        assert [row["entry"] for row in chain] == list(range(1, len(chain) + 1)), f"gap in attendance {attendance}"
        for before, row in pairwise(chain):
            assert row["reverses"] != before["reverses"], "an entry follows one that still counts, or a double reversal"
            if row["reverses"]:
                assert (row["minutes"], row["corrects_id"], row["line"]) == (
                    -before["minutes"],
                    before["id"],
                    before["line"],
                ), "a reversal is not the mirror of what it takes back"
        last = chain[-1]
        stands = 0 if last["reverses"] else last["minutes"]
        assert sum(row["minutes"] for row in chain) == stands, f"attendance {attendance} does not add up"
        if not last["reverses"]:
            steps = msgspec.json.decode(last["trace"])
            assert _last_minutes(steps) == last["minutes"], "the trace ends with another figure"


def _last_minutes(steps: list[dict[str, object]]) -> object:
    figures = steps[-1]["figures"] if steps else {}
    return figures.get("minutes", 0) if isinstance(figures, dict) else 0


async def _no_time_counts_twice(connection: asyncpg.Connection, ledger: list[asyncpg.Record]) -> None:
    effective: dict[int, asyncpg.Record] = {}
    for row in ledger:  # in the order of entries: the last one stays
        effective[row["attendance_id"]] = row
    counted: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for attendance, row in effective.items():
        if row["reverses"] or row["minutes"] == 0:
            continue
        for step in msgspec.json.decode(row["trace"]):
            if step["code"] == "worked" and step["figures"]["minutes"] > 0:
                starts, ends = (datetime.fromisoformat(step["figures"][name]) for name in ("starts", "ends"))
                counted[row["person"]].append((starts, ends, attendance))
    for stretches in counted.values():
        stretches.sort()
        for (_, ends, one), (starts, _, other) in pairwise(stretches):
            assert ends <= starts or one == other, f"attendances {one} and {other} count the same time"
    held = await connection.fetch("SELECT DISTINCT attendance FROM held_time")
    assert {row["attendance"] for row in held} == {at for each in counted.values() for _, _, at in each}, "time held"


async def _parts_are_apart(connection: asyncpg.Connection) -> None:
    own = "SELECT v.id FROM approval v JOIN attendance a ON a.id = v.attendance WHERE v.approved_by = a.account_id"
    recorded = """
        SELECT v.id FROM approval v JOIN adjustment j ON j.attendance = v.attendance AND j.by = v.approved_by
        WHERE v.decision = 'approved'
        UNION SELECT v.id FROM approval v JOIN attendance a ON a.id = v.attendance
        JOIN punch u ON u.signup = a.signup AND u.keyed_by = v.approved_by WHERE v.decision = 'approved'
    """
    assert await connection.fetch(own) == [], "someone approved their own hours"
    assert await connection.fetch(recorded) == [], "someone approved what they recorded"


Key = tuple[object, ...]
Sums = Counter[Key]

KEPT = {
    "rollup_day": ("day", "line", "agency", "region", "service_kind", "kind", "capacity", "grade"),
    "rollup_month": ("month", "line", "agency", "region", "service_kind", "kind", "capacity", "grade"),
    "rollup_split": ("reach", "number", "month", "dimension", "key", "capacity"),
    "rollup_person": ("person", "month", "agency", "kind", "capacity", "grade"),
}


def _keys(table: str, row: asyncpg.Record) -> list[Key]:
    """The rows of this table in which an entry counts."""
    month = row["served_on"].replace(day=1)
    if table == "rollup_split":
        whose = [("city", 0), ("agency", row["agency"]), *([("program", row["program"])] if row["program"] else [])]
        parts = [("", ""), *((name, str(row[name])) for name in ("region", "service_kind", "kind", "grade", "agency"))]
        return [(*one, month, *part, row["capacity"]) for one in whose for part in parts]
    days: dict[str, date] = {"day": row["served_on"], "month": month}
    return [tuple(days[name] if name in days else row[name] for name in KEPT[table])]


async def _rollups_and_tail_equal_the_slow_sum(connection: asyncpg.Connection, ledger: list[asyncpg.Record]) -> None:
    tail = {row["posting_id"] for row in await connection.fetch("SELECT posting_id FROM unsealed")}
    for table, columns in KEPT.items():
        minutes, entries = Counter(), Counter()
        for row in await connection.fetch(f"SELECT * FROM {table}"):
            key = tuple(row[name] for name in columns)
            minutes[key] += row["minutes"]
            entries[key] += row["entries"]
        slow_minutes, slow_entries = Counter(), Counter()
        for row in ledger:
            sign = -1 if row["reverses"] else 1
            for key in _keys(table, row):
                slow_minutes[key] += row["minutes"]
                slow_entries[key] += sign
                if row["id"] in tail:
                    minutes[key] += row["minutes"]
                    entries[key] += sign
        assert _without_zeros(minutes) == _without_zeros(slow_minutes), f"{table} and the tail differ from the ledger"
        assert _without_zeros(entries) == _without_zeros(slow_entries), f"{table} counts other entries than the ledger"


def _without_zeros(sums: Sums) -> dict[tuple[object, ...], int]:
    return {key: figure for key, figure in sums.items() if figure}


async def _closed_stays_closed(connection: asyncpg.Connection, ledger: list[asyncpg.Record], memory: Memory) -> None:
    locked = {row["id"] for row in await connection.fetch("SELECT id FROM period WHERE status <> 'open'")}
    sums = {period: sum(row["minutes"] for row in ledger if row["period"] == period) for period in locked}
    for period, before in memory.closed.items():
        if period in locked:
            assert sums[period] == before, f"period {period} changed while it was closed"
    memory.closed = sums


async def _seals_hold(connection: asyncpg.Connection, ledger: list[asyncpg.Record], memory: Memory) -> None:
    leaves = await connection.fetch("SELECT position, posting_id FROM leaf ORDER BY position")
    tail = [row["posting_id"] for row in await connection.fetch("SELECT posting_id FROM unsealed")]
    sealed = [row["posting_id"] for row in leaves]
    assert [row["position"] for row in leaves] == list(range(len(leaves))), "a place of the tree is missing"
    assert sorted(sealed + tail) == sorted(row["id"] for row in ledger), "a posting is nowhere, or twice"
    tiles = {
        (row["level"], row["place"]): row["hashes"]
        for row in await connection.fetch("SELECT level, place, hashes FROM tile")
    }
    hashes = [one for place in range(len(leaves) // 256 + 1) for one in merkle.split(tiles.get((0, place), b""))]
    assert len(hashes) == len(leaves)
    assert hashes[: len(memory.leaves)] == memory.leaves, "something sealed has changed"
    heads = [
        Head(size=row["size"], root=row["root"], sealed_at=row["sealed_at"], key=row["key"], signature=row["signature"])
        for row in await connection.fetch("SELECT * FROM tree_head ORDER BY size")
    ]
    keys = {row["name"]: row["public"] for row in await connection.fetch("SELECT name, public FROM signing_key")}
    assert memory.heads.items() <= {head.size: head for head in heads}.items(), "a published head is gone or another"
    assert (heads[-1].size if heads else 0) == len(leaves), "leaves that no head covers"
    for head in heads:
        assert verify_head(head, keys[head.key]), f"the signature of head {head.size} does not hold"
    if heads:
        newest = heads[-1]
        for position, leaf in enumerate(hashes):
            proof = merkle.inclusion_proof(tiles, position, newest.size)
            assert merkle.check_inclusion(leaf, position, newest.size, proof, newest.root), f"leaf {position}"
        for head in heads[:-1]:
            proof = merkle.consistency_proof(tiles, head.size, newest.size)
            assert merkle.check_consistency(head.size, head.root, newest.size, newest.root, proof), f"head {head.size}"
    memory.leaves, memory.heads = hashes, {head.size: head for head in heads}
