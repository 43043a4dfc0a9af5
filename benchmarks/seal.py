"""Sealing a million entries, checking them, and proving one among ten million: python -m benchmarks.seal"""

import argparse
import asyncio
import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from app.cli.environment import complete_keys
from app.hours.actions.checking import self_check
from app.hours.actions.keys import signing_key
from app.hours.actions.sealing import KEEP_HEAD, KEEP_TILES, seal_all
from app.hours.queries.seals import inclusions, newest_head, tiles_at
from app.hours.rules import merkle
from app.hours.rules.heads import Head, sign
from app.kit import clock
from app.kit.db import close_pool, execute, fetch_one, open_pool, value
from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey, scratch_directory
from app.kit.migrating import migrate
from app.settings import settings
from benchmarks.export_csv import peak_megabytes
from tests.hours.ledger import fill, owner

AT_ONCE = 512 * merkle.WIDTH
"""Made-up leaves added at a time."""
FILLED_AT_ONCE = 250_000


@asynccontextmanager
async def city() -> AsyncIterator[str]:
    """An empty city on a PostgreSQL that syncs every commit; no web process, and no worker that would seal too."""
    with (
        scratch_directory() as directory,
        EmbeddedPostgres(directory) as postgres,
        EmbeddedValkey(directory) as valkey,
    ):
        os.environ |= {"LINLI_STATE_DIR": str(directory), "DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
        complete_keys()
        settings.cache_clear()
        await migrate(settings())
        await open_pool(postgres.url, "public", settings().app_role, 4)
        try:
            yield postgres.url
        finally:
            await close_pool()


async def timed(what: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Seconds, and the most megabytes this process had resident meanwhile."""
    _forget_peak()
    began = time.perf_counter()
    await what()
    return time.perf_counter() - began, peak_megabytes(os.getpid())


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def make_entries(url: str, rows: int) -> None:
    """Entries, allocations, held times and a tail. Held times are not tried against each other."""
    async with owner(url) as connection:
        await connection.execute("ALTER TABLE held_time DROP CONSTRAINT held_time_once")
    for first in range(1, rows + 1, FILLED_AT_ONCE):
        await fill(url, min(FILLED_AT_ONCE, rows + 1 - first), first=first)
    async with owner(url) as connection:
        await connection.execute("VACUUM ANALYZE")


async def bare_insert(url: str) -> float:
    """Seconds of one INSERT … SELECT of the very same leaf rows into a table with the same indexes."""
    async with owner(url) as connection:
        await connection.execute("CREATE TABLE bare (LIKE leaf INCLUDING ALL)")
        began = time.perf_counter()
        await connection.execute("INSERT INTO bare SELECT * FROM leaf ORDER BY position")
        seconds = time.perf_counter() - began
        await connection.execute("DROP TABLE bare")
    return seconds


async def grow(url: str, leaves: int) -> Head:
    """Put made-up leaves behind the sealed entries: their rows and tiles are written directly, and one head signed."""
    head = await newest_head()
    size = head.size if head else 0
    chance = random.Random(1)  # noqa: S311
    async with owner(url) as connection:
        await connection.execute(
            "INSERT INTO leaf (position, posting_id, served_on)"
            " SELECT n, 1000000000 + n, '2026-01-01' FROM generate_series($1::bigint, $2::bigint - 1) n",
            size, leaves,
        )  # fmt: skip
        while size < leaves:
            count = min(AT_ONCE, leaves - size)
            hashes = merkle.split(chance.randbytes(count * merkle.HASH))
            edge = await tiles_at(merkle.edge_keys(size))
            changed = merkle.extend(edge, size, hashes)
            await execute(KEEP_TILES, [key[0] for key in changed], [key[1] for key in changed], list(changed.values()))
            size += count
        await connection.execute("VACUUM ANALYZE leaf, tile")
    key = await signing_key(now=clock.now())
    tiles = await tiles_at(merkle.edge_keys(size))
    made = sign(size, merkle.root(tiles, size), clock.now(), key.name, key.private)
    await execute(KEEP_HEAD, made.size, made.root, made.sealed_at, made.key, made.signature)
    return made


async def prove_each(ids: list[int], head: Head) -> list[float]:
    """Milliseconds of each proof, from the entry's number to a proof that was checked."""
    took = []
    for posting in ids:
        began = time.perf_counter()
        [proof] = await inclusions([posting], head.size)
        good = merkle.check_inclusion(
            merkle.leaf_hash(proof.text.encode()), proof.position, head.size, proof.proof, head.root
        )
        took.append(1000 * (time.perf_counter() - began))
        if not good:
            raise AssertionError(f"the proof of entry {posting} does not hold")
    return took


async def look_up_each(ids: list[int]) -> list[float]:
    """Milliseconds of one primary-key lookup each, through the same pool."""
    took = []
    for posting in ids:
        began = time.perf_counter()
        await fetch_one(Head, "SELECT size, root, sealed_at, key, signature FROM tree_head WHERE size = $1", posting)
        await value("SELECT served_on FROM leaf WHERE position = $1", posting)
        took.append(1000 * (time.perf_counter() - began) / 2)
    return took


async def main() -> None:
    """Fill, seal, check, change, check again; then prove."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--leaves", type=int, default=10_000_000)
    parser.add_argument("--proofs", type=int, default=1_000)
    asked = parser.parse_args()
    async with city() as url:
        await make_entries(url, asked.rows)
        sealing, sealing_mb = await timed(lambda: seal_all(now=clock.now()))
        if await value("SELECT count(*) FROM leaf") != asked.rows:
            raise AssertionError("not everything was sealed")
        bare = await bare_insert(url)
        print(f"sealing {asked.rows:,} entries  {sealing:7.1f} s, {asked.rows / sealing:,.0f} a second", flush=True)
        print(
            f"bare INSERT … SELECT of the leaves {bare:7.1f} s; ratio {sealing / bare:.1f}; peak {sealing_mb:,.0f} MB"
        )

        clean, clean_mb = await timed(lambda: self_check(now=clock.now()))
        edited = await value("SELECT posting_id FROM leaf WHERE position = $1", asked.rows * 2 // 3)
        async with owner(url) as connection:
            await connection.execute("UPDATE posting SET minutes = minutes + 60 WHERE id = $1", edited)
            await connection.execute("UPDATE allocation SET minutes = minutes + 60 WHERE posting_id = $1", edited)
        began = time.perf_counter()
        checked = await self_check(now=clock.now())
        print(f"self-check of {checked.size:,}, nothing changed {clean:7.1f} s; peak {clean_mb:,.0f} MB", flush=True)
        print(f"with entry {edited} edited {time.perf_counter() - began:7.1f} s; it names {checked.faults}", flush=True)
        async with owner(url) as connection:
            await connection.execute("UPDATE posting SET minutes = minutes - 60 WHERE id = $1", edited)
            await connection.execute("UPDATE allocation SET minutes = minutes - 60 WHERE posting_id = $1", edited)

        head = await grow(url, asked.leaves)
        chance = random.Random(2)  # noqa: S311
        first = await value("SELECT min(id) FROM posting")
        ids = [first + chance.randrange(asked.rows) for _ in range(asked.proofs)]
        await prove_each(ids[:50], head)  # prepared statements and pages, as in a process that has been up for a while
        await look_up_each(ids[:50])
        proofs: list[float] = []

        async def prove_all() -> None:
            proofs.extend(await prove_each(ids, head))

        _seconds, proof_mb = await timed(prove_all)
        keyed = await look_up_each(ids)
        median, ninety_fifth = statistics.median(proofs), statistics.quantiles(proofs, n=20)[-1]
        print(f"inclusion proof among {head.size:,} leaves, checked: median {median:.2f} ms, p95 {ninety_fifth:.2f} ms")
        print(f"one primary-key lookup: median {statistics.median(keyed):.2f} ms", end="; ")
        print(f"ratio {median / statistics.median(keyed):.1f}; peak {proof_mb:,.0f} MB")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except asyncpg.PostgresError as error:
        raise SystemExit(f"PostgreSQL: {error}") from error
