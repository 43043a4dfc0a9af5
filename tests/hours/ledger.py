"""A ledger of as many entries as a test or benchmark wants, and the owner who may do to it what the app cannot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import asyncpg

POSTINGS = """
    INSERT INTO posting (served_on, attendance_id, entry, person, agency, activity, shift_id, region, service_kind,
                         capacity, minutes, grade, starts, ends, rule_book, trace, approval_id, verified_by, posted_at)
    SELECT d.day, n, 1, n, 1 + n % 7, 1 + n % 40, 1, '440303001001', 'elder_visit',
           CASE WHEN n % 5 = 0 THEN 'staff' ELSE 'volunteer' END, 30 + n * 7 % 150, substr('ABBBCDE', 1 + n % 7, 1),
           d.day + time '06:00', d.day + time '08:00', 1, '[{"code": "worked", "figures": {"minutes": 120}}]', n, 1,
           d.day + time '20:00' + n * interval '1 microsecond'
    FROM generate_series($1::int, $1::int + $2::int - 1) n
    CROSS JOIN LATERAL (SELECT $3::date + (n::bigint * $4::int / ($1::int + $2::int))::int AS day) d
    RETURNING id
"""
ALLOCATIONS = """
    INSERT INTO allocation (served_on, posting_id, attendance_id, line, period, minutes, verified_by, at)
    SELECT p.served_on, p.id, p.attendance_id, 1 + p.attendance_id % 20, 1, p.minutes, p.verified_by, p.posted_at
    FROM posting p WHERE p.attendance_id BETWEEN $1::int AND $1::int + $2::int - 1 ORDER BY p.id
"""
HELD = """
    INSERT INTO held_time (attendance, person, starts, ends)
    SELECT p.attendance_id, p.person, p.starts, p.ends
    FROM posting p WHERE p.attendance_id BETWEEN $1::int AND $1::int + $2::int - 1
"""
TAIL = """
    INSERT INTO unsealed (posting_id, served_on)
    SELECT p.id, p.served_on FROM posting p WHERE p.attendance_id BETWEEN $1::int AND $1::int + $2::int - 1
"""


@asynccontextmanager
async def owner(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Whoever has the database itself in hand. Foreign keys are not asked: it is the seal that must notice."""
    connection = await asyncpg.connect(url.replace("//linli@", "//postgres@"), server_settings={"timezone": "UTC"})
    try:
        await connection.execute("SET session_replication_role = replica")
        yield connection
    finally:
        await connection.close()


async def fill(url: str, count: int, *, first: int = 1, since: date = date(2026, 1, 1), days: int = 300) -> None:
    """Add so many entries with their allocations, held times and places in the tail; `first` is the first's number."""
    async with owner(url) as connection:
        await connection.fetch(POSTINGS, first, count, since, days)
        for statement in (ALLOCATIONS, HELD, TAIL):
            await connection.execute(statement, first, count)
        await connection.execute("ANALYZE posting, allocation, unsealed, held_time")
