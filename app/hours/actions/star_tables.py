"""Adds a table of stars for a place, from a day on. Tables are never changed; a newer one takes over."""

from datetime import date, datetime

from app.accounts.queries.regions import exists
from app.accounts.rules import Actor, Permission
from app.hours.rules.stars import CONSTRAINTS, NOT_BACKDATED, SAY_HOURS, UNKNOWN_PLACE, read_table
from app.kit import clock
from app.kit.db import execute, transaction
from app.kit.errors import Forbidden, Invalid

ADD = """
    INSERT INTO star_tier (region, applies_from, stars, minutes)
    SELECT $1, $2, * FROM unnest($3::bigint[], $4::bigint[])
"""


async def add_star_table(actor: Actor, region: str, applies_from: date, hours: str, *, now: datetime) -> None:
    """Let a table of hours apply at a place from a day on; no place means everywhere without a table of its own.

    Raises:
        Forbidden: when the actor does not look after the platform.
        Invalid: when the hours, the day or the place cannot be meant.
        Conflict: when the place has a table from that day already.
    """
    if not actor.may(Permission.ORGANISATION_MANAGE):
        raise Forbidden()
    tiers = read_table(hours)
    if tiers is None:
        raise Invalid(SAY_HOURS, hours=SAY_HOURS.text)
    if applies_from < clock.local_day(now):
        raise Invalid(NOT_BACKDATED, applies_from=NOT_BACKDATED.text)
    if region and not await exists(region):
        raise Invalid(UNKNOWN_PLACE, region=UNKNOWN_PLACE.text)
    async with transaction(CONSTRAINTS):
        await execute(
            ADD, region or None, applies_from, [tier.stars for tier in tiers], [tier.minutes for tier in tiers]
        )
