"""What happens later: each job takes an event's payload and may run twice."""

from typing import Any

from app.kit import clock
from app.kit.outbox import Job
from app.reports import actions


async def export_requested(payload: dict[str, Any]) -> None:
    """Someone waits for a workbook."""
    await actions.make_export(int(payload["export_id"]))


async def clear_exports() -> None:
    """Delete files that were kept long enough."""
    await actions.clear_old(now=clock.now())


JOBS: dict[str, list[Job]] = {"export.requested": [export_requested]}
