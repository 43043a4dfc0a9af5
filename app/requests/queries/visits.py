"""Visits: as their desk sees them, as their visitors do, and as the person served does."""

from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.requests.rules import asking
from app.requests.rules.people import short_name
from app.requests.rules.statuses import Status
from app.shifts.rules.statuses import ShiftStatus

COMING = "('confirmed', 'attended')"

OF_REQUEST = f"""
    SELECT v.id, v.request AS request_id, v.shift AS shift_id, v.card_number, v.code_position, h.starts, h.ends,
           h.title, h.status AS shift_status, c.happened, c.rating, c.how, c.at AS confirmed_at,
           coalesce((SELECT sum(needed) FROM seat WHERE shift = h.id), 0)::int AS needed,
           ARRAY(SELECT pe.name FROM signup su JOIN person pe ON pe.id = su.person
                 WHERE su.shift = h.id AND su.status IN {COMING} ORDER BY su.id) AS names,
           ARRAY(SELECT pe.volunteer_no FROM signup su JOIN person pe ON pe.id = su.person
                 WHERE su.shift = h.id AND su.status IN {COMING} ORDER BY su.id) AS numbers
    FROM visit v JOIN shift h ON h.id = v.shift LEFT JOIN confirmation c ON c.visit = v.id
    WHERE v.request = $1
    ORDER BY h.starts DESC, v.id DESC
"""

ONE = """
    SELECT v.id, v.request AS request_id, v.shift AS shift_id, v.card_number, v.code_position, h.starts, h.ends,
           h.title, h.status AS shift_status, r.resident AS resident_id, s.short_name, s.card_number AS newest_card,
           k.name_zh AS kind_zh, k.name_en AS kind_en, g.name AS region_zh, g.name_en AS region_en, c.happened
    FROM visit v
    JOIN shift h ON h.id = v.shift
    JOIN request r ON r.id = v.request
    JOIN resident s ON s.id = r.resident
    JOIN service_kind k ON k.code = r.service_kind
    JOIN region g ON g.code = r.region
    LEFT JOIN confirmation c ON c.visit = v.id
"""

FOR_VISITOR = f"""{ONE}
    WHERE EXISTS (SELECT 1 FROM signup su JOIN person pe ON pe.id = su.person
                  WHERE su.shift = h.id AND su.status IN {COMING} AND pe.account = $1)
"""

BY_LINK = """
    SELECT r.id, r.resident AS resident_id, r.received_at, r.due_at, r.status, r.decline_reason, r.recurs, r.wanted_on,
           r.wanted_times, s.short_name, k.name_zh AS kind_zh, k.name_en AS kind_en, g.name AS region_zh,
           g.name_en AS region_en, o.name AS desk_zh, o.name_en AS desk_en, a.name AS agency_zh, a.name_en AS agency_en
    FROM request r
    JOIN resident s ON s.id = r.resident
    JOIN service_kind k ON k.code = r.service_kind
    JOIN region g ON g.code = r.region
    LEFT JOIN organisation o ON o.id = r.community
    LEFT JOIN program p ON p.id = r.program
    LEFT JOIN organisation a ON a.id = p.agency
    WHERE r.link_digest = $1
"""


class Visitor(Struct, frozen=True):
    """Who comes: enough to know them at the door by their badge."""

    short_name: str
    volunteer_no: str


class Planned(Struct, frozen=True, kw_only=True):
    """A visit planned for a request."""

    id: int
    request_id: int
    shift_id: int
    card_number: int | None
    code_position: int | None
    starts: datetime
    ends: datetime
    title: str
    shift_status: ShiftStatus
    happened: bool | None
    rating: int | None
    how: str | None
    confirmed_at: datetime | None
    needed: int
    names: list[str]
    numbers: list[str]

    @property
    def visitors(self) -> list[Visitor]:
        return [Visitor(short_name(name), no) for name, no in zip(self.names, self.numbers, strict=True)]

    @property
    def cancelled(self) -> bool:
        return self.shift_status == ShiftStatus.CANCELLED


class VisitorsView(Struct, frozen=True, kw_only=True):
    """A visit with nothing sealed: what its visitors see before the address opens."""

    id: int
    request_id: int
    shift_id: int
    card_number: int | None
    code_position: int | None
    starts: datetime
    ends: datetime
    title: str
    shift_status: ShiftStatus
    resident_id: int
    short_name: str
    newest_card: int
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str
    happened: bool | None

    @property
    def kind(self) -> str:
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def community(self) -> str:
        return by_locale(self.region_zh, self.region_en)

    @property
    def cancelled(self) -> bool:
        return self.shift_status == ShiftStatus.CANCELLED

    @property
    def position(self) -> int | None:
        """The number of the code to ask for, while the card it is on is the newest."""
        return self.code_position if self.card_number and self.card_number == self.newest_card else None


class Followed(Struct, frozen=True, kw_only=True):
    """A request as whoever holds its private link sees it."""

    id: int
    resident_id: int
    received_at: datetime
    due_at: datetime | None
    status: Status
    decline_reason: str
    recurs: str
    wanted_on: date | None
    wanted_times: str
    short_name: str
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str
    desk_zh: str | None
    desk_en: str | None
    agency_zh: str | None
    agency_en: str | None

    @property
    def number(self) -> str:
        return asking.number(clock.local(self.received_at), self.id)

    @property
    def kind(self) -> str:
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def community(self) -> str:
        return by_locale(self.region_zh, self.region_en)

    @property
    def desk(self) -> str:
        return by_locale(self.desk_zh or "", self.desk_en or "")

    @property
    def agency(self) -> str:
        return by_locale(self.agency_zh or "", self.agency_en or "")

    @property
    def times(self) -> list[str]:
        return [time for time in self.wanted_times.split(",") if time]


async def visits_of(request_id: int) -> list[Planned]:
    """Every visit of a request, the latest first. Ask for the request through its door first."""
    return await fetch(Planned, OF_REQUEST, request_id)


async def visit_for_visitor(actor: Actor, visit_id: int) -> VisitorsView:
    """The visit, if this account is signed up for it.

    Raises:
        NotFound: when it is absent, or others are signed up for it.
    """
    row = await fetch_one(VisitorsView, f"{FOR_VISITOR} AND v.id = $2", actor.account_id, visit_id)
    if row is None:
        raise NotFound
    return row


async def visit_in_request(request_id: int, visit_id: int) -> VisitorsView:
    """A visit of a request. Ask for the request through its door first.

    Raises:
        NotFound: when the visit belongs to another request.
    """
    row = await fetch_one(VisitorsView, f"{ONE} WHERE v.request = $1 AND v.id = $2", request_id, visit_id)
    if row is None:
        raise NotFound
    return row


async def visit_of_shift(actor: Actor, shift_id: int) -> int:
    """The visit behind a shift, for someone signed up for it.

    Raises:
        NotFound: when the shift is no visit, or others are signed up for it.
    """
    row = await fetch_one(VisitorsView, f"{FOR_VISITOR} AND v.shift = $2", actor.account_id, shift_id)
    if row is None:
        raise NotFound
    return row.id


async def followed(link_digest: bytes) -> Followed:
    """The request of a private link.

    Raises:
        NotFound: when no request has this link.
    """
    row = await fetch_one(Followed, BY_LINK, link_digest)
    if row is None:
        raise NotFound
    return row
