"""What happens later: each job takes an event's payload and may run twice."""

from app.kit.outbox import Job

JOBS: dict[str, list[Job]] = {}


async def turn_shifts() -> None:
    """Let published shifts begin and running ones end by the clock."""
