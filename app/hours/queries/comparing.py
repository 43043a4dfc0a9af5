"""What the self-check reads: leaves with the hashes their postings have now, and rows that do not fit together."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from app.hours.queries.leaves import LEAF_HASH, NO_HASH, WITH_ALLOCATION
from app.hours.queries.seals import HEAD
from app.hours.rules.comparing import Stretch
from app.hours.rules.heads import Head
from app.hours.rules.merkle import HASH, WIDTH, TileKey
from app.kit.db import fetch, fetch_one

AT_ONCE = 128 * WIDTH
"""Leaves read at once: a few megabytes."""


class _Rows(Struct, frozen=True):
    hashes: bytes
    postings: list[int]


# A posting is looked for in the month its leaf names. One that is not there has no hash, unless its month is away.
# OFFSET 0 keeps the planner from turning these look-ups into a join with the whole ledger for each stretch.
ROWS = f"""
    SELECT coalesce(string_agg(hash, ''::bytea ORDER BY position), ''::bytea) AS hashes,
           coalesce(array_agg(posting ORDER BY position), '{{}}') AS postings
    FROM (
        SELECT g.position, coalesce(lf.posting_id, 0) AS posting,
               CASE WHEN entry.hash IS NOT NULL THEN entry.hash
                    WHEN date_trunc('month', lf.served_on)::date = ANY($3::date[])
                    THEN decode(repeat('ff', {HASH}), 'hex')
                    ELSE {NO_HASH} END AS hash
        FROM generate_series($1::bigint, $2::bigint - 1) AS g (position)
        LEFT JOIN (SELECT * FROM leaf WHERE position >= $1 AND position < $2) lf ON lf.position = g.position
        LEFT JOIN LATERAL (
            SELECT {LEAF_HASH} AS hash FROM posting p {WITH_ALLOCATION}
            WHERE p.id = lf.posting_id AND p.served_on = lf.served_on OFFSET 0
        ) entry ON true
    ) found
"""

TILES = "SELECT level, place, hashes FROM tile WHERE level = 0 AND place >= $1 AND place < $2"
UPPER = "SELECT level, place, hashes FROM tile WHERE level > 0"
HEADS = f"{HEAD} WHERE size > $1 AND size <= $2 ORDER BY size"


class _Tile(Struct, frozen=True):
    level: int
    place: int
    hashes: bytes


async def upper_tiles() -> dict[TileKey, bytes]:
    """Every tile but those of level 0: one hash for each 256 leaves."""
    return {(row.level, row.place): row.hashes for row in await fetch(_Tile, UPPER)}


async def stretch(first: int, past: int, detached: list[date]) -> Stretch:
    """The leaves from `first`, where a tile begins, up to but without `past`."""
    rows = await fetch_one(_Rows, ROWS, first, past, detached)
    tiles = await fetch(_Tile, TILES, first // WIDTH, -(-past // WIDTH))
    return Stretch(
        first=first,
        hashes=rows.hashes if rows else b"",
        postings=rows.postings if rows else [],
        tiles={(0, tile.place): tile.hashes for tile in tiles},
        heads=await fetch(Head, HEADS, first, past),
    )


class Odd(Struct, frozen=True):
    """One row that does not fit, and how many there are of its kind."""

    number: int
    total: int


# Effective: the last entry of its attendance, unless it takes another back. Its month must be here to be seen.
_EFFECTIVE = """
    SELECT DISTINCT ON (p.attendance_id) p.attendance_id, p.id, p.reverses, p.minutes, p.starts, p.ends
    FROM posting p ORDER BY p.attendance_id, p.entry DESC
"""

ODD: Mapping[str, tuple[str, str]] = {
    "posting_unknown": (
        "posting",
        """SELECT p.id AS number FROM posting p
           WHERE NOT EXISTS (SELECT 1 FROM leaf lf WHERE lf.posting_id = p.id AND lf.served_on = p.served_on)
             AND NOT EXISTS (SELECT 1 FROM unsealed u WHERE u.posting_id = p.id AND u.served_on = p.served_on)""",
    ),
    "posting_waits_though_sealed": (
        "posting",
        "SELECT u.posting_id AS number FROM unsealed u JOIN leaf lf ON lf.posting_id = u.posting_id",
    ),
    "waiting_without_posting": (
        "posting",
        """SELECT u.posting_id AS number FROM unsealed u
           WHERE NOT EXISTS (SELECT 1 FROM posting p WHERE p.id = u.posting_id AND p.served_on = u.served_on)""",
    ),
    "leaf_beyond_head": (
        "position",
        "SELECT position AS number FROM leaf WHERE position >= (SELECT coalesce(max(size), 0) FROM tree_head)",
    ),
    "tile_unknown": (
        "place",
        f"""SELECT place AS number FROM tile WHERE level = 0
            AND place * {WIDTH} >= (SELECT coalesce(max(size), 0) FROM tree_head)""",
    ),
    "allocation_differs": (
        "posting",
        """SELECT al.posting_id AS number FROM allocation al
           LEFT JOIN posting p ON p.id = al.posting_id AND p.served_on = al.served_on
           WHERE p.id IS NULL OR p.minutes <> al.minutes OR p.attendance_id <> al.attendance_id
              OR p.verified_by IS DISTINCT FROM al.verified_by""",
    ),
    "time_not_held": (
        "posting",
        f"""SELECT e.id AS number FROM ({_EFFECTIVE}) e
            WHERE NOT e.reverses AND e.minutes > 0 AND e.ends > e.starts
              AND NOT EXISTS (SELECT 1 FROM held_time h WHERE h.attendance = e.attendance_id)""",
    ),
    "time_held_for_nothing": (
        "attendance",
        f"""SELECT DISTINCT h.attendance AS number FROM held_time h
            LEFT JOIN ({_EFFECTIVE}) e ON e.attendance_id = h.attendance
            WHERE (e.id IS NULL OR e.reverses OR e.minutes <= 0)
              AND NOT EXISTS (
                  SELECT 1 FROM detached_month d
                  WHERE d.restored_at IS NULL AND h.starts > d.month - interval '1 day'
                    AND h.starts < d.month + interval '1 month 1 day')""",
    ),
}
"""What else must hold: by the kind of fault, what its number counts and the rows that are wrong."""


async def odd_rows(kind: str, most: int) -> list[Odd]:
    """The first rows that are wrong in this way."""
    _named, sql = ODD[kind]
    return await fetch(Odd, f"SELECT number, count(*) OVER () AS total FROM ({sql}) odd ORDER BY number LIMIT $1", most)
