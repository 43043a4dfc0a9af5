"""What happens later: each job takes an event's payload and may run twice."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch
from app.kit.outbox import Job
from app.notices.actions import tell
from app.shifts.actions import turning
from app.shifts.rules.statuses import HOLDS_A_PLACE

PEOPLE = """
    SELECT w.account AS account_id, h.id AS shift_id, h.title, h.place, h.starts, h.ends, h.cancelled_reason AS reason
    FROM signup g JOIN shift h ON h.id = g.shift JOIN person w ON w.id = g.person
    WHERE h.id = $1 AND w.account IS NOT NULL
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


async def _tell(person: _Told, event: str) -> None:
    facts = {
        "title": person.title,
        "place": person.place,
        "starts": person.starts.isoformat(),
        "ends": person.ends.isoformat(),
        "reason": person.reason,
    }
    await tell(person.account_id, event, facts, f"/shifts/{person.shift_id}", now=clock.now())


async def mark_missed(payload: dict[str, Any]) -> None:
    """Punching is over: who was expected and never came is a no-show."""
    await turning.mark_missed(payload["shift_id"], now=clock.now())


JOBS: dict[str, list[Job]] = {
    "shift.cancelled": [tell_cancelled],
    "shift.changed": [tell_changed],
    "shift.punching_closed": [mark_missed],
}
