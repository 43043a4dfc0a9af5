"""A CSV of a million hour entries through HTTP, beside psql's \\copy of it: python -m benchmarks.export_csv"""

import argparse
import asyncio
import hashlib
import statistics
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
from asyncpg.connection import LoggedQuery

from app.kit.db import execute, value
from app.kit.embedded.postgres import client_program
from app.kit.i18n import speaking
from app.reports.queries.contracts import scope_for
from app.reports.queries.downloading import for_people
from app.reports.rules import HourFilter
from benchmarks.served import served
from benchmarks.statements import script
from tests import factories as make

KEY = "lk_benchmark"
ENTRIES_EACH = 50
"""Entries of one attendance: the ledger is what is measured, so the rows around it are few."""
PEOPLE, ACTIVITIES = 5_000, 20

PEOPLE_ROWS = """
    INSERT INTO person (volunteer_no, name, home, skills, languages, likes, registered_at)
    SELECT 'B' || n, '王' || n, $1, '{}', '{}', '{}', now() FROM generate_series(1, $2::int) n RETURNING id
"""
SIGNUP_ROWS = """
    INSERT INTO signup (seat, shift, person, capacity, starts, ends, status, created_by, created_at)
    SELECT $1, h.id, p.id, 'volunteer', h.starts + n * interval '1 minute', h.starts + (n + 1) * interval '1 minute',
           'cancelled', $3, now()
    FROM shift h, generate_series(1, $4::int) n
    JOIN LATERAL (SELECT id FROM person WHERE id = (SELECT min(id) FROM person) + n % $5::int) p ON true
    WHERE h.id = $2
"""
ATTENDANCE_ROWS = """
    INSERT INTO attendance (signup, shift, person, agency, activity, line, service_kind, region, capacity, served_on,
                            planned_starts, planned_ends, counted_trace, status)
    SELECT g.id, h.id, g.person, h.agency, h.activity, h.line, h.service_kind, h.region, 'volunteer', '2026-06-01',
           h.starts, h.ends, '[]', 'posted'
    FROM signup g JOIN shift h ON h.id = g.shift
"""
APPROVAL_ROWS = """
    WITH parts AS (INSERT INTO part (attendance, account, part) SELECT id, $1::bigint, 'verifier' FROM attendance)
    INSERT INTO approval (attendance, decision, approved_by, part, note, at)
    SELECT id, 'approved', $1::bigint, 'verifier', '', now() FROM attendance
"""
POSTING_ROWS = """
    INSERT INTO posting (served_on, attendance_id, entry, person, agency, activity, shift_id, region, service_kind,
                         capacity, minutes, grade, starts, ends, rule_book, approval_id, verified_by, posted_at)
    SELECT d.day, a.id, 2 * n - 1, a.person, a.agency, v.ids[1 + (a.id + n) % array_length(v.ids, 1)], a.shift,
           a.region, a.service_kind, CASE WHEN (a.id + n) % 5 = 0 THEN 'staff' ELSE 'volunteer' END,
           30 + (a.id * 7 + n) % 150, substr('ABBBCDE', 1 + ((a.id + n) % 7)::int, 1),
           d.day + time '06:00', d.day + time '08:00', $1, w.id,
           w.approved_by, d.day + time '20:00'
    FROM attendance a JOIN approval w ON w.attendance = a.id
    CROSS JOIN generate_series(1, $2::int) n
    CROSS JOIN LATERAL (SELECT date '2026-01-01' + ((a.id * 13 + n * 7) % 365)::int AS day) d
    CROSS JOIN (SELECT array_agg(id) AS ids FROM activity) v
    ORDER BY d.day
"""
ALLOCATION_ROWS = """
    INSERT INTO allocation (served_on, posting_id, line, period, minutes, verified_by, at)
    SELECT p.served_on, p.id, v.line, d.id, p.minutes, p.verified_by, p.posted_at
    FROM posting p JOIN activity v ON v.id = p.activity JOIN line l ON l.id = v.line
    JOIN period d ON d.contract = l.contract AND p.served_on >= d.starts_on AND p.served_on < d.ends_before
    ORDER BY p.served_on, p.id
"""


