"""What a coordinator has to know of people besides the matcher's figures: who they are, how they kept their word."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch
from app.matching.rules.usual import LATE_CANCEL, LATELY
from app.requests.rules.people import short_name

PEOPLE = """
    SELECT p.id, p.name, p.volunteer_no,
           p.staff_of IS NOT DISTINCT FROM $2 OR p.kept_by IS NOT DISTINCT FROM $2 OR EXISTS (
               SELECT FROM signup u JOIN shift h ON h.id = u.shift WHERE u.person = p.id AND h.agency = $2
           ) AS is_known,
           (SELECT max(o.opened_at) FROM offer o WHERE o.person = p.id) AS asked_at,
           count(u.id) FILTER (WHERE u.status = 'attended') AS kept,
           count(u.id) FILTER (WHERE u.status = 'no_show'
               OR (u.status = 'cancelled' AND u.ended_at > u.starts - $4::interval)) AS broken
    FROM person p
    LEFT JOIN signup u ON u.person = p.id AND u.starts >= $3::timestamptz - $5::interval AND u.starts < $3
        AND NOT EXISTS (SELECT FROM shift h WHERE h.id = u.shift AND h.status = 'cancelled')
    WHERE p.id = ANY ($1) GROUP BY p.id
"""

ASKED = """
    SELECT o.asking AS asking_id, o.person AS person_id, o.status, o.answer_by, o.answered_at
    FROM offer o WHERE o.seat = $1 ORDER BY o.asking DESC, o.turn, o.id LIMIT 60
"""


class Who(Struct, frozen=True, kw_only=True):
    """A person who could be asked."""

    id: int
    name: str
    volunteer_no: str
    is_known: bool
    """To the agency: it kept, paid or met them. Of others it reads no more than how their name begins."""
    asked_at: datetime | None
    kept: int
    broken: int

    @property
    def shown(self) -> str:
        """Their name, as far as this agency reads it."""
        return self.name if self.is_known else short_name(self.name)

    @property
    def promises(self) -> int:
        """Places they took lately that are over."""
        return self.kept + self.broken


class Asked(Struct, frozen=True, kw_only=True):
    """Somebody who was asked for a seat."""

    asking_id: int
    person_id: int
    status: str
    answer_by: datetime | None
    answered_at: datetime | None


async def who_are(actor: Actor, ids: Sequence[int], *, now: datetime) -> dict[int, Who]:
    """These people as the actor's agency knows them, in one question."""
    rows = await fetch(Who, PEOPLE, list(ids), actor.organisation_id, now, LATE_CANCEL, LATELY)
    return {row.id: row for row in rows}


async def asked_for(seat_id: int) -> list[Asked]:
    """Who was asked for a seat, the latest asking first."""
    return await fetch(Asked, ASKED, seat_id)
