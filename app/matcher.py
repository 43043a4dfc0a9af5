"""The matcher's own process: it runs rounds, plans routes, and answers who could come. The web never waits for it."""

import asyncio
import signal
from contextlib import suppress

import structlog
from redis.asyncio import Redis

from app.kit import watching
from app.kit.db import close_pool, open_pool
from app.matching.answering import answer_questions
from app.matching.running import run_rounds, warm_up
from app.matching.running_days import run_days
from app.matching.warming import beside_unless
from app.settings import settings

log = structlog.get_logger()


async def match() -> None:
    """Work until told to stop. A round at work is handed back with its best plan, and another process goes on."""
    chosen = settings()
    watching.configure_logs()
    if not chosen.database_url or not chosen.redis_url:
        raise RuntimeError("DATABASE_URL and REDIS_URL must be set")
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    await open_pool(chosen.database_url, chosen.schema, chosen.app_role, chosen.pool_size)
    async with Redis.from_url(chosen.redis_url) as valkey:
        answering = asyncio.create_task(answer_questions(valkey))
        try:
            # After an upgrade much has to be compiled once: better before a round is taken than out of its time.
            await beside_unless(stopping, warm_up)
            if not stopping.is_set():
                log.info("matcher_ready")
                await asyncio.gather(run_rounds(stopping), run_days(stopping))
        finally:
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
            await asyncio.wait_for(close_pool(), 10)
