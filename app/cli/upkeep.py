"""Bringing a database up to date with what ships, loading another city's divisions, and changing keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.accounts.actions.founding import found
from app.accounts.regions import ensure_regions
from app.accounts.regions import import_city as load_city
from app.kit import clock, db
from app.kit.migrating import migrate
from app.kit.rotating import rotate_keys as seal_anew
from app.settings import Settings


class LedgerFault(Exception):
    """Something about the hour ledger is wrong or cannot be done; the message says what."""


async def bring_up_to_date(settings: Settings) -> None:
    """Migrate, and load the shipped divisions that are missing."""
    await migrate(settings)
    async with pool(settings, settings.app_role):
        await ensure_regions()


async def import_city(settings: Settings, code: str, file: Path | None) -> int:
    """Load a city to community level; the answer is how many divisions were new."""
    async with pool(settings, settings.app_role):
        return await load_city(code, file)


async def first_administrator(settings: Settings, name: str, identifier: str, platform: str, region: str) -> str:
    """Make the first administrator; the answer is the password to sign in with once."""
    async with pool(settings, settings.app_role):
        return await found(name, identifier, platform, region, now=clock.now())


async def rotate_keys(settings: Settings) -> dict[str, int]:
    """Seal everything with the newest key; how many values of each column were sealed anew.

    As the owner, because values in append-only tables are sealed too, and the app's role cannot touch those.
    """
    async with pool(settings, role=None):
        return await seal_anew()


@asynccontextmanager
async def pool(settings: Settings, role: str | None) -> AsyncIterator[None]:
    """The database for the length of a block, as this role or as the owner."""
    await db.open_pool(settings.database_url or "", settings.schema, role, size=2)
    try:
        yield
    finally:
        await db.close_pool()
