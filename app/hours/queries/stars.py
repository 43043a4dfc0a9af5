"""The dated tables of stars, and where someone stands in the one of their place."""

from datetime import date

from msgspec import Struct

from app.hours.queries.certificates import SELF, holder_of
from app.hours.rules.stars import DatedTier, Standing, standing, table_for
from app.kit.db import fetch, value

TIERS = "SELECT region, applies_from, stars, minutes FROM star_tier ORDER BY region NULLS FIRST, applies_from, stars"

# Service as a volunteer and nothing else: no training, no paid work. Reversals are negative, so a sum will do.
SERVED = f"""
    WITH {SELF}
    SELECT coalesce(sum(p.minutes), 0)::bigint FROM posting p
    WHERE p.person IN (SELECT id FROM mine) AND p.capacity = 'volunteer' AND p.kind = 'service'
"""


async def star_rows() -> list[DatedTier]:
    """Every row of every table."""
    return await fetch(DatedTier, TIERS)


async def standing_of(account_id: int, today: date) -> Standing:
    """How many stars a person has by the table of the place they live in."""
    holder = await holder_of(account_id)
    minutes = int(await value(SERVED, account_id))
    return standing(minutes, table_for(await star_rows(), holder.home if holder else "", today))


class StarTable(Struct, frozen=True, kw_only=True):
    """One place's table from one day on."""

    region: str | None
    region_name: str | None
    region_name_en: str | None
    applies_from: date
    minutes: list[int]
    """For one star, two stars, and so on."""


TABLES = """
    SELECT t.region, r.name AS region_name, r.name_en AS region_name_en, t.applies_from,
           array_agg(t.minutes ORDER BY t.stars) AS minutes
    FROM star_tier t LEFT JOIN region r ON r.code = t.region
    GROUP BY t.region, r.name, r.name_en, t.applies_from
    ORDER BY t.region NULLS FIRST, t.applies_from DESC
"""


async def star_tables() -> list[StarTable]:
    """Every table, the one for everywhere first, a place's newest first."""
    return await fetch(StarTable, TABLES)
