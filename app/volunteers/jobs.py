"""What happens later: each job takes an event's payload and may run twice."""

from app.kit.importing.work import job_of
from app.kit.outbox import Job
from app.volunteers.importing import DESK

JOBS: dict[str, list[Job]] = {DESK.event: [job_of(DESK)]}
