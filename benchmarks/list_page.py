"""The public list of shifts through HTTP, beside the same queries in pgbench: python -m benchmarks.list_page"""

import argparse
import asyncio
import io
import logging
from contextlib import redirect_stdout

from asyncpg.connection import LoggedQuery

from app.kit import clock
from app.kit.db import execute, value
from app.main import create_app
from benchmarks.load import measure, print_row
from benchmarks.served import served
from benchmarks.statements import rate, script
from tests.counting import listening
from tests.installation import Installation
from tests.visitor import Visitor
from tests.wire import Wire

WARM = range(40)

BUSIEST = """
    SELECT left(region, 6) || ' ' || service_kind FROM shift WHERE status = 'published' AND starts > $1
    GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""
COPIED = """
    WITH told AS (
        SELECT s.*, nextval(pg_get_serial_sequence('shift', 'id')) AS copy FROM shift s, generate_series(1, $1) n
    ), copied AS (
        INSERT INTO shift (id, activity, agency, line, service_kind, region, title, place, is_visit, starts, ends, zone,
                           status, code_secret, created_by, published_at, cancelled_reason)
        SELECT copy, activity, agency, line, service_kind, region, title, place, is_visit, starts, ends, zone,
               status, code_secret, created_by, published_at, cancelled_reason FROM told
    )
    INSERT INTO seat (shift, role, capacity, leads, skill, needed, taken)
    SELECT told.copy, e.role, e.capacity, e.leads, e.skill, e.needed, e.taken FROM told JOIN seat e ON e.shift = told.id
"""


async def pages() -> list[tuple[str, str]]:
    """The list as it opens, and narrowed as people narrow it, to where and what there is most of."""
    district, kind = (await value(BUSIEST, clock.now())).split()
    return [
        ("the list", "/shifts"),
        ("this week in one district", f"/shifts?when=week&region={district}"),
        ("one kind, full ones too", f"/shifts?kind={kind}&places=all"),
    ]


async def heard_for(path: str) -> list[LoggedQuery]:
    """What the page asks of the database."""
    visitor = Visitor(create_app())
    with redirect_stdout(io.StringIO()):  # the app's log
        await visitor.get(path)
        async with listening() as heard:
            answer = await visitor.get(path)
    await visitor.leave()
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered with {answer.status_code}")
    return heard


async def compare(installation: Installation, clients: int, seconds: int) -> None:
    """Each page and its queries, one after the other, so that they do not disturb each other."""
    shifts = await value("SELECT count(*) FROM shift")
    coming = await value("SELECT count(*) FROM shift WHERE status = 'published' AND starts > $1", clock.now())
    print(f"{shifts} shifts, {coming} of them still to come, {clients} clients:")
    for name, path in await pages():
        heard = await heard_for(path)

        async def ask(wire: Wire, _turn: int, path: str = path) -> None:
            answer = await wire.get(path, cookie="lang=en")
            if answer.status != 200:
                raise RuntimeError(f"{path} was answered with {answer.status}")

        await measure(installation, clients, WARM, seconds, ask)
        found = await measure(installation, clients, range(10**9), seconds, ask)
        arguments = (installation.database_url, script(heard), clients, "-T", str(seconds))
        bare = await asyncio.to_thread(rate, *arguments)
        print_row(f"{name} ({len(heard)} queries)", found, bare)


async def main(clients: int, seconds: int) -> None:
    """The demonstration city, and the same with ten times the shifts."""
    async with served("--demo") as installation:
        await compare(installation, clients, seconds)
        await execute(COPIED, 9)
        for table in ("shift", "seat"):
            await execute(f"ANALYZE {table}")
        await compare(installation, clients, seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8, help="at once (8)")
    parser.add_argument("--seconds", type=int, default=3, help="for each figure (3)")
    asked = parser.parse_args()
    logging.disable(logging.INFO)
    asyncio.run(main(asked.clients, asked.seconds))
