"""The page of a whole city's hours over ten million entries, beside the same sums by plain SQL.

python -m benchmarks.rollup

The entries are made up by SQL, without the checks of posting and with indexes built afterwards. Sums by month and by
one column are added up from all of them at once, but for the last hundred thousand, which go through what sealing runs;
sums by day and by person are kept for those only, because the page does not read them. Before a case is measured, every
figure of it is compared with the plain statement's.
"""

import argparse
import asyncio
import hashlib
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import date
from itertools import pairwise

import asyncpg
import httpx

from app.hours.actions.rolling import BY_ONE_COLUMN, roll_up
from app.hours.queries.rollups import ROOM, Reach, Sum, sums
from app.hours.rules.slices import By, Slice
from app.kit.db import execute, fetch, transaction, value
from app.reports.queries.city import SPLITS
from benchmarks.export_csv import peak_megabytes
from benchmarks.served import served
from tests import factories as make

MONTHS = 60
FIRST = date(2022, 1, 1)
LINES_A_YEAR, AGENCIES, FUNDERS, PEOPLE = 300, 60, 20, 160_000
TAIL = 1_000
"""Entries that no seal covers yet: what a busy city posts in a minute or two."""
BATCH = 100_000
"""Entries made, and rolled up, at a time."""
LOADERS = 2
"""Connections that make them."""

