"""Askings as the agency sees them: who was asked for which place, in which order, and what they said."""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.shifts.rules.offers import Mode, OfferStatus
from app.shifts.rules.statuses import ShiftStatus

ASKINGS = """
    SELECT k.id, k.seat AS seat_id, k.shift AS shift_id, k.mode, k.places, k.asked_at, k.closed_at, k.outcome,
           asker.name AS asked_by, e.role, h.title, h.starts, h.ends, h.status AS shift_status,
           count(o.id) AS people, count(o.id) FILTER (WHERE o.status = 'accepted') AS accepted,
           count(o.id) FILTER (WHERE o.status = 'open') AS open,
           count(o.id) FILTER (WHERE o.status = 'waiting') AS waiting
    FROM asking k
    JOIN account asker ON asker.id = k.asked_by
    JOIN seat e ON e.id = k.seat
    JOIN shift h ON h.id = k.shift
    LEFT JOIN offer o ON o.asking = k.id
    WHERE h.agency = $1 AND {which}
    GROUP BY k.id, asker.name, e.role, h.id ORDER BY k.id DESC LIMIT 100
"""
ONE = ASKINGS.format(which="k.id = $2")
OF_SHIFT = ASKINGS.format(which="k.shift = $2")

OFFERS = """
    SELECT o.id, who.id AS person_id, who.name, who.volunteer_no, who.account IS NOT NULL AS has_account, o.turn,
           o.status, o.opened_at, o.answer_by, o.answered_at, o.decline_reason, o.not_again, o.note, o.points,
           o.why::text AS why, by.name AS keyed_by, who.account IS DISTINCT FROM o.answered_by AS by_another,
           who.staff_of IS NOT DISTINCT FROM $2 OR who.kept_by IS NOT DISTINCT FROM $2 OR EXISTS (
               SELECT FROM signup g JOIN shift h ON h.id = g.shift WHERE g.person = who.id AND h.agency = $2
           ) AS is_known
    FROM offer o
    JOIN person p ON p.id = o.person
    JOIN person who ON who.id = coalesce(p.merged_into, p.id)
    LEFT JOIN account by ON by.id = o.answered_by
    WHERE o.asking = $1 ORDER BY o.turn, o.id
"""

AGENCY_SHIFT = "SELECT EXISTS (SELECT FROM shift WHERE id = $1 AND agency = $2)"


class AskingPage(Struct, frozen=True, kw_only=True):
    """One asking: for which place, how, by whom, and how far it came."""

    id: int
    seat_id: int
    shift_id: int
    mode: Mode
    places: int
    asked_at: datetime
    closed_at: datetime | None
    outcome: str
    asked_by: str
    role: str
    title: str
    starts: datetime
    ends: datetime
    shift_status: ShiftStatus
    people: int
    accepted: int
    open: int
    waiting: int


class OfferRow(Struct, frozen=True, kw_only=True):
    """One person of an asking, and what they said."""

    id: int
    person_id: int
    name: str
    volunteer_no: str
    has_account: bool
    turn: int
    status: OfferStatus
    opened_at: datetime | None
    answer_by: datetime | None
    answered_at: datetime | None
    decline_reason: str
    not_again: bool
    note: str
    points: int | None
    why: str
    keyed_by: str | None
    by_another: bool
    is_known: bool
    """Whether the agency may open their page: it keeps, pays or met them."""

    @property
    def parts(self) -> dict[str, int]:
        """The parts of the score, as they were when the offer was made."""
        return msgspec.json.decode(self.why, type=dict[str, int])

    @property
    def passed_over(self) -> bool:
        """Whether they could no longer come when their turn came."""
        return self.status == OfferStatus.WITHDRAWN and self.opened_at is None and self.note != ""


async def asking_page(agency_id: int | None, asking_id: int) -> AskingPage:
    """An asking of this agency.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    found = await fetch_one(AskingPage, ONE, agency_id, asking_id)
    if found is None:
        raise NotFound
    return found


async def asked_people(asking: AskingPage, agency_id: int | None) -> list[OfferRow]:
    """Everyone who is asked, in order."""
    return await fetch(OfferRow, OFFERS, asking.id, agency_id)


async def askings_of_shift(agency_id: int | None, shift_id: int) -> list[AskingPage]:
    """Every asking for a shift of this agency, the latest first.

    Raises:
        NotFound: when the shift is absent or another agency's.
    """
    if not await value(AGENCY_SHIFT, shift_id, agency_id):
        raise NotFound
    return await fetch(AskingPage, OF_SHIFT, agency_id, shift_id)
