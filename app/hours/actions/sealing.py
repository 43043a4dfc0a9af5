"""Seals what waits: postings become leaves, the tree grows, and a head over it is signed. Wholly or not at all."""

from datetime import datetime

from msgspec import Struct

from app.hours.actions.alarming import raise_alarm, stopped_by
from app.hours.actions.keys import LOCK, signing_key
from app.hours.actions.rolling import roll_up
from app.hours.actions.witness import contradicted_by, remember
from app.hours.queries.leaves import LEAF_HASH, WITH_ALLOCATION
from app.hours.queries.seals import newest_head, tiles_at
from app.hours.rules import merkle
from app.hours.rules.heads import Head, sign
from app.kit.db import after_commit, execute, fetch_one, transaction

BATCH = 20_000
"""Leaves a transaction: a few seconds at most, so that nobody who reads the tail waits long."""

# One statement, so one moment: what it takes from the tail is what becomes leaves. In the order of postings' numbers;
# one that commits late with a smaller number gets its place in a later batch. OFFSET 0 keeps the planner from turning
# the look-up of each posting in its month into a join with the whole ledger.
TAKE = f"""
    WITH batch AS MATERIALIZED (
        SELECT w.posting_id, w.served_on, entry.hash, $1 + row_number() OVER (ORDER BY w.posting_id) - 1 AS position
        FROM (SELECT posting_id, served_on FROM unsealed ORDER BY posting_id LIMIT $2) w
        CROSS JOIN LATERAL (
            SELECT {LEAF_HASH} AS hash FROM posting p {WITH_ALLOCATION}
            WHERE p.id = w.posting_id AND p.served_on = w.served_on OFFSET 0
        ) entry
    ), kept AS (
        INSERT INTO leaf (position, posting_id, served_on)
        SELECT position, posting_id, served_on FROM batch ORDER BY position
    ), taken AS (
        DELETE FROM unsealed u USING batch b WHERE u.posting_id = b.posting_id
    )
    SELECT coalesce(string_agg(hash, ''::bytea ORDER BY position), ''::bytea) AS hashes FROM batch
"""

KEEP_TILES = """
    INSERT INTO tile (level, place, hashes) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])
    ON CONFLICT ON CONSTRAINT tile_once DO UPDATE SET hashes = EXCLUDED.hashes
"""

KEEP_HEAD = "INSERT INTO tree_head (size, root, sealed_at, key, signature) VALUES ($1, $2, $3, $4, $5)"


class _Taken(Struct, frozen=True):
    hashes: bytes


async def seal(*, now: datetime, most: int = BATCH) -> int:
    """Seal up to `most` postings that wait; the answer is how many. 0 too while an open alarm stops sealing.

    Any number of processes may call it at once: one seals, the others wait and seal what is left.
    """
    async with transaction():
        await execute(LOCK)
        if await stopped_by():
            return 0
        if contradiction := await contradicted_by():
            await raise_alarm(contradiction.kind, contradiction.facts, now=now)
            return 0
        newest = await newest_head()
        size = newest.size if newest else 0
        edge = await tiles_at(merkle.edge_keys(size))
        if newest is not None and not _stands(edge, newest):
            await raise_alarm("tree_broken", {"size": size, "root": newest.root.hex()}, now=now)
            return 0
        hashes = await _take(size, most)
        if not hashes:
            return 0
        head = await _grow(edge, size, hashes, now)
        await roll_up(size, head.size)
        after_commit(lambda: remember(head))
        return len(hashes)


async def seal_all(*, now: datetime, most: int = BATCH) -> int:
    """Seal everything that waits, batch after batch; the answer is how many."""
    total = 0
    while sealed := await seal(now=now, most=most):
        total += sealed
        if sealed < most:
            break
    return total


def _stands(edge: dict[merkle.TileKey, bytes], head: Head) -> bool:
    """Whether the end of the tree is what the newest head says; what is broken must not be built upon."""
    try:
        return merkle.root(edge, head.size) == head.root
    except merkle.MissingTile:
        return False


async def _take(size: int, most: int) -> list[bytes]:
    taken = await fetch_one(_Taken, TAKE, size, most)
    return merkle.split(taken.hashes) if taken else []


async def _grow(edge: dict[merkle.TileKey, bytes], size: int, hashes: list[bytes], now: datetime) -> Head:
    changed = merkle.extend(edge, size, hashes)
    await execute(KEEP_TILES, [level for level, _ in changed], [place for _, place in changed], list(changed.values()))
    past = size + len(hashes)
    key = await signing_key(now=now)
    head = sign(past, merkle.root(edge | changed, past), now, key.name, key.private)
    await execute(KEEP_HEAD, head.size, head.root, head.sealed_at, head.key, head.signature)
    return head
