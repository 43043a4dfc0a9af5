"""What happens later: each job takes an event's payload and may run twice."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct

from app.hours import actions
from app.hours.objection_jobs import OBJECTION_JOBS
from app.hours.radar_jobs import RADAR_JOBS, look_at_posted
from app.hours.rule_book_jobs import RULE_BOOK_JOBS
from app.kit import clock
from app.kit.db import fetch_one
from app.kit.errors import Conflict
from app.kit.outbox import Job
from app.notices.actions import tell


class _Told(Struct, frozen=True):
    account_id: int
    name: str
    recorders: list[int]
    title: str
    starts: datetime
    ends: datetime
    minutes: int
    reason: str | None


TOLD = """
    SELECT a.account_id, p.name, a.recorders, h.title, a.planned_starts AS starts, a.planned_ends AS ends,
           coalesce(a.counted_minutes, 0) AS minutes,
           (SELECT v.note FROM approval v WHERE v.attendance = a.id AND v.decision = 'returned'
            ORDER BY v.id DESC LIMIT 1) AS reason
    FROM attendance a JOIN shift h ON h.id = a.shift JOIN person p ON p.id = a.person WHERE a.id = $1
"""


async def punch_recorded(payload: dict[str, Any]) -> None:
    """A punch, or the undoing of one: the attendance says what stands now."""
    await actions.bring_up_to_date(int(payload["signup_id"]), now=clock.now())


async def shift_ended(payload: dict[str, Any]) -> None:
    """Everyone who was expected has an attendance, so that missing punches show in the inbox."""
    await actions.open_for_shift(int(payload["shift_id"]), now=clock.now())


async def attendance_posted(payload: dict[str, Any]) -> None:
    """What is left of the person's day has changed; and the person hears what counts."""
    attendance_id = int(payload["attendance_id"])
    await actions.recount_same_day(attendance_id, now=clock.now())
    await _tell_person("attendance.posted", attendance_id)


async def attendance_unasked(payload: dict[str, Any]) -> None:
    """The rule-book asks nobody about it, so it takes effect; unless its period is closed or its time counts elsewhere.

    Then it stays in the agency's inbox, where whoever approves it hears why it cannot be posted.
    """
    with suppress(Conflict):
        await actions.let_take_effect(int(payload["attendance_id"]), now=clock.now())


async def attendance_undone(payload: dict[str, Any]) -> None:
    """What is left of the person's day has changed again; and the person hears it."""
    attendance_id = int(payload["attendance_id"])
    await actions.recount_same_day(attendance_id, now=clock.now())
    await _tell_person("attendance.undone", attendance_id)


async def attendance_vouched(payload: dict[str, Any]) -> None:
    """The person hears that one word was given and another is waited for."""
    await _tell_person("attendance.vouched", int(payload["attendance_id"]))


async def attendance_adjusted(payload: dict[str, Any]) -> None:
    """The person hears that other times were keyed, unless they keyed them."""
    await _tell_person("attendance.adjusted", int(payload["attendance_id"]), but=int(payload["by"]))


async def attendance_returned(payload: dict[str, Any]) -> None:
    """The person hears that it takes longer, and whoever recorded it what has to be put right."""
    attendance_id = int(payload["attendance_id"])
    told = await _tell_person("attendance.returned", attendance_id)
    for recorder in told.recorders if told else []:
        if told and recorder != told.account_id:
            await _tell("attendance.to_correct", attendance_id, told, recorder, {"reason": told.reason or ""})


async def _tell_person(event: str, attendance_id: int, but: int = 0) -> _Told | None:
    told = await fetch_one(_Told, TOLD, attendance_id)
    if told and told.account_id and told.account_id != but:
        await _tell(event, attendance_id, told, told.account_id, {})
    return told


async def _tell(event: str, attendance_id: int, told: _Told, account_id: int, more: dict[str, str]) -> None:
    facts: dict[str, Any] = {
        "title": told.title,
        "name": told.name,
        "starts": told.starts.isoformat(),
        "ends": told.ends.isoformat(),
        "minutes": told.minutes,
    }
    await tell(account_id, event, facts | more, f"/attendances/{attendance_id}", now=clock.now())


JOBS: dict[str, list[Job]] = {
    "punch.recorded": [punch_recorded],
    "shift.ended": [shift_ended],
    "attendance.posted": [attendance_posted, look_at_posted],
    "attendance.unasked": [attendance_unasked],
    "attendance.undone": [attendance_undone],
    "attendance.vouched": [attendance_vouched],
    "attendance.adjusted": [attendance_adjusted],
    "attendance.returned": [attendance_returned],
    **OBJECTION_JOBS,
    **RULE_BOOK_JOBS,
    **RADAR_JOBS,
}
