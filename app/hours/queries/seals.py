"""What is published of the seal: heads, keys, alarms; and the proofs that any posting and any two heads have."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from dateutil.relativedelta import relativedelta
from msgspec import Struct

from app.hours.queries.leaves import LEAF_TEXT, WITH_ALLOCATION
from app.hours.rules import merkle
from app.hours.rules.comparing import Fault
from app.hours.rules.heads import Head
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound

HEADS_A_PAGE = 1_000

HEAD = "SELECT size, root, sealed_at, key, signature FROM tree_head"


async def newest_head() -> Head | None:
    """The head that covers the most; None before the first seal."""
    return await fetch_one(Head, f"{HEAD} ORDER BY size DESC LIMIT 1")


async def head_at(size: int) -> Head | None:
    """The head over exactly so many leaves."""
    return await fetch_one(Head, f"{HEAD} WHERE size = $1", size)


async def heads_since(size: int, limit: int = HEADS_A_PAGE) -> list[Head]:
    """Heads over more than `size` leaves, the smallest first."""
    return await fetch(Head, f"{HEAD} WHERE size > $1 ORDER BY size LIMIT $2", size, limit)


async def last_heads(limit: int = 10) -> list[Head]:
    """The newest heads, the newest first."""
    return await fetch(Head, f"{HEAD} ORDER BY size DESC LIMIT $1", limit)


class PublicKey(Struct, frozen=True, kw_only=True):
    """The published half of a signing key."""

    name: str
    public: bytes
    made_at: datetime
    retired_at: datetime | None


async def public_keys() -> list[PublicKey]:
    """Every key there ever was, the newest first."""
    return await fetch(PublicKey, "SELECT name, public, made_at, retired_at FROM signing_key ORDER BY id DESC")


class AlarmRow(Struct, frozen=True, kw_only=True):
    """One alarm, and how it was settled."""

    id: int
    kind: str
    facts: str
    found_at: datetime
    settled_at: datetime | None
    note: str

    @property
    def said(self) -> dict[str, int | str]:
        """Its facts, for the sentence of its kind."""
        return msgspec.json.decode(self.facts, type=dict[str, int | str])


ALARMS = "SELECT id, kind, facts::text AS facts, found_at, settled_at, note FROM ledger_alarm"


async def alarms() -> list[AlarmRow]:
    """The newest hundred, those that wait to be settled first."""
    return await fetch(AlarmRow, f"{ALARMS} ORDER BY settled_at IS NOT NULL, id DESC LIMIT 100")


async def alarm(alarm_id: int) -> AlarmRow:
    """One alarm.

    Raises:
        NotFound: when there is none.
    """
    found = await fetch_one(AlarmRow, f"{ALARMS} WHERE id = $1", alarm_id)
    if found is None:
        raise NotFound()
    return found


class CheckRow(Struct, frozen=True, kw_only=True):
    """One run of the self-check."""

    started_at: datetime
    ended_at: datetime
    size: int
    wrong: int


class _Faults(Struct, frozen=True):
    faults: str


class _Kept(Struct, frozen=True):
    first: list[Fault] = []


FAULTS = "SELECT faults::text AS faults FROM self_check WHERE wrong > 0 ORDER BY id DESC LIMIT 1"


async def last_faults() -> list[Fault]:
    """What the last self-check that found something wrong found first."""
    row = await fetch_one(_Faults, FAULTS)
    return msgspec.json.decode(row.faults, type=_Kept).first if row else []


class SealState(Struct, frozen=True, kw_only=True):
    """What anyone may know of the seal now."""

    head: Head | None
    heads: int
    waiting: int
    """Postings that no head covers yet."""
    oldest_waiting: datetime | None
    checked: CheckRow | None
    keys: list[PublicKey]
    alarms: list[AlarmRow]
    detached: list[date]
    """Months that are kept in a file instead of the database."""

    @property
    def open_alarms(self) -> list[AlarmRow]:
        return [alarm for alarm in self.alarms if alarm.settled_at is None]


class _Counts(Struct, frozen=True):
    heads: int
    waiting: int
    oldest_waiting: datetime | None
    detached: list[date]


COUNTS = """
    SELECT (SELECT count(*) FROM tree_head) AS heads, (SELECT count(*) FROM unsealed) AS waiting,
           (SELECT p.posted_at FROM (SELECT * FROM unsealed ORDER BY posting_id LIMIT 1) u
            JOIN posting p ON p.id = u.posting_id AND p.served_on = u.served_on) AS oldest_waiting,
           (SELECT coalesce(array_agg(month ORDER BY month), '{}') FROM detached_month WHERE restored_at IS NULL)
               AS detached
