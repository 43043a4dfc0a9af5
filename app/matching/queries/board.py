"""An agency's open seats of the coming weeks, by who is needed first, with who was asked already."""

from datetime import date, datetime, time

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.matching.rules.urgency import AHEAD, NORMAL, SOON

PAGE = 25
COUNTED_TO = 1000

SEATS = f"""
    SELECT e.id, e.shift AS shift_id, h.title, h.starts, h.ends, h.zone, h.priority, h.place, h.is_visit, h.status,
           h.service_kind, h.sex_wanted,
           r.name AS region_zh, r.name_en AS region_en, k.name_zh AS kind_zh, k.name_en AS kind_en,
           e.role, e.capacity, e.leads, e.needed, e.taken, e.least, e.skill, e.language, e.credentials,
           coalesce(s.name_zh, '') AS skill_zh, coalesce(s.name_en, '') AS skill_en,
           coalesce(l.name_zh, '') AS language_zh, coalesce(l.name_en, '') AS language_en,
           h.starts - (h.priority - {NORMAL}) * interval '1 day' AS needed_at
    FROM seat e
    JOIN shift h ON h.id = e.shift
    JOIN region r ON r.code = h.region
    JOIN service_kind k ON k.code = h.service_kind
    LEFT JOIN skill s ON s.code = e.skill
    LEFT JOIN language l ON l.code = e.language
"""
"""`needed_at` is the order of `app.matching.rules.urgency`."""

ASKED = """
    (SELECT count(*) FROM offer o WHERE o.seat = {seat} AND o.status = 'open') AS asked_open,
    (SELECT count(*) FROM offer o WHERE o.seat = {seat} AND o.status = 'waiting') AS asked_waiting,
    (SELECT count(*) FROM offer o WHERE o.seat = {seat} AND o.status IN ('declined', 'expired')) AS asked_declined
"""

COMING = "h.agency = $1 AND h.status = 'published' AND h.starts > $2 AND h.starts < $3"
OPEN = f"{COMING} AND e.taken < e.needed"
ANSWERS = "EXISTS (SELECT FROM offer o WHERE o.seat = e.id AND o.status = 'open')"
"""A seat stays on the board while somebody it is held for has not answered."""

LISTED = f"""
    SELECT open.*, {ASKED.format(seat="open.id")}
    FROM ({SEATS} WHERE {COMING} AND (e.taken < e.needed OR {ANSWERS}){{more}}) open
    WHERE $4::timestamptz IS NULL OR (open.needed_at, open.id) > ($4, $5)
    ORDER BY open.needed_at, open.id LIMIT $6
"""

COUNTS = f"""
    SELECT count(*) AS seats, coalesce(sum(left_), 0)::bigint AS heads,
           coalesce(sum(left_) FILTER (WHERE starts < $4), 0)::bigint AS soon
    FROM (SELECT h.starts, e.needed - e.taken AS left_ FROM seat e JOIN shift h ON h.id = e.shift
          WHERE {OPEN}{{more}}) open
"""

ONE = f"SELECT one.*, {ASKED.format(seat='one.id')} FROM ({SEATS} WHERE e.id = $1 AND h.agency = $2) one"


class Wanted(Struct, frozen=True, kw_only=True):
    """What a coordinator narrows the board to. Days are half-open and by the city's clocks."""

    from_on: date | None = None
    before: date | None = None
    region: str = ""
    kind: str = ""
    capacity: str = ""


class OpenSeat(Struct, frozen=True, kw_only=True):
    """One role of a shift that wants people."""

    id: int
    shift_id: int
    title: str
    starts: datetime
    ends: datetime
    zone: str
    priority: int
    place: str
    is_visit: bool
    status: str
    service_kind: str
    sex_wanted: str
    region_zh: str
    region_en: str
    kind_zh: str
    kind_en: str
    role: str
    capacity: str
    leads: bool
    needed: int
    taken: int
    least: int
    skill: str | None
    language: str | None
    credentials: list[str]
    skill_zh: str
    skill_en: str
    language_zh: str
    language_en: str
    needed_at: datetime
    asked_open: int
    asked_waiting: int
    asked_declined: int

    @property
    def left(self) -> int:
        """Places still to fill."""
        return max(0, self.needed - self.taken)

    @property
    def kind(self) -> str:
        """The kind of service in the reader's language."""
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def where(self) -> str:
        """The place; of a visit the community only."""
        community = by_locale(self.region_zh, self.region_en)
        return community if self.is_visit or not self.place else f"{self.place} · {community}"

    @property
    def needs(self) -> list[str]:
        """The skill and the language it asks for, in the reader's language."""
        return [
            each
            for each in (by_locale(self.skill_zh, self.skill_en), by_locale(self.language_zh, self.language_en))
            if each
        ]

    @property
    def is_held(self) -> bool:
        """Whether no place is left, and one at least is held for somebody who has not answered yet."""
        return self.left == 0 and self.asked_open > 0

    def is_coming(self, now: datetime) -> bool:
        """Whether the shift is still to begin."""
        return self.status == "published" and self.starts > now

    def is_open(self, now: datetime) -> bool:
        """Whether anybody can still be asked."""
        return self.is_coming(now) and self.left > 0


class Counts(Struct, frozen=True, kw_only=True):
    """How many seats and places are open, and how many of the places soon begin."""

    seats: int
    heads: int
    soon: int


class Board(Struct, frozen=True, kw_only=True):
    """One page of the board."""

    rows: list[OpenSeat]
    counts: Counts
    after: tuple[datetime, int] | None
    """Where the next page begins."""


def _narrowed(wanted: Wanted, bound: list[object]) -> str:
    """More conditions, from constants; what was chosen is bound, never written into them."""
    parts = []

    def add(part: str, argument: object) -> None:
        bound.append(argument)
        parts.append(" AND " + part.format(len(bound)))

    if wanted.from_on:
        add("h.starts >= ${}", _midnight(wanted.from_on))
    if wanted.before:
        add("h.starts < ${}", _midnight(wanted.before))
    if wanted.region:
        add("h.region LIKE ${}", wanted.region + "%")
    if wanted.kind:
        add("h.service_kind = ${}", wanted.kind)
    if wanted.capacity:
        add("e.capacity = ${}", wanted.capacity)
    return "".join(parts)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.city_zone())


async def board(
    actor: Actor, wanted: Wanted, after: tuple[datetime, int] | None, *, now: datetime, limit: int = PAGE
) -> Board:
    """The open seats of the actor's agency within four weeks, who is needed first on top: two questions."""
    at, last = after or (None, 0)
    bound: list[object] = [actor.organisation_id, now, now + AHEAD, at, last, limit + 1]
    rows = await fetch(OpenSeat, LISTED.format(more=_narrowed(wanted, bound)), *bound)
    counted: list[object] = [actor.organisation_id, now, now + AHEAD, now + SOON]
    counts = await fetch_one(Counts, COUNTS.format(more=_narrowed(wanted, counted)), *counted)
    shown = rows[:limit]
    return Board(
        rows=shown,
        counts=counts or Counts(seats=0, heads=0, soon=0),
        after=(shown[-1].needed_at, shown[-1].id) if len(rows) > limit else None,
    )


async def open_seat(actor: Actor, seat_id: int) -> OpenSeat:
    """One seat of the actor's agency, full or over as well.

    Raises:
        NotFound: when it is absent or another agency's.
    """
    found = await fetch_one(OpenSeat, ONE, seat_id, actor.organisation_id)
    if found is None:
        raise NotFound
    return found