async def fill(url: str, rows: int) -> tuple[int, int]:
    """One contract with so many entries, and a key of its funder; the answer is (funder, contract)."""
    funder, agency = await make.organisation("funder"), await make.organisation("agency")
    officer, manager = await make.member(funder, "funder_officer"), await make.member(agency, "agency_manager")
    contract = await make.contract(await make.program(funder, agency, officer), officer, date(2026, 1, 1))
    lines = [await make.line(contract) for _ in range(4)]
    activities = [await make.activity(agency, manager, lines[n % 4]) for n in range(ACTIVITIES)]
    shift = await make.shift(activities[0], starts=datetime(2026, 6, 1, 6, tzinfo=UTC))
    seat = await make.seat(shift)
    digest = hashlib.sha256(KEY.encode()).digest()
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'funder_officer', 'benchmark', $2, $3, $4, now())",
        funder, KEY[:8], digest, officer,
    )  # fmt: skip
    book = await value("SELECT id FROM rule_book LIMIT 1")
    await execute(PEOPLE_ROWS, make.COMMUNITY, PEOPLE)
    await execute(SIGNUP_ROWS, seat, shift, manager, rows // ENTRIES_EACH, PEOPLE)
    await execute(ATTENDANCE_ROWS)
    await execute(APPROVAL_ROWS, manager)
    # Every reference is kept by the statements themselves; checking ten million of them again would take minutes, and
    # leaving the checks out is something only a superuser may do.
    loader = await asyncpg.connect(url.replace("//linli@", "//postgres@"))
    await loader.execute("SET session_replication_role = replica")
    await loader.execute(POSTING_ROWS, book, ENTRIES_EACH)
    await loader.execute(ALLOCATION_ROWS)
    await loader.execute("VACUUM ANALYZE")
    await loader.close()
    return funder, contract


def through_http(port: int, contract: int) -> tuple[float, int]:
    """Seconds and bytes of one download, by curl."""
    began = time.perf_counter()
    command = ["curl", "--silent", "--fail", "--output", "/dev/null", "--write-out", "%{size_download}"]
    command += ["--header", f"Authorization: Bearer {KEY}", "--header", "Accept-Language: en"]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/api/v1/reports/hours.csv?contract={contract}"],
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - began, int(float(done.stdout))


def through_psql(url: str, statement: str) -> float:
    """Seconds of psql's own copy of the same statement."""
    began = time.perf_counter()
    command = [client_program("psql"), url, "--quiet", "--no-psqlrc", "-c", f"\\copy ({statement}) TO /dev/null CSV"]
    subprocess.run([str(part) for part in command], check=True)
    return time.perf_counter() - began


async def same_statement(funder: int, contract: int) -> str:
    """What the app sends, with its values written out."""
    with speaking("en"):
        statement, arguments = for_people(await scope_for(funder, HourFilter(contract=contract)), guard=True)
    said = LoggedQuery(statement, arguments, timeout=None, elapsed=0, exception=None, conn_addr=None, conn_params=None)
    return script([said]).rstrip(";\n")


async def main() -> None:
    """Fill, then measure both by turns, so that neither finds warmer pages than the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    async with served() as installation:
        funder, contract = await fill(installation.database_url, asked.rows)
        entries = await value("SELECT count(*) FROM allocation")
        statement = await same_statement(funder, contract)
        web = installation.child("web")
        idle = peak_megabytes(web.pid)
        app, database, size = [], [], 0
        through_psql(installation.database_url, statement)  # once, to warm the pages
        for _ in range(asked.turns):
            seconds, size = await asyncio.to_thread(through_http, installation.port, contract)
            app.append(seconds)
            database.append(await asyncio.to_thread(through_psql, installation.database_url, statement))
        peak = peak_megabytes(web.pid)
    ours, theirs = statistics.median(app), statistics.median(database)
    print(f"{entries:,} entries, {size / 1e6:,.0f} MB of CSV, median of {asked.turns}")
    print(f"through HTTP  {ours:6.2f} s")
    print(f"psql \\copy    {theirs:6.2f} s")
    print(f"ratio         {ours / theirs:6.2f}")
    print(f"peak memory of the web process {peak:,.0f} MB, {peak - idle:,.1f} MB of it for the downloads")


def peak_megabytes(pid: int) -> float:
    """The most memory a process ever had resident, by Linux's own count."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    asyncio.run(main())
