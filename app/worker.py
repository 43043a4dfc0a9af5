"""The one place that lists jobs and crons, and binds events to what they cause."""

import asyncio
from datetime import UTC
from typing import Any, ClassVar

import structlog
from arq import cron, func
from arq.connections import RedisSettings, create_pool

from app.hours import jobs as hours
from app.hours.objection_jobs import escalate_objections as escalate_overdue_objections
from app.hours.radar_jobs import watch_nightly as watch_radar_nightly
from app.hours.sampling_jobs import draw_samples as draw_nightly_samples
from app.hours.seal_jobs import check_ledger as check_whole_ledger
from app.hours.seal_jobs import seal_ledger as seal_what_waits
from app.kit import outbox, watching
from app.kit.db import close_pool, open_pool
from app.matching import jobs as matching
from app.notices import jobs as notices
from app.programs import jobs as programs
from app.reports import jobs as reports
from app.requests import jobs as requests
from app.settings import settings
from app.shifts import jobs as shifts
from app.shifts import offer_jobs as offers
from app.volunteers import jobs as volunteers

log = structlog.get_logger()

LONGEST_JOB_SECONDS = 900
LONGEST_NIGHT_SECONDS = 3 * 3600

PACKAGES = [notices, programs, volunteers, shifts, hours, requests, reports, matching]
"""An event's jobs run in this order, in one transaction; actions that lock rows of several packages follow it."""


def bindings() -> dict[str, list[outbox.Job]]:
    """Every event with all the jobs it causes, over all packages."""
    bound: dict[str, list[outbox.Job]] = {}
    for package in PACKAGES:
        for event, jobs in package.JOBS.items():
            bound.setdefault(event, []).extend(jobs)
    return bound


async def deliver(ctx: dict[str, Any], row_id: int) -> None:  # noqa: ARG001 (arq calls it so)
    """Give one outbox event its effect."""
    await outbox.deliver(row_id, bindings())


async def sweep(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Bring what the queue lost."""
    await outbox.sweep(bindings())


async def turn_shifts(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Let shifts begin and end by the clock."""
    await shifts.turn_shifts()


async def expire_offers(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Let offers run out by the clock."""
    await offers.expire_offers()


async def watch_credentials(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Tell whose credentials end, and let go of what they were needed for."""
    await volunteers.watch_credentials()


async def seal_ledger(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Seal the postings that wait."""
    await seal_what_waits()


async def check_ledger(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Compare the ledger with its seal."""
    await check_whole_ledger()


async def draw_samples(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Draw whom to ask about what was approved."""
    await draw_nightly_samples()


async def clear_exports(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Delete made files that were kept long enough."""
    await reports.clear_exports()


async def escalate_objections(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Hand on what nobody answered in time."""
    await escalate_overdue_objections()


async def watch_nightly(ctx: dict[str, Any]) -> None:  # noqa: ARG001
    """Let the integrity radar look back over the last days."""
    await watch_radar_nightly()


async def on_startup(ctx: dict[str, Any]) -> None:
    """Open what jobs need."""
    chosen = settings()
    watching.configure_logs()
    if not chosen.database_url or not chosen.redis_url:
        raise RuntimeError("DATABASE_URL and REDIS_URL must be set")
    await open_pool(chosen.database_url, chosen.schema, chosen.app_role, chosen.pool_size)
    ctx["queue"] = await create_pool(RedisSettings.from_dsn(chosen.redis_url))
    outbox.use_queue(ctx["queue"])
    log.info("worker_ready", events=sorted(bindings()))


async def on_shutdown(ctx: dict[str, Any]) -> None:
    """Close it again."""
    outbox.use_queue(None)
    await ctx["queue"].aclose()
    await asyncio.wait_for(close_pool(), 10)


class WorkerSettings:
    """Read by arq from this very class: it ignores inherited attributes."""

    functions: ClassVar[list[Any]] = [func(deliver, name=outbox.QUEUE_FUNCTION, timeout=LONGEST_JOB_SECONDS)]
    cron_jobs: ClassVar[list[Any]] = [
        cron(sweep, second=set(range(5, 60, 10)), run_at_startup=True, unique=True, timeout=LONGEST_JOB_SECONDS),
        cron(turn_shifts, second=0, unique=True, timeout=60),
        cron(expire_offers, second=15, unique=True, timeout=300),
        cron(escalate_objections, minute=11, second=0, unique=True, timeout=300),
        cron(watch_nightly, hour=18, minute=20, second=0, unique=True, timeout=LONGEST_JOB_SECONDS),
        cron(watch_credentials, hour=17, minute=5, second=0, unique=True, timeout=LONGEST_JOB_SECONDS),
        cron(seal_ledger, second=30, unique=True, timeout=LONGEST_JOB_SECONDS),
        cron(check_ledger, hour=19, minute=17, second=0, unique=True, timeout=LONGEST_NIGHT_SECONDS),
        cron(draw_samples, hour=17, minute=40, second=0, unique=True, timeout=LONGEST_JOB_SECONDS),
        cron(clear_exports, minute=7, second=0, unique=True, timeout=60),
    ]
    timezone = UTC
    """In which the hours above are; left out, arq takes the machine's own."""
    redis_settings = RedisSettings.from_dsn(settings().redis_url or "redis://127.0.0.1:6379")
    on_startup = on_startup
    on_shutdown = on_shutdown
    keep_result = 0
    max_jobs = 8
    poll_delay = 0.2
    job_completion_wait = 20
    max_tries = 1
    """Failures are retried by the outbox, which remembers them, not by the queue."""
