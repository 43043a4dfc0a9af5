"""What happens later: each job takes an event's payload and may run twice."""

from app.kit.outbox import Job

JOBS: dict[str, list[Job]] = {}
