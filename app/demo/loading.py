"""Builds the demo city in one transaction, always the same for a seed and a day."""

from random import Random

import asyncpg
import structlog
from msgspec import Struct

from app.accounts.regions import ensure_regions
from app.demo import asking, going_out, months, oddities, offers, safeguarding, talks, town
from app.demo.copying import Copier
from app.hours.actions.exceptions import bring_exceptions_up_to_date
from app.hours.actions.watching import watch_lately
from app.kit import clock
from app.kit.db import connect_arguments, fetch
from app.settings import settings

log = structlog.get_logger()


WAITING = """
    SELECT id FROM attendance WHERE status IN ('expected', 'present', 'recorded') AND planned_ends <= $1 ORDER BY id
"""


class _Waiting(Struct, frozen=True):
    id: int


async def load(people: int = 2400, seed: int = 1) -> None:
    """Load a city of so many volunteers, whole or not at all; then see what is unusual about it.

    Raises:
        asyncpg.PostgresError: when the database refuses; nothing is kept then.
    """
    chosen = settings()
    if not chosen.database_url:
        raise RuntimeError("DATABASE_URL is not set")
    await ensure_regions()
    now = clock.now()
    random, aside = Random(seed), Random(f"aside {seed}")  # noqa: S311 (the same city for the same seed is the point)
    connection = await asyncpg.connect(**connect_arguments(chosen.database_url, chosen.schema, role=None))
    try:
        async with connection.transaction():
            copier = Copier(connection)
            await copier.begin()
            city = await town.build(copier, random, aside, now, clock.local_day(now), people)
            maker = await months.make(copier, random, city, people)
            oddities.plant(maker)
            safeguarding.make(copier, maker)
            asking.make(copier, random, city, maker.visits, people)
            offers.make(copier, maker)
            going_out.make(copier, maker)
            await copier.finish()
    finally:
        await connection.close()
    for row in await fetch(_Waiting, WAITING, now):
        await bring_exceptions_up_to_date(row.id, now=now)
    await watch_lately(now=now)
    await talks.begin(city.activities[0].agency.id, now)
    log.info("demo_loaded", seconds=round((clock.now() - now).total_seconds(), 1), **copier.count)
