"""Activities as their agency, funder and evaluator may see them."""

from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.shifts.rules.statuses import ActivityStatus, ShiftStatus

PAGE = 50

FROM = """
    FROM activity a
    JOIN service_kind k ON k.code = a.service_kind
    JOIN region r ON r.code = a.region
    JOIN organisation o ON o.id = a.agency
    LEFT JOIN line l ON l.id = a.line
    LEFT JOIN contract c ON c.id = l.contract
    LEFT JOIN program p ON p.id = c.program
"""

VISIBLE = "(a.agency = $1 OR p.funder = $1 OR p.evaluator = $1)"
"""$1 is the asker's organisation. An activity bound to no line is the agency's alone."""

LISTED = f"""
    SELECT a.id, a.name, a.status, a.dangerous, k.name_zh AS kind_zh, k.name_en AS kind_en,
           r.name AS region_zh, r.name_en AS region_en, a.line AS line_id, l.code AS line_code, l.name AS line_name,
           p.name AS program_zh, p.name_en AS program_en, o.name AS agency_zh, o.name_en AS agency_en,
           coming.next_id, coming.next_starts, coming.next_ends, coming.shifts, coming.open_places
    {FROM}
    LEFT JOIN LATERAL (
        SELECT count(*) AS shifts, coalesce(sum(places.free), 0)::bigint AS open_places,
               (array_agg(h.id ORDER BY h.starts, h.id))[1] AS next_id, min(h.starts) AS next_starts,
               (array_agg(h.ends ORDER BY h.starts, h.id))[1] AS next_ends
        FROM shift h
        LEFT JOIN LATERAL (SELECT sum(s.needed - s.taken) AS free FROM seat s WHERE s.shift = h.id) places ON true
        WHERE h.activity = a.id AND h.status IN ('published', 'running') AND h.ends > $2
    ) coming ON true
    WHERE {VISIBLE} AND a.status = $3 AND ($4::bigint IS NULL OR a.line = $4) AND a.id < $5
    ORDER BY a.id DESC LIMIT {PAGE + 1}
"""

TALLIES = (
    f"SELECT a.status, count(*) AS count {FROM} WHERE {VISIBLE} AND ($2::bigint IS NULL OR a.line = $2) GROUP BY 1"
)

ONE = f"""
    SELECT a.id, a.agency = $1 AS own, a.name, a.summary, a.status, a.dangerous, a.insurance_policy, a.minors_allowed,
           a.risk_statement, a.place, a.latitude, a.longitude, a.wanted, a.source, a.service_kind,
           a.region, k.name_zh AS kind_zh, k.name_en AS kind_en, r.name AS region_zh, r.name_en AS region_en,
           o.name AS agency_zh, o.name_en AS agency_en, a.line AS line_id, l.code AS line_code, l.name AS line_name,
           c.id AS contract_id, c.number AS contract_number, p.id AS program_id, p.name AS program_zh,
           p.name_en AS program_en, EXISTS (SELECT 1 FROM shift h WHERE h.activity = a.id) AS has_shifts
    {FROM} WHERE a.id = $2 AND {VISIBLE}
"""

SHIFTS = """
    SELECT h.id, h.title, h.place, h.starts, h.ends, h.status, h.cancelled_reason,
           coalesce(sum(s.needed), 0)::bigint AS needed, coalesce(sum(s.taken), 0)::bigint AS taken
    FROM shift h LEFT JOIN seat s ON s.shift = h.id
    WHERE h.activity = $1
"""
COMING = SHIFTS + " AND h.ends > $2 AND h.status <> 'cancelled' GROUP BY h.id ORDER BY h.starts, h.id LIMIT 200"
GONE = SHIFTS + (
    " AND (h.ends <= $2 OR h.status = 'cancelled') GROUP BY h.id ORDER BY h.starts DESC, h.id DESC LIMIT 50"
)

OPEN_LINES = """
    SELECT l.id, l.code, l.name, l.service_kind, c.id AS contract_id, c.number AS contract_number, c.starts_on,
           c.ends_before, p.name AS program_zh, p.name_en AS program_en, p.region, k.name_zh AS kind_zh,
           k.name_en AS kind_en
    FROM line l JOIN contract c ON c.id = l.contract JOIN program p ON p.id = c.program
    JOIN service_kind k ON k.code = l.service_kind
    WHERE p.agency = $1 AND p.status IN ('awarded', 'active', 'closing') AND c.in_force_at IS NOT NULL
      AND c.ends_before > $2
"""

COMMUNITIES = """
    SELECT r.code, r.name AS name_zh, r.name_en, coalesce(s.name, '') AS street_zh, coalesce(s.name_en, '') AS street_en
    FROM region r LEFT JOIN region s ON s.code = r.parent_code AND s.level = 4
    WHERE r.code LIKE $1 || '%' AND r.level >= 4 ORDER BY r.code LIMIT 2000
"""

KINDS = "SELECT code, name_zh, name_en FROM service_kind WHERE until IS NULL OR until > $1 ORDER BY name_zh"


