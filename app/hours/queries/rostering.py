"""What typing in a paper roster needs: the shift, who was expected, and who a volunteer number belongs to."""

from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one, value


class ShiftToKey(Struct, frozen=True, kw_only=True):
    """A shift of the agency."""

    id: int
    title: str
    starts: datetime
    ends: datetime
    zone: str
    served_on: date
    line: int | None
    cancelled: bool
    free: int
    """How many places nobody took."""


SHIFT = """
    SELECT h.id, h.title, h.starts, h.ends, h.zone, (h.starts AT TIME ZONE h.zone)::date AS served_on, h.line,
           h.status = 'cancelled' AS cancelled,
           (SELECT coalesce(sum(e.needed - e.taken), 0)::bigint FROM seat e WHERE e.shift = h.id) AS free
    FROM shift h WHERE h.id = $1 AND h.agency = $2
"""


async def shift_to_key(actor: Actor, shift_id: int) -> ShiftToKey | None:
    """A shift of the actor's agency."""
    return await fetch_one(ShiftToKey, SHIFT, shift_id, actor.organisation_id)


class OnRoster(Struct, frozen=True, kw_only=True):
    """Someone who was expected, with the times that are known."""

    volunteer_no: str
    name: str
    came: datetime | None
    left: datetime | None
    posted: bool


ROSTER = """
    SELECT p.volunteer_no, p.name, coalesce(a.adjusted_in, a.raw_in) AS came,
           coalesce(a.adjusted_out, a.raw_out) AS left, coalesce(a.status = 'posted', false) AS posted
    FROM signup s JOIN person p ON p.id = s.person
    LEFT JOIN attendance a ON a.signup = s.id AND a.origin <> 'claim'
    WHERE s.shift = $1 AND s.status IN ('confirmed', 'attended', 'no_show') ORDER BY p.name, s.id
"""


async def roster_of(shift_id: int) -> list[OnRoster]:
    """Everyone who was expected. The caller has opened the door to the shift."""
    return await fetch(OnRoster, ROSTER, shift_id)


async def person_by_number(volunteer_no: str) -> int | None:
    """Whose number it is; of two records that were merged, the one that stays."""
    sql = "SELECT coalesce(merged_into, id) FROM person WHERE volunteer_no = $1"
    found: int | None = await value(sql, volunteer_no.strip().upper())
    return found