"""
CHECKED = "SELECT started_at, ended_at, size, wrong FROM self_check ORDER BY id DESC LIMIT 1"


async def seal_state() -> SealState:
    """The state of the seal."""
    counts = await fetch_one(_Counts, COUNTS) or _Counts(0, 0, None, [])
    return SealState(
        head=await newest_head(),
        heads=counts.heads,
        waiting=counts.waiting,
        oldest_waiting=counts.oldest_waiting,
        checked=await fetch_one(CheckRow, CHECKED),
        keys=await public_keys(),
        alarms=await alarms(),
        detached=counts.detached,
    )


# Tiles and proofs.


class _Tile(Struct, frozen=True):
    level: int
    place: int
    hashes: bytes


TILES = """
    SELECT t.level, t.place, t.hashes
    FROM tile t JOIN unnest($1::bigint[], $2::bigint[]) AS k (level, place) ON t.level = k.level AND t.place = k.place
"""


async def tiles_at(keys: Iterable[merkle.TileKey]) -> dict[merkle.TileKey, bytes]:
    """These tiles, as far as they are there."""
    wanted = list(keys)
    rows = await fetch(_Tile, TILES, [level for level, _ in wanted], [place for _, place in wanted]) if wanted else []
    return {(row.level, row.place): row.hashes for row in rows}


async def consistency(old: int, new: int) -> list[bytes]:
    """What proves that the tree over `new` leaves begins with the tree over `old` leaves.

    Raises:
        ValueError: unless 0 < old <= new.
        MissingTile: when the database lacks a part of the tree.
    """
    tiles = await tiles_at(merkle.keys_of(merkle.consistency_ranges(old, new)))
    return merkle.consistency_proof(tiles, old, new)


class SealedPosting(Struct, frozen=True, kw_only=True):
    """One posting as its leaf says it. `position` is empty while no head covers it."""

    posting_id: int
    attendance_id: int
    text: str
    position: int | None


class Inclusion(Struct, frozen=True, kw_only=True):
    """One posting's place under one head, and what proves it."""

    posting_id: int
    text: str
    """The leaf, byte by byte; its hash is `app.hours.rules.merkle.leaf_hash` of it in UTF-8."""
    position: int
    size: int
    proof: list[bytes]


PLACES = """
    SELECT posting_id, served_on, position FROM leaf WHERE posting_id = ANY($1::bigint[])
    UNION ALL SELECT posting_id, served_on, NULL FROM unsealed WHERE posting_id = ANY($1::bigint[])
"""
# Both days are said for both tables, so that only one month's partitions are looked into.
ENTRIES = f"""
    SELECT p.id AS posting_id, p.attendance_id, {LEAF_TEXT} AS text
    FROM posting p {WITH_ALLOCATION} AND al.served_on >= $2 AND al.served_on < $3
    WHERE p.id = ANY($1::bigint[]) AND p.served_on >= $2 AND p.served_on < $3
"""


class _Place(Struct, frozen=True):
    posting_id: int
    served_on: date
    position: int | None


class _Entry(Struct, frozen=True):
    posting_id: int
    attendance_id: int
    text: str


async def sealed_postings(posting_ids: Sequence[int]) -> list[SealedPosting]:
    """These postings with the text and place of their leaves, the tree's order first and those that wait last.

    For whoever was let through a door already.
    """
    places = {row.posting_id: row for row in await fetch(_Place, PLACES, list(posting_ids))}
    by_month: dict[date, list[int]] = {}
    for row in places.values():
        by_month.setdefault(row.served_on.replace(day=1), []).append(row.posting_id)
    found: list[_Entry] = []
    for first, ids in by_month.items():
        found += await fetch(_Entry, ENTRIES, ids, first, first + relativedelta(months=1))
    sealed = [
        SealedPosting(
            posting_id=entry.posting_id,
            attendance_id=entry.attendance_id,
            text=entry.text,
            position=places[entry.posting_id].position,
        )
        for entry in found
    ]
    return sorted(sealed, key=lambda row: (row.position is None, row.position or 0, row.posting_id))


async def inclusions(posting_ids: Sequence[int], size: int) -> list[Inclusion]:
    """The proofs of these postings under the head over `size` leaves, in the tree's order; late ones are left out.

    For reports and certificates: all tiles are read at once. For whoever was let through a door already.

    Raises:
        MissingTile: when the database lacks a part of the tree.
    """
    rows = [row for row in await sealed_postings(posting_ids) if row.position is not None and row.position < size]
    return await prove([(row.posting_id, row.text, row.position) for row in rows if row.position is not None], size)


async def prove(leaves: Sequence[tuple[int, str, int]], size: int) -> list[Inclusion]:
    """Inclusion proofs for leaves given as (posting, text, position) under the head over `size` leaves.

    Raises:
        MissingTile: when the database lacks a part of the tree.
    """
    keys: set[merkle.TileKey] = set()
    for _posting, _text, position in leaves:
        keys |= merkle.keys_of(merkle.inclusion_ranges(position, size))
    tiles = await tiles_at(keys)
    return [
        Inclusion(
            posting_id=posting,
            text=text,
            position=position,
            size=size,
            proof=merkle.inclusion_proof(tiles, position, size),
        )
        for posting, text, position in leaves
    ]
