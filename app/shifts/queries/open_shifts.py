"""Shifts anyone may see, and what one of them asks of whoever comes. Only places for volunteers are counted here."""

from datetime import date, datetime, time

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.shifts.queries.safeguards import SAFE
from app.shifts.rules.signing_up import SeatFacts, ShiftFacts
from app.shifts.rules.statuses import ShiftStatus
from app.volunteers.rules.credentials import Asked

PAGE = 25
COUNTED_TO = 1000
"""Counting stops here: "more than 1,000" says enough, and the count stays quick."""

HAS_PLACE = "EXISTS (SELECT FROM seat e WHERE e.shift = s.id AND e.capacity = 'volunteer' AND e.taken < e.needed)"
HAS_SEAT = "EXISTS (SELECT FROM seat e WHERE e.shift = s.id AND e.capacity = 'volunteer')"

ROWS = """
    SELECT page.id, page.title, page.starts, page.ends, page.place, page.is_visit, page.region,
           r.name AS region_zh, r.name_en AS region_en, k.name_zh AS kind_zh, k.name_en AS kind_en,
           o.name AS agency_zh, o.name_en AS agency_en, page.sex_wanted,
           a.minors_allowed AND NOT coalesce(safe.adults_only, false) AS minors_allowed, places.needed, places.left,
           EXISTS (SELECT FROM signup u WHERE u.shift = page.id AND u.person = {viewer}
                   AND u.status IN ('confirmed', 'attended')) AS mine
    FROM (
        SELECT s.id, s.title, s.starts, s.ends, s.zone, s.place, s.is_visit, s.region, s.service_kind, s.agency,
               s.activity, s.sex_wanted
        FROM shift s WHERE {where}
        ORDER BY s.starts {direction}, s.id {direction} LIMIT {limit}
    ) page
    JOIN activity a ON a.id = page.activity
    JOIN region r ON r.code = page.region
    JOIN service_kind k ON k.code = page.service_kind
    JOIN organisation o ON o.id = page.agency
    {safe}
    CROSS JOIN LATERAL (
        SELECT sum(e.needed)::bigint AS needed, sum(e.needed - e.taken)::bigint AS left
        FROM seat e WHERE e.shift = page.id AND e.capacity = 'volunteer'
    ) places
    ORDER BY page.starts, page.id
"""

COUNT = "SELECT count(*) FROM (SELECT FROM shift s WHERE {where} LIMIT {limit}) found"

SHIFT = f"""
    SELECT s.id, s.agency, s.title, s.starts, s.ends, s.zone, s.place, s.is_visit, s.status, s.region,
           s.cancelled_reason, r.name AS region_zh, r.name_en AS region_en, k.name_zh AS kind_zh,
           k.name_en AS kind_en, o.name AS agency_zh, o.name_en AS agency_en, a.summary, a.dangerous,
           a.insurance_policy, a.risk_statement, s.sex_wanted,
           a.minors_allowed AND NOT coalesce(safe.adults_only, false) AS minors_allowed
    FROM shift s
    JOIN activity a ON a.id = s.activity
    JOIN region r ON r.code = s.region
    JOIN service_kind k ON k.code = s.service_kind
    JOIN organisation o ON o.id = s.agency
    {SAFE.format(shift="s")}
    WHERE s.id = $1 AND s.status <> 'planned'
"""

SEATS = f"""
    SELECT e.id, e.role, e.capacity, e.leads, e.skill, coalesce(k.name_zh, '') AS skill_zh,
           coalesce(k.name_en, '') AS skill_en, e.language, coalesce(l.name_zh, '') AS language_zh,
           coalesce(l.name_en, '') AS language_en, e.needed, e.taken, asked.codes, asked.zh, asked.en
    FROM seat e
    JOIN shift s ON s.id = e.shift
    LEFT JOIN skill k ON k.code = e.skill
    LEFT JOIN language l ON l.code = e.language
    {SAFE.format(shift="s")}
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(c.code ORDER BY c.code), '{{}}') AS codes,
               coalesce(array_agg(c.name_zh ORDER BY c.code), '{{}}') AS zh,
               coalesce(array_agg(c.name_en ORDER BY c.code), '{{}}') AS en
        FROM credential_kind c WHERE c.code = ANY (e.credentials || coalesce(safe.credentials, '{{}}'))
    ) asked
    WHERE e.shift = $1 ORDER BY e.id
"""


class Wanted(Struct, frozen=True, kw_only=True):
    """What a visitor narrows the list to. Days are half-open and by the city's clocks."""

    from_on: date | None = None
    before: date | None = None
    region: str = ""
    kind: str = ""
    search: str = ""
    with_places: bool = True


class Cursor(Struct, frozen=True):
    """A place between two rows of the list; `back` reads towards earlier shifts."""

    starts: datetime
    id: int
    back: bool = False


class OpenShift(Struct, frozen=True, kw_only=True):
    """One line of the list: when, where, what, places left."""

    id: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    is_visit: bool
    region: str
    region_zh: str
    region_en: str
    kind_zh: str
    kind_en: str
    agency_zh: str
    agency_en: str
    minors_allowed: bool
    sex_wanted: str
    needed: int
    left: int
    mine: bool

    @property
    def kind(self) -> str:
        """The kind of service in the reader's language."""
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def community(self) -> str:
        """The region's name in the reader's language."""
        return by_locale(self.region_zh, self.region_en)

    @property
    def agency(self) -> str:
        """The agency's name in the reader's language."""
        return by_locale(self.agency_zh, self.agency_en)

    @property
    def where(self) -> str:
        """What anyone may know of the place: of a visit, the community only."""
        return self.community if self.is_visit or not self.place else self.place


