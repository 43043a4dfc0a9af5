"""Listens to what the app says to the database: for tests that no page asks more when there are more rows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from asyncpg.connection import LoggedQuery

from app.kit.db import DB


@asynccontextmanager
async def listening() -> AsyncIterator[list[LoggedQuery]]:
    """Every statement that the pool's connections send inside the block, in order, with its arguments.

    Begin and commit are statements too.
    """
    heard: list[LoggedQuery] = []
    pool = DB.pool
    if pool is None:
        raise RuntimeError("open_pool() first")
    async with AsyncExitStack() as held:
        connections = [await held.enter_async_context(pool.acquire()) for _ in range(pool.get_max_size())]
        for connection in connections:
            connection.add_query_logger(heard.append)
    try:
        yield heard
    finally:
        await asyncio.sleep(0)  # asyncpg tells its listeners a turn of the loop later
        async with AsyncExitStack() as held:
            for _ in range(pool.get_max_size()):
                connection = await held.enter_async_context(pool.acquire())
                connection.remove_query_logger(heard.append)
