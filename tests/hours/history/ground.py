"""Where histories are played: the servers of the test run, and a database of its own for each history."""

import os
from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from app.kit.db import close_pool, open_pool
from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey
from app.settings import settings
from tests.conftest import TEMPLATE


class Ground:
    """The servers, and how each history gets a database of its own."""

    def __init__(self, admin: str, postgres: EmbeddedPostgres, valkey: EmbeddedValkey, state_dir: Path) -> None:
        self.admin, self.postgres, self.valkey, self.state_dir = admin, postgres, valkey, state_dir
        self.name = f"history_{os.getpid()}"

    async def fresh(self) -> asyncpg.Connection:
        """A new database with the pool open on it; the answer is its owner's connection."""
        async with Redis.from_url(self.valkey.url) as client:
            await client.flushall()
        for file in self.state_dir.glob("witness*"):
            file.unlink()
        await self._again("CREATE DATABASE {0} TEMPLATE {1} STRATEGY FILE_COPY")
        url = self.postgres.url_of(self.name)
        await open_pool(url, "public", settings().app_role, 4)
        return await asyncpg.connect(url)

    async def away(self, owner: asyncpg.Connection) -> None:
        """Give it back."""
        await owner.close()
        await close_pool()
        await self._again("")

    async def _again(self, sql: str) -> None:
        admin = await asyncpg.connect(self.admin)
        await admin.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        if sql:
            await admin.execute(sql.format(self.name, TEMPLATE))
        await admin.close()