class Listing(Struct, frozen=True, kw_only=True):
    """One page of the list, and the cursors of its neighbours."""

    rows: list[OpenShift]
    earlier: Cursor | None
    later: Cursor | None


class ShiftPage(Struct, frozen=True, kw_only=True):
    """One shift as anyone may see it."""

    id: int
    agency: int
    title: str
    starts: datetime
    ends: datetime
    zone: str
    place: str
    is_visit: bool
    status: ShiftStatus
    region: str
    cancelled_reason: str
    region_zh: str
    region_en: str
    kind_zh: str
    kind_en: str
    agency_zh: str
    agency_en: str
    summary: str
    dangerous: bool
    insurance_policy: str
    minors_allowed: bool
    sex_wanted: str
    risk_statement: str

    @property
    def kind(self) -> str:
        """The kind of service in the reader's language."""
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def community(self) -> str:
        """The region's name in the reader's language."""
        return by_locale(self.region_zh, self.region_en)

    @property
    def agency_name(self) -> str:
        """The agency's name in the reader's language."""
        return by_locale(self.agency_zh, self.agency_en)

    @property
    def where(self) -> str:
        """What anyone may know of the place: of a visit, the community only."""
        if self.is_visit or not self.place:
            return self.community
        return f"{self.place} · {self.community}"

    @property
    def facts(self) -> ShiftFacts:
        """What the rules need."""
        return ShiftFacts(
            id=self.id,
            agency=self.agency,
            starts=self.starts,
            ends=self.ends,
            zone=self.zone,
            status=self.status,
            minors_allowed=self.minors_allowed,
            sex_wanted=self.sex_wanted,
        )


class _SeatRow(Struct, frozen=True, kw_only=True):
    id: int
    role: str
    capacity: str
    leads: bool
    skill: str | None
    skill_zh: str
    skill_en: str
    language: str | None
    language_zh: str
    language_en: str
    codes: list[str]
    """Of the credentials asked for, with their names."""
    zh: list[str]
    en: list[str]
    needed: int
    taken: int


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.city_zone())


def _conditions(wanted: Wanted, now: datetime) -> tuple[str, list[object]]:
    """The WHERE of a list, from constants; what was typed is bound, never written into it."""
    bound: list[object] = [max(now, _midnight(wanted.from_on)) if wanted.from_on else now]
    parts = ["s.status = 'published'", "s.starts > $1"]

    def add(part: str, argument: object) -> None:
        bound.append(argument)
        parts.append(part.format(len(bound)))

    if wanted.before:
        add("s.starts < ${}", _midnight(wanted.before))
    if wanted.region:
        add("s.region LIKE ${}", wanted.region + "%")
    if wanted.kind:
        add("s.service_kind = ${}", wanted.kind)
    if wanted.search:
        escaped = wanted.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        add("s.title ILIKE ${}", f"%{escaped}%")
    parts.append(HAS_PLACE if wanted.with_places else HAS_SEAT)
    return " AND ".join(parts), bound


async def open_shifts(
    wanted: Wanted, viewer_person: int | None, cursor: Cursor | None, *, now: datetime, limit: int = PAGE
) -> Listing:
    """Shifts that are still to come, soonest first."""
    where, bound = _conditions(wanted, now)
    back = cursor is not None and cursor.back
    if cursor:
        bound += [cursor.starts, cursor.id]
        where += f" AND (s.starts, s.id) {'<' if back else '>'} (${len(bound) - 1}, ${len(bound)})"
    bound += [viewer_person or 0, limit + 1]
    sql = ROWS.format(
        where=where,
        safe=SAFE.format(shift="page"),
        direction="DESC" if back else "ASC",
        viewer=f"${len(bound) - 1}",
        limit=f"${len(bound)}",
    )
    rows = await fetch(OpenShift, sql, *bound)
    more = len(rows) > limit
    shown = rows[-limit:] if back else rows[:limit]
    has_earlier, has_later = (more, True) if back else (cursor is not None, more)
    return Listing(
        rows=shown,
        earlier=Cursor(shown[0].starts, shown[0].id, back=True) if shown and has_earlier else None,
        later=Cursor(shown[-1].starts, shown[-1].id) if shown and has_later else None,
    )


async def count_open(wanted: Wanted, *, now: datetime) -> int:
    """How many shifts the list has, counted no further than `COUNTED_TO` and one."""
    where, bound = _conditions(wanted, now)
    return int(await value(COUNT.format(where=where, limit=COUNTED_TO + 1), *bound))


async def shift_page(shift_id: int) -> ShiftPage:
    """One shift that was published.

    Raises:
        NotFound: when there is none, or it is still only planned.
    """
    found = await fetch_one(ShiftPage, SHIFT, shift_id)
    if found is None:
        raise NotFound
    return found


async def shift_seats(shift_id: int) -> list[SeatFacts]:
    """Every role of a shift, with what is left of it."""
    return [
        SeatFacts(
            id=row.id,
            role=row.role,
            capacity=row.capacity,
            leads=row.leads,
            skill=row.skill,
            skill_name=by_locale(row.skill_zh, row.skill_en),
            language=row.language,
            language_name=by_locale(row.language_zh, row.language_en),
            credentials=tuple(
                Asked(code, by_locale(zh, en)) for code, zh, en in zip(row.codes, row.zh, row.en, strict=True)
            ),
            needed=row.needed,
            taken=row.taken,
        )
        for row in await fetch(_SeatRow, SEATS, shift_id)
    ]
