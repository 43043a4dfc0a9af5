"""What happens later: each job takes an event's payload and may run twice."""

from app.kit import clock
from app.kit.importing.work import job_of
from app.kit.outbox import Job
from app.volunteers.actions import watching
from app.volunteers.importing import DESK


async def watch_credentials() -> None:
    """Look through the proofs that end. Run by the clock each night; safe to run twice."""
    await watching.watch_credentials(now=clock.now())


JOBS: dict[str, list[Job]] = {DESK.event: [job_of(DESK)]}