# A city's shape. A line is bought for a calendar year, from one agency, for one kind of service, mostly in one place.
# Four in five entries are volunteers' service; staff have their preparation, write-ups, travel and supervision too.
# Most are graded A or B; one in fifty takes another back. $6 and $7 are what numbers of agencies and lines begin after,
# $8 is how many entries are sealed.
ENTRIES = """
    WITH made AS (
        INSERT INTO posting (id, served_on, attendance_id, entry, reverses, person, agency, activity, shift_id, region,
                             service_kind, kind, capacity, minutes, grade, starts, ends, rule_book, trace, approval_id,
                             posted_at, corrects_id, corrects_on, reason)
        SELECT n, day, n, CASE WHEN taken THEN 2 ELSE 1 END, taken, 1 + mix % $4, $6 + 1 + line % $5, $7 + line, n,
               regions[1 + (line + CASE WHEN mix % 10 = 0 THEN 1 ELSE 0 END) % cardinality(regions)],
               kinds[1 + line % cardinality(kinds)],
               CASE WHEN staff THEN (ARRAY['service', 'service', 'preparation', 'write_up', 'travel',
                                           'supervision'])[1 + mix % 6] ELSE 'service' END,
               CASE WHEN staff THEN 'staff' ELSE 'volunteer' END, CASE WHEN taken THEN -1 ELSE 1 END * (30 + mix % 150),
               CASE WHEN staff THEN substr('BBBBBBBBCE', 1 + mix % 10, 1)
                    ELSE substr('AAABBBBBCD', 1 + mix % 10, 1) END,
               day + time '06:00', day + time '08:00', 1, '[]', n, day + time '20:00',
               CASE WHEN taken THEN n - 1 END, CASE WHEN taken THEN day END,
               CASE WHEN taken THEN 'wrong_time' ELSE '' END
        FROM generate_series($1::int, $2::int) n
        CROSS JOIN LATERAL (
            SELECT (hashint4extended(n, 1) & 268435455)::int AS mix, (hashint4extended(n, 2) & 268435455)::int AS other,
                   n % 50 = 0 AS taken, n % 5 = 0 AS staff
        ) r
        CROSS JOIN LATERAL (SELECT $3::date + other % 1826 AS day) d
        CROSS JOIN LATERAL (SELECT 1 + 300 * (extract(year FROM day)::int - 2022) + other / 1826 % 300 AS line) l
        CROSS JOIN (SELECT array_agg(code ORDER BY code) AS regions FROM region WHERE level = 5) g
        CROSS JOIN (SELECT array_agg(code ORDER BY code) AS kinds FROM service_kind) k
        RETURNING served_on, id, activity, minutes, posted_at
    ), allocated AS (
        INSERT INTO allocation (served_on, posting_id, line, period, minutes, at)
        SELECT served_on, id, activity, 1, minutes, posted_at FROM made
    )
    INSERT INTO leaf (position, posting_id, served_on) SELECT id - 1, id, served_on FROM made WHERE id <= $8
"""
LOADED = ("posting", "allocation", "leaf", "rollup_month")
# What pg_restore does for an empty database, on tables that others refer to: their indexes are not kept up while rows
# come in, and are built once afterwards by REINDEX.
LAY_INDEXES_ASIDE = """
    UPDATE pg_index SET indisready = false, indisvalid = false
    WHERE indexrelid IN (SELECT oid FROM pg_class WHERE relkind = 'i') AND indrelid IN (
        SELECT p.relid FROM unnest($1::text[]) name, pg_partition_tree(name::regclass) p
        UNION ALL SELECT name::regclass FROM unnest($1::text[]) name
    )
"""
ONE_MONTH = """
    INSERT INTO rollup_month (month, line, agency, region, service_kind, kind, capacity, grade, minutes, entries)
    SELECT $1::date, al.line, po.agency, po.region, po.service_kind, po.kind,
           po.capacity, po.grade, sum(po.minutes), sum(CASE WHEN po.reverses THEN -1 ELSE 1 END)
    FROM posting po JOIN allocation al ON al.posting_id = po.id AND al.served_on = po.served_on
    WHERE po.served_on >= $1::date AND po.served_on < $2::date AND al.served_on >= $1::date AND al.served_on < $2::date
      AND po.id <= $3
    GROUP BY 2, 3, 4, 5, 6, 7, 8
"""
ALL_SPLITS = f"""
    INSERT INTO rollup_split (reach, number, month, dimension, key, capacity, minutes, entries)
    {BY_ONE_COLUMN.format(months="rollup_month")}
"""
PLAIN = """
    SELECT GROUPING(month, agency, region, service_kind, kind, capacity, grade) AS split, month, agency, region,
           service_kind, kind, capacity, grade, sum(minutes)::bigint AS minutes, sum(entries)::bigint AS entries
    FROM (
        SELECT date_trunc('month', po.served_on)::date AS month, po.region, po.service_kind, po.kind, po.capacity,
               po.grade, po.agency, po.minutes, CASE WHEN po.reverses THEN -1 ELSE 1 END AS entries
        FROM posting po {join} WHERE {condition}
    ) entry
    GROUP BY GROUPING SETS ((), (month, capacity), (region), (service_kind), (kind), (capacity), (grade), (agency))
    ORDER BY minutes DESC
"""
OF_FUNDER = """
    JOIN allocation al ON al.posting_id = po.id AND al.served_on = po.served_on
    JOIN line l ON l.id = al.line JOIN contract c ON c.id = l.contract JOIN program p ON p.id = c.program
"""