class ListedActivity(Struct, frozen=True, kw_only=True):
    """A row of the list: what it is, what it counts for, what comes next."""

    id: int
    name: str
    status: ActivityStatus
    dangerous: bool
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str
    line_id: int | None
    line_code: str | None
    line_name: str | None
    program_zh: str | None
    program_en: str | None
    agency_zh: str
    agency_en: str
    next_id: int | None
    next_starts: datetime | None
    next_ends: datetime | None
    shifts: int
    open_places: int


class _Tally(Struct, frozen=True):
    status: ActivityStatus
    count: int


class ActivityPage(Struct, frozen=True, kw_only=True):
    """One page of activities, newest first."""

    rows: list[ListedActivity]
    tallies: dict[ActivityStatus, int]
    next_before: int | None


class ActivityShown(Struct, frozen=True, kw_only=True):
    """Everything an activity's page shows; `own` says whether the asker's organisation runs it."""

    id: int
    own: bool
    name: str
    summary: str
    status: ActivityStatus
    dangerous: bool
    insurance_policy: str
    minors_allowed: bool
    risk_statement: str
    place: str
    latitude: float | None
    longitude: float | None
    wanted: int | None
    source: str
    service_kind: str
    region: str
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str
    agency_zh: str
    agency_en: str
    line_id: int | None
    line_code: str | None
    line_name: str | None
    contract_id: int | None
    contract_number: str | None
    program_id: int | None
    program_zh: str | None
    program_en: str | None
    has_shifts: bool


class ShiftOfActivity(Struct, frozen=True, kw_only=True):
    """A shift in its activity's list."""

    id: int
    title: str
    place: str
    starts: datetime
    ends: datetime
    status: ShiftStatus
    cancelled_reason: str
    needed: int
    taken: int


class OpenLine(Struct, frozen=True, kw_only=True):
    """A contract line the agency may open activities under."""

    id: int
    code: str
    name: str
    service_kind: str
    contract_id: int
    contract_number: str
    starts_on: date
    ends_before: date
    program_zh: str
    program_en: str
    region: str
    kind_zh: str
    kind_en: str


class _Community(Struct, frozen=True):
    code: str
    name_zh: str
    name_en: str
    street_zh: str
    street_en: str


class _Kind(Struct, frozen=True):
    code: str
    name_zh: str
    name_en: str


async def activities(
    actor: Actor, status: ActivityStatus, *, line_id: int | None, before: int | None, now: datetime
) -> ActivityPage:
    """The activities this actor may see, of one state, and how many there are of each."""
    rows = await fetch(ListedActivity, LISTED, actor.organisation_id, now, status, line_id, before or 2**62)
    counted = await fetch(_Tally, TALLIES, actor.organisation_id, line_id)
    return ActivityPage(
        rows=rows[:PAGE],
        tallies={tally.status: tally.count for tally in counted},
        next_before=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


async def activity_for(actor: Actor, activity_id: int) -> ActivityShown:
    """An activity, for its agency, its funder and its evaluator.

    Raises:
        NotFound: for anyone else.
    """
    row = await fetch_one(ActivityShown, ONE, actor.organisation_id, activity_id)
    if row is None:
        raise NotFound
    return row


async def own_activity(actor: Actor, activity_id: int) -> ActivityShown:
    """An activity of the actor's own agency.

    Raises:
        NotFound: for anyone else.
    """
    row = await activity_for(actor, activity_id)
    if not row.own:
        raise NotFound
    return row


async def coming_shifts(activity_id: int, *, now: datetime) -> list[ShiftOfActivity]:
    """The shifts that are not over, soonest first."""
    return await fetch(ShiftOfActivity, COMING, activity_id, now)


async def gone_shifts(activity_id: int, *, now: datetime) -> list[ShiftOfActivity]:
    """The latest shifts that are over or cancelled."""
    return await fetch(ShiftOfActivity, GONE, activity_id, now)


async def open_lines(actor: Actor, *, today: date) -> list[OpenLine]:
    """The lines of contracts in force that the actor's agency runs."""
    return await fetch(OpenLine, OPEN_LINES + " ORDER BY c.id DESC, l.id", actor.organisation_id, today)


async def open_line(actor: Actor, line_id: int, *, today: date) -> OpenLine | None:
    """One of them, or None."""
    return await fetch_one(OpenLine, OPEN_LINES + " AND l.id = $3", actor.organisation_id, today, line_id)


async def community_choices(under: str) -> list[tuple[str, str]]:
    """(code, name) of the streets and communities inside a region, each community after its street."""
    return [
        (
            row.code,
            " ".join(
                part for part in (by_locale(row.street_zh, row.street_en), by_locale(row.name_zh, row.name_en)) if part
            ),
        )
        for row in await fetch(_Community, COMMUNITIES, under)
    ]


async def kind_choices(*, today: date) -> list[tuple[str, str]]:
    """(code, name) of the kinds of service this city has now."""
    return [(row.code, by_locale(row.name_zh, row.name_en)) for row in await fetch(_Kind, KINDS, today)]


async def region_known(code: str, under: str) -> bool:
    """Whether a community may be chosen inside a region."""
    return bool(
        await value(
            "SELECT EXISTS (SELECT 1 FROM region WHERE code = $1 AND code LIKE $2 || '%' AND level >= 4)", code, under
        )
    )
