"""What happens later: each job takes an event's payload and may run twice."""

from typing import Any

from app.hours import actions
from app.kit.outbox import Job


async def punch_recorded(payload: dict[str, Any]) -> None:
    """A punch, or the undoing of one: the attendance says what stands now."""
    await actions.bring_up_to_date(int(payload["signup_id"]))


async def shift_ended(payload: dict[str, Any]) -> None:
    """Everyone who was expected has an attendance, so that missing punches show in the inbox."""
    await actions.open_for_shift(int(payload["shift_id"]))


async def attendance_posted(payload: dict[str, Any]) -> None:
    """What is left of the person's day has changed."""
    await actions.recount_same_day(int(payload["attendance_id"]))


JOBS: dict[str, list[Job]] = {
    "punch.recorded": [punch_recorded],
    "shift.ended": [shift_ended],
    "attendance.posted": [attendance_posted],
}
