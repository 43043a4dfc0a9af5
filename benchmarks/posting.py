"""Posting an hour with every check, beside a bare INSERT of the same row: python -m benchmarks.posting"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable

import psutil
from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.hours.actions import approve, bring_up_to_date
from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.settings import settings
from benchmarks.served import served
from tests import factories as make
from tests.counting import listening

SHIFT_ROWS = """
    INSERT INTO shift (activity, agency, line, service_kind, region, title, place, starts, ends, zone, status,
                       code_secret, created_by, published_at)
    SELECT id, agency, line, service_kind, region, name, place, $2::timestamptz - n * interval '1 day',
           $2::timestamptz - n * interval '1 day' + interval '2 hours', 'Asia/Shanghai', 'done', '\\x00', created_by,
           created_at
    FROM activity, generate_series(1, 20) n WHERE id = $1
"""
PEOPLE_ROWS = """
    INSERT INTO person (volunteer_no, name, home, skills, languages, likes, registered_at)
    SELECT 'B' || n, '王' || n, $1, '{}', '{}', '{}', now() FROM generate_series(1, $2::int) n
"""
SEAT_ROWS = """
    INSERT INTO seat (shift, role, capacity, leads, needed, taken)
    SELECT id, '探访义工', 'volunteer', false, $1, $1 FROM shift
"""
SIGNUP_ROWS = """
    INSERT INTO signup (seat, shift, person, capacity, starts, ends, status, created_by, created_at)
    SELECT s.id, h.id, p.id, 'volunteer', h.starts, h.ends, 'attended', $1, now()
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM person) p
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS n FROM shift) h ON h.n = 1 + p.n % 20
    JOIN seat s ON s.shift = h.id
"""
PUNCH_ROWS = """
    INSERT INTO punch (signup, shift, person, direction, at, received_at, how, keyed_by, nonce)
    SELECT s.id, s.shift, s.person, d.word, d.at, d.at, 'leader', $1, d.word || s.id
    FROM signup s, LATERAL (VALUES ('in', s.starts), ('out', s.ends)) d (word, at)
"""
# The same row once more, under attendances that nobody approved: all that a table with its keys and references costs.
BARE = """
    INSERT INTO posting (served_on, attendance_id, entry, person, agency, activity, shift_id, region, service_kind,
                         kind, capacity, minutes, grade, starts, ends, rule_book, trace, approval_id,
                         verified_by, posted_at)
    SELECT a.served_on, a.id, 1, a.person, a.agency, a.activity, a.shift, a.region, a.service_kind, a.kind, a.capacity,
           a.counted_minutes, a.grade, a.raw_in, a.raw_out, a.rule_book, a.counted_trace, $2, $3, $4
    FROM attendance a WHERE a.id = $1
"""


class _Number(Struct):
    id: int


async def build(people: int) -> tuple[int, list[int]]:
    """So many volunteers who came and went; the answer is their manager's account, and their attendances."""
    async with transaction():
        funder, agency = await make.organisation("funder"), await make.organisation("agency")
        officer, manager = await make.member(funder, "funder_officer"), await make.member(agency, "agency_manager")
        leader = await make.member(agency, "social_worker")
        line = await make.line(await make.contract(await make.program(funder, agency, officer), officer))
        activity = await make.activity(agency, manager, line)
        await execute(SHIFT_ROWS, activity, clock.now().replace(hour=6, minute=0, second=0, microsecond=0))
        await execute(PEOPLE_ROWS, make.COMMUNITY, people)
        await execute(SEAT_ROWS, people)
        await execute(SIGNUP_ROWS, manager)
        await execute(PUNCH_ROWS, leader)
    for row in await fetch(_Number, "SELECT id FROM signup ORDER BY id"):
        await bring_up_to_date(row.id, now=clock.now())
    await execute("DELETE FROM outbox")
    await execute("ANALYZE")
    return manager, [row.id for row in await fetch(_Number, "SELECT id FROM attendance ORDER BY id")]


async def timed(clients: int, numbers: list[int], act: Callable[[int], Awaitable[object]]) -> float:
    """Seconds to do it for all, so many at once."""
    waiting = iter(numbers)

    async def client() -> None:
        for number in waiting:
            await act(number)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return time.perf_counter() - began


async def main(each: int) -> None:
    """Measure both, alone and four at once, and print them."""
    async with served(role=settings().app_role):
        manager, attendances = await build(each * 4 + 20)
        actor = await actor_of_account(manager, None)
        if actor is None:
            raise LookupError("the manager is not there")
        warm, rest = attendances[:20], attendances[20:]
        for number in warm[:-1]:
            await approve(actor, number, now=clock.now())
        async with listening() as heard:
            await approve(actor, warm[-1], now=clock.now())
        print(f"Posting one attendance is {len(heard)} statements, begin and commit among them.")
        approval = int(await value("SELECT min(id) FROM approval"))
        for clients, turn in ((1, 0), (4, 2)):
            checked, bare = rest[turn * each : (turn + 1) * each], rest[(turn + 1) * each : (turn + 2) * each]
            ours = await timed(clients, checked, _approving(actor))
            theirs = await timed(clients, bare, _inserting(approval, manager))
            checked_rate, bare_rate = f"{each / ours:,.0f} postings/s", f"{each / theirs:,.0f} bare INSERTs/s"
            print(f"{clients} at once: {checked_rate} with every check, {bare_rate}, ratio {ours / theirs:.1f}")
        print(f"This process: {psutil.Process().memory_info().rss / 1e6:.0f} MB")


def _approving(actor: Actor) -> Callable[[int], Awaitable[object]]:
    return lambda number: approve(actor, number, now=clock.now())


def _inserting(approval: int, manager: int) -> Callable[[int], Awaitable[object]]:
    return lambda number: execute(BARE, number, approval, manager, clock.now())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--each", type=int, default=500, help="postings on each side, for one client and for four (500)"
    )
    asyncio.run(main(parser.parse_args().each))