async def ground() -> tuple[list[int], dict[str, str]]:
    """Funders, agencies, lines and places; the answer is the funders and a key for each reader of the page."""
    await make.regions()
    for n in range(10):
        await execute(
            "INSERT INTO service_kind (code, name_zh, name_en, since) VALUES ($1, $1, $1, '2020-01-01')"
            " ON CONFLICT DO NOTHING",
            f"kind_{n}",
        )  # fmt: skip
    platform = await make.organisation("platform", region=make.CITY)
    admin = await make.member(platform, "platform_admin")
    funders = [await make.organisation("funder") for _ in range(FUNDERS)]
    officers = [await make.member(funder, "funder_officer") for funder in funders]
    agencies = [await make.organisation("agency") for _ in range(AGENCIES)]
    contracts = []
    for n in range(FUNDERS):
        program = await make.program(funders[n], agencies[n % AGENCIES], officers[n])
        contracts.append(await make.contract(program, officers[n], FIRST))
    for n in range(LINES_A_YEAR * MONTHS // 12):
        await make.line(contracts[n % FUNDERS])
    keys = {}
    for organisation, role, account in (
        (platform, "platform_admin", admin),
        (funders[0], "funder_officer", officers[0]),
    ):
        keys[role] = f"lk_benchmark_{role}"
        await execute(
            "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
            " VALUES ($1, $2, 'benchmark', $3, $4, $5, now())",
            organisation, role, keys[role][:8], hashlib.sha256(keys[role].encode()).digest(), account,
        )  # fmt: skip
    return funders, keys


async def shared(loaders: list[asyncpg.Connection], text: str, turns: list[tuple[object, ...]]) -> None:
    """Run a statement with each of these arguments, on as many connections as there are."""
    waiting = iter(turns)

    async def work(loader: asyncpg.Connection) -> None:
        for arguments in waiting:
            await loader.execute(text, *arguments)

    await asyncio.gather(*(work(loader) for loader in loaders))


async def fill(url: str, rows: int) -> float:
    """So many entries with their leaves and sums; the answer is how many seconds the last batch took to roll up."""
    # References are kept by the statements themselves; only a superuser may leave the checks out, which would take
    # as long again.
    loaders = [await asyncpg.connect(url.replace("//linli@", "//postgres@")) for _ in range(LOADERS)]
    for loader in loaders:
        await loader.execute(
            "SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB';"
            "SET maintenance_work_mem = '512MB'"
        )
    first_loader = loaders[0]
    ends = [date(FIRST.year + month // 12, month % 12 + 1, 1) for month in range(MONTHS + 1)]
    for first, past in pairwise(ends):
        for parent in ("posting", "allocation"):
            name = f"{parent}_{first:%Y_%m}"
            if not await first_loader.fetchval("SELECT to_regclass($1)", name):
                await first_loader.execute(
                    f"CREATE TABLE {name} PARTITION OF {parent} FOR VALUES FROM ('{first}') TO ('{past}')"
                )
    agency = await value("SELECT min(id) - 1 FROM organisation WHERE kind = 'agency'")
    line = await value("SELECT min(id) - 1 FROM line")
    sealed = rows - TAIL
    said = Stopwatch()
    await first_loader.execute(LAY_INDEXES_ASIDE, list(LOADED))
    batches = [(at, min(at + BATCH - 1, rows)) for at in range(1, rows + 1, BATCH)]
    await shared(loaders, ENTRIES, [(*at, FIRST, PEOPLE, AGENCIES, agency, line, sealed) for at in batches])
    said("entries, allocations and leaves")
    # All but the last batch by one statement a month; that it comes to what sealing keeps is checked before anything is
    # measured.
    last = max(sealed - BATCH, 0)
    await shared(loaders, ONE_MONTH, [(first, past, last) for first, past in pairwise(ends)])
    await first_loader.execute(ALL_SPLITS)
    said("their sums")
    for table in LOADED:
        await first_loader.execute(f"REINDEX TABLE {table}")
    said("indexes")
    await first_loader.execute(
        "INSERT INTO unsealed (posting_id, served_on) SELECT id, served_on FROM posting WHERE id > $1", sealed
    )
    await first_loader.execute("VACUUM ANALYZE")
    said("vacuum")
    began = time.perf_counter()
    async with transaction():
        await roll_up(last, sealed)
    seconds = time.perf_counter() - began
    await first_loader.execute("VACUUM ANALYZE rollup_month, rollup_split")
    for loader in loaders:
        await loader.close()
    return seconds


class Stopwatch:
    """Says how long each part of the filling took."""

    def __init__(self) -> None:
        self.since = time.perf_counter()

    def __call__(self, part: str) -> None:
        now = time.perf_counter()
        print(f"  {part:32}{now - self.since:8,.1f} s", flush=True)
        self.since = now


PLAIN_SPLITS = [split for split in SPLITS if split != (By.TAIL,)]
"""What the page shows, but for the tail, which only the kept sums know."""


class Case:
    """One reader and span: the kept sums, the page, and the plain statement."""

    def __init__(self, name: str, reach: Reach, key: str, first: date, past: date) -> None:
        self.name, self.reach, self.key = name, reach, key
        self.wanted = Slice(from_on=first, to_before=past)
        self.query = f"from={first:%Y-%m}&to={past.year - 1}-12"

    async def kept(self) -> dict[tuple[By, ...], list[Sum]]:
        """From the kept sums and the tail."""
        return await sums(self.reach, self.wanted, SPLITS)

    async def plain(self) -> list[Sum]:
        """From the entries themselves."""
        condition = "po.served_on >= $1 AND po.served_on < $2"
        more = [self.reach.buyer] if self.reach.buyer else []
        text = PLAIN.format(
            join=OF_FUNDER if more else "", condition=f"{condition} AND p.funder = $3" if more else condition
        )
        async with transaction():
            await execute(ROOM)  # what the full sums get, too
            return await fetch(Sum, text, self.wanted.from_on, self.wanted.to_before, *more)

    async def page(self, client: httpx.AsyncClient) -> None:
        """The figures as JSON, through HTTP."""
        address = f"/api/v1/reports/city?{self.query}"
        (await client.get(address, headers={"authorization": f"Bearer {self.key}"})).raise_for_status()


async def timed(act: Callable[[], Awaitable[object]], turns: int) -> float:
    """The median of some turns, in milliseconds, after one to warm the pages."""
    took = []
    for _ in range(turns + 1):
        began = time.perf_counter()
        await act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[1:])


def agree(kept: dict[tuple[By, ...], list[Sum]], plain: list[Sum]) -> None:
    """Both ways come to the same figures.

    Raises:
        AssertionError: otherwise.
    """

    def shape(rows: list[Sum], split: tuple[By, ...]) -> set[tuple[object, ...]]:
        return {(*(getattr(row, column) for column in split), row.minutes, row.entries) for row in rows}

    columns = (By.MONTH, By.AGENCY, By.REGION, By.SERVICE_KIND, By.KIND, By.CAPACITY, By.GRADE)
    for split in PLAIN_SPLITS:
        mask = sum(1 << place for place, column in enumerate(reversed(columns)) if column not in split)
        of_split = [row for row in plain if row.split == mask]
        if shape(kept[split], split) != shape(of_split, split):
            raise AssertionError(f"the two ways differ by {split}")


async def main() -> None:
    """Fill, check that both ways agree, then measure them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    async with served() as installation:
        funders, keys = await ground()
        rolling = await fill(installation.database_url, asked.rows)
        months = await value("SELECT count(*) FROM rollup_month")
        splits = await value("SELECT count(*) FROM rollup_split")
        city = await value("SELECT count(*) FROM rollup_split WHERE reach = 'city'")
        print(f"{asked.rows:,} entries, {TAIL:,} of them in the tail; {months:,} sums by month")
        print(f"{splits:,} sums by one column, {city:,} of them the city's")
        print(f"the last {BATCH:,} were rolled up by day, month, column and person at {BATCH / rolling:,.0f} a second")
        web = installation.child("web")
        idle = peak_megabytes(web.pid)
        last, past = date(2026, 1, 1), date(2027, 1, 1)
        everything, funder = Reach(everything=True), Reach(buyer=funders[0])
        print(f"{'':28}{'kept sums':>12}{'page':>12}{'plain SQL':>12}{'ratio':>8}")
        for case in (
            Case("whole city, 5 years", everything, keys["platform_admin"], FIRST, past),
            Case("whole city, 12 months", everything, keys["platform_admin"], last, past),
            Case("one funder, 5 years", funder, keys["funder_officer"], FIRST, past),
            Case("one funder, 12 months", funder, keys["funder_officer"], last, past),
        ):
            agree(await case.kept(), await case.plain())
            kept = await timed(case.kept, asked.turns)
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{installation.port}", timeout=300) as client:
                page = await timed(lambda: case.page(client), asked.turns)  # noqa: B023
            plain = await timed(case.plain, max(asked.turns // 2, 1))
            print(f"{case.name:28}{kept:9,.1f} ms{page:9,.1f} ms{plain:9,.0f} ms{plain / kept:8,.0f}")
        print(f"peak memory of the web process {peak_megabytes(web.pid):,.0f} MB, {idle:,.0f} MB before the first page")
        print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    asyncio.run(main())
