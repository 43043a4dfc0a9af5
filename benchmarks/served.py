"""A real installation to measure: served by `linli serve` from a scratch directory, its pool open here too."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.cli.environment import complete_keys
from app.kit.db import close_pool, open_pool
from app.kit.embedded import scratch_directory
from app.settings import settings
from tests.installation import Installation

POOL = 4


@asynccontextmanager
async def served(*options: str, role: str | None = None) -> AsyncIterator[Installation]:
    """Serve with these options of `linli serve` until the block ends; the pool works as `role`, or as the owner."""
    with scratch_directory() as directory:
        os.environ["LINLI_STATE_DIR"] = str(directory)
        complete_keys()
        installation = Installation(directory)
        installation.start(*options)
        os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = installation.database_url, installation.redis_url
        settings.cache_clear()
        try:
            await open_pool(installation.database_url, "public", role, POOL)
            yield installation
        finally:
            await close_pool()
            installation.stop()
