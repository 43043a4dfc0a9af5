"""What happens later: each job takes an event's payload and may run twice."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch
from app.kit.importing.work import job_of
from app.kit.outbox import Job, later
from app.notices.actions import tell
from app.shifts import offer_jobs, presence_jobs
from app.shifts.actions import turning
from app.shifts.importing import DESK
from app.shifts.rules.signing_up import MOVED_BY, REMIND_BEFORE
from app.shifts.rules.statuses import HOLDS_A_PLACE

TOLD = """
    SELECT w.account AS account_id, h.id AS shift_id, h.title, h.place, h.starts, h.ends, h.cancelled_reason AS reason
    FROM signup g JOIN shift h ON h.id = g.shift JOIN person w ON w.id = g.person
    WHERE w.account IS NOT NULL
"""
PEOPLE = f"{TOLD} AND h.id = $1"


OWN = f"{TOLD} AND g.id = $1 AND g.status = 'confirmed' AND h.status = 'published'"

MANAGERS = """
    SELECT m.account AS account_id, h.id AS shift_id, h.title, h.place, h.starts, h.ends, g.reason
    FROM signup g JOIN shift h ON h.id = g.shift
    JOIN membership m ON m.organisation = h.agency AND m.role = 'agency_manager' AND m.until IS NULL
    WHERE g.id = $1 AND g.status = 'cancelled'
"""


class _Told(Struct, frozen=True):
    account_id: int
    shift_id: int
    title: str
    place: str
    starts: datetime
    ends: datetime
    reason: str


async def turn_shifts() -> None:
    """Let published shifts begin and running ones end by the clock."""
    await turning.turn_shifts(now=clock.now())


async def tell_confirmed(payload: dict[str, Any]) -> None:
    """Tell someone that the place is theirs, if it still is."""
    for person in await fetch(_Told, OWN, payload["signup_id"]):
        await _tell(person, "signup.confirmed")


async def remind(payload: dict[str, Any]) -> None:
    """Remind someone of their shift a day before; if it was moved, a day before its new time."""
    now = clock.now()
    for person in await fetch(_Told, OWN, payload["signup_id"]):
        if person.starts - now > REMIND_BEFORE + MOVED_BY:
            await later("shift.soon", due=person.starts - REMIND_BEFORE, signup_id=payload["signup_id"])
        elif person.starts > now:
            await _tell(person, "shift.soon")


async def tell_given_back(payload: dict[str, Any]) -> None:
    """Tell the agency's managers that a place is free again."""
    for manager in await fetch(_Told, MANAGERS, payload["signup_id"]):
        await _tell(manager, "signup.cancelled", f"/shifts/{manager.shift_id}/manage")


async def tell_cancelled(payload: dict[str, Any]) -> None:
    """Tell everyone whose claim ended with the shift."""
    people = await fetch(_Told, PEOPLE + " AND g.id = any($2)", payload["shift_id"], payload["signup_ids"])
    for person in people:
        await _tell(person, "shift.cancelled")


async def tell_changed(payload: dict[str, Any]) -> None:
    """Tell everyone who is to come that the time or place is another."""
    holding = [str(status) for status in HOLDS_A_PLACE]
    for person in await fetch(_Told, PEOPLE + " AND g.status = any($2)", payload["shift_id"], holding):
        await _tell(person, "shift.changed")


async def _tell(person: _Told, event: str, link: str = "") -> None:
    facts = {
        "title": person.title,
        "place": person.place,
        "starts": person.starts.isoformat(),
        "ends": person.ends.isoformat(),
        "reason": person.reason,
    }
    await tell(person.account_id, event, facts, link or f"/shifts/{person.shift_id}", now=clock.now())


async def mark_missed(payload: dict[str, Any]) -> None:
    """Punching is over: who was expected and never came is a no-show."""
    await turning.mark_missed(payload["shift_id"], now=clock.now())


JOBS: dict[str, list[Job]] = {
    "signup.confirmed": [tell_confirmed, offer_jobs.note_own_signup],
    "signup.cancelled": [tell_given_back],
    "shift.soon": [remind],
    **offer_jobs.JOBS,
    **presence_jobs.JOBS,
    "shift.cancelled": [tell_cancelled, offer_jobs.close_askings],
    "shift.changed": [tell_changed],
    "shift.punching_closed": [mark_missed],
    DESK.event: [job_of(DESK)],
}
