"""Builds the demo city in one transaction, always the same for a seed and a day."""

from random import Random

import asyncpg
import structlog

from app.accounts.regions import ensure_regions
from app.demo import asking, months, town
from app.demo.copying import Copier
from app.kit import clock
from app.kit.db import connect_arguments
from app.settings import settings

log = structlog.get_logger()


async def load(people: int = 2400, seed: int = 1) -> None:
    """Load a city of so many volunteers. Whole or not at all.

    Raises:
        asyncpg.PostgresError: when the database refuses; nothing is kept then.
    """
    chosen = settings()
    if not chosen.database_url:
        raise RuntimeError("DATABASE_URL is not set")
    await ensure_regions()
    now = clock.now()
    random = Random(seed)  # noqa: S311 (the same city for the same seed is the point)
    connection = await asyncpg.connect(**connect_arguments(chosen.database_url, chosen.schema, role=None))
    try:
        async with connection.transaction():
            copier = Copier(connection)
            await copier.begin()
            city = await town.build(copier, random, now, clock.local_day(now), people)
            visits = await months.make(copier, random, city, people)
            asking.make(copier, random, city, visits, people)
            await copier.finish()
    finally:
        await connection.close()
    log.info("demo_loaded", seconds=round((clock.now() - now).total_seconds(), 1), **copier.count)
