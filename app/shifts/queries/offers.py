"""Offers as the person who is asked sees them."""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.kit.places import Fix, metres_between
from app.shifts.rules.offers import Mode, OfferStatus, answer_refusal
from app.shifts.rules.statuses import ShiftStatus

PAST = 20

MINE = """
    SELECT o.id, o.asking AS asking_id, o.status, o.opened_at, o.answer_by, o.answered_at, o.decline_reason,
           o.not_again, o.note, o.why::text AS why, k.mode, h.id AS shift_id, h.title, h.starts, h.ends, h.place,
           h.is_visit, h.status AS shift_status, e.role, e.capacity, e.leads, who.name AS person,
           s.name_zh AS kind_zh, s.name_en AS kind_en, r.name AS region_zh, r.name_en AS region_en,
           a.name AS agency_zh, a.name_en AS agency_en, h.agency AS agency_id, k.asked_by,
           (SELECT count(*) FROM signup g WHERE g.shift = h.id AND g.status IN ('confirmed', 'attended')
            AND g.person <> who.id) AS others,
           who.latitude AS from_latitude, who.longitude AS from_longitude,
           CASE WHEN h.is_visit THEN NULL ELSE v.latitude END AS latitude,
           CASE WHEN h.is_visit THEN NULL ELSE v.longitude END AS longitude
    FROM offer o
    JOIN asking k ON k.id = o.asking
    JOIN seat e ON e.id = o.seat
    JOIN shift h ON h.id = o.shift
    JOIN activity v ON v.id = h.activity
    JOIN service_kind s ON s.code = h.service_kind
    JOIN region r ON r.code = h.region
    JOIN organisation a ON a.id = h.agency
    JOIN person p ON p.id = o.person
    JOIN person who ON who.id = coalesce(p.merged_into, p.id)
"""
"""How far it is to a visit is not said: it would say where somebody lives."""

STANDING = "o.status = 'open' AND o.answer_by > $2 AND h.status = 'published' AND h.starts > $2"
OF_ACCOUNT = "who.account = $1 AND o.opened_at IS NOT NULL"

OPEN = f"{MINE} WHERE {OF_ACCOUNT} AND {STANDING} ORDER BY o.answer_by, o.id"
SETTLED = f"{MINE} WHERE {OF_ACCOUNT} AND NOT ({STANDING}) ORDER BY o.opened_at DESC, o.id DESC LIMIT {PAST}"

BRIEF = f"""
    FROM offer o JOIN shift h ON h.id = o.shift JOIN person p ON p.id = o.person
    JOIN person who ON who.id = coalesce(p.merged_into, p.id) WHERE {OF_ACCOUNT} AND {STANDING}
"""
WAITING = f"SELECT count(*) {BRIEF}"

OWN = f"{MINE} WHERE o.id = $2 AND {OF_ACCOUNT}"
OF_AGENCY = f"{MINE} WHERE o.id = $2 AND h.agency = $1"


class OfferPage(Struct, frozen=True, kw_only=True):
    """One offer with the shift it is for."""

    id: int
    asking_id: int
    status: OfferStatus
    opened_at: datetime | None
    answer_by: datetime | None
    answered_at: datetime | None
    decline_reason: str
    not_again: bool
    note: str
    why: str
    mode: Mode
    shift_id: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    is_visit: bool
    shift_status: ShiftStatus
    role: str
    capacity: str
    leads: bool
    person: str
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str
    agency_zh: str
    agency_en: str
    agency_id: int
    asked_by: int
    others: int
    from_latitude: float | None
    from_longitude: float | None
    latitude: float | None
    longitude: float | None

    @property
    def where(self) -> str:
        """What anyone may know of the place: of a visit, the community only."""
        community = by_locale(self.region_zh, self.region_en)
        return community if self.is_visit or not self.place else f"{self.place} · {community}"

    @property
    def agency(self) -> str:
        """The agency's name in the reader's language."""
        return by_locale(self.agency_zh, self.agency_en)

    @property
    def kind(self) -> str:
        """The kind of service in the reader's language."""
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def parts(self) -> dict[str, int]:
        """The parts of the score, as they were when the offer was made."""
        return msgspec.json.decode(self.why, type=dict[str, int])

    @property
    def metres(self) -> float | None:
        """How far it is from where the person starts, if both are known."""
        ends = (self.from_latitude, self.from_longitude, self.latitude, self.longitude)
        if None in ends:
            return None
        here = Fix(latitude=self.from_latitude or 0, longitude=self.from_longitude or 0)
        return metres_between(here, Fix(latitude=self.latitude or 0, longitude=self.longitude or 0))

    def can_be_answered(self, now: datetime) -> bool:
        """Whether it still waits for an answer."""
        return answer_refusal(self.status, self.answer_by, self.shift_status, self.starts, now) is None

    def stands(self, now: datetime) -> OfferStatus:
        """Its state, also when its time is over and nobody noted it yet."""
        if self.status == OfferStatus.OPEN and not self.can_be_answered(now):
            return OfferStatus.EXPIRED
        return self.status


async def open_offers(account_id: int, *, now: datetime) -> list[OfferPage]:
    """What waits for this account's answer, the most urgent first."""
    return await fetch(OfferPage, OPEN, account_id, now)


async def settled_offers(account_id: int, *, now: datetime) -> list[OfferPage]:
    """What this account was asked lately and is settled, the latest first."""
    return await fetch(OfferPage, SETTLED, account_id, now)


async def waiting_count(account_id: int, *, now: datetime) -> int:
    """How many offers wait for this account's answer."""
    return int(await value(WAITING, account_id, now))


async def own_offer(account_id: int, offer_id: int) -> OfferPage:
    """An offer to this account.

    Raises:
        NotFound: when there is none, or it is to somebody else, or it is not their turn yet.
    """
    found = await fetch_one(OfferPage, OWN, account_id, offer_id)
    if found is None:
        raise NotFound
    return found


async def agency_offer(agency_id: int | None, offer_id: int) -> OfferPage:
    """An offer this agency made.

    Raises:
        NotFound: when there is none, or another agency made it.
    """
    found = await fetch_one(OfferPage, OF_AGENCY, agency_id, offer_id)
    if found is None:
        raise NotFound
    return found
