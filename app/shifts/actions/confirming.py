"""What follows when a place becomes somebody's, whichever way they came to it."""

from datetime import datetime

from msgspec import Struct

from app.kit.db import execute, fetch_one
from app.kit.outbox import later
from app.shifts.rules.signing_up import REMIND_BEFORE

PLACE = """
    SELECT g.person AS person_id, g.capacity, h.agency, h.starts FROM signup g JOIN shift h ON h.id = g.shift
    WHERE g.id = $1
"""
EMPLOY = "UPDATE person SET staff_of = $2 WHERE id = $1 AND staff_of IS NULL"


class _Place(Struct, frozen=True, kw_only=True):
    person_id: int
    capacity: str
    agency: int
    starts: datetime


async def confirmed(signup_id: int, *, now: datetime) -> None:
    """Put staff on the agency's list, and let the person be told now and a day before."""
    place = await fetch_one(_Place, PLACE, signup_id)
    if place is None:
        return
    if place.capacity == "staff":
        await execute(EMPLOY, place.person_id, place.agency)
    await later("signup.confirmed", signup_id=signup_id)
    if place.starts - now > REMIND_BEFORE:
        await later("shift.soon", due=place.starts - REMIND_BEFORE, signup_id=signup_id)
