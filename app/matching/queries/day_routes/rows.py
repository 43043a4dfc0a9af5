"""What there is to do on a day, and who is there to do it, as the database has it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from app.kit.db import fetch
from app.matching.queries.loading.shifts import SeatRow, ShiftRow
from app.shifts.rules.publishing import USUAL_PRIORITY

MOST_REQUESTS = 200
"""Those that wait longest; what a day cannot hold is left for another."""

STAFF = """
    SELECT p.id FROM person p
    WHERE p.merged_into IS NULL AND (p.staff_of = $1 OR (p.staff_of IS NULL AND EXISTS (
        SELECT FROM membership m WHERE m.account = p.account AND m.organisation = $1 AND m.until IS NULL)))
    ORDER BY p.id
"""

VISITS = """
    SELECT h.id FROM shift h
    WHERE h.agency = $1 AND h.status = 'published' AND h.is_visit AND h.starts >= $2 AND h.starts < $3
      AND EXISTS (SELECT FROM seat e WHERE e.shift = h.id AND e.capacity = 'staff' AND e.taken < e.needed)
    ORDER BY h.id
"""

REQUESTS = f"""
    SELECT r.id, r.resident, r.region, r.wanted_on, r.wanted_times, s.sex AS served_sex, a.id AS activity,
           coalesce(a.service_kind, r.service_kind) AS kind, coalesce(a.minors_allowed, true) AS minors_allowed,
           CASE WHEN a.region = r.region THEN a.latitude END AS latitude,
           CASE WHEN a.region = r.region THEN a.longitude END AS longitude,
           CASE WHEN l.unit = 'hour' THEN l.id END AS line,
           coalesce(g.credentials, '{{}}') AS credentials, coalesce(g.adults_only, false) AS adults_only,
           coalesce(g.two_people, false) AS two_people, coalesce(g.staff_present, false) AS staff_present,
           coalesce(g.same_sex, false) AS same_sex
    FROM request r
    JOIN program p ON p.id = r.program
    JOIN line l ON l.id = r.line
    JOIN resident s ON s.id = r.resident
    LEFT JOIN LATERAL (
        SELECT a.* FROM activity a WHERE a.line = r.line AND a.agency = p.agency AND a.status = 'open'
        ORDER BY EXISTS (SELECT FROM shift v WHERE v.activity = a.id AND v.is_visit) DESC, a.created_at DESC, a.id DESC
        LIMIT 1
    ) a ON true
    LEFT JOIN LATERAL (
        SELECT g.* FROM safeguard g
        WHERE g.service_kind = coalesce(a.service_kind, r.service_kind) AND g.applies_from <= $2
        ORDER BY g.applies_from DESC LIMIT 1
    ) g ON true
    WHERE r.status = 'accepted' AND p.agency = $1 AND (r.wanted_on IS NULL OR r.wanted_on <= $2)
    ORDER BY r.wanted_on NULLS LAST, r.received_at, r.id LIMIT {MOST_REQUESTS}
"""
"""Of a line's activities the one that had visits before."""

COMMITTED = """
    SELECT coalesce(p.merged_into, p.id) AS person, u.shift, u.starts, u.ends, h.region,
           u.status = 'offered' AS asked, CASE WHEN a.region = h.region THEN a.latitude END AS latitude,
           CASE WHEN a.region = h.region THEN a.longitude END AS longitude
    FROM signup u JOIN person p ON p.id = u.person JOIN shift h ON h.id = u.shift JOIN activity a ON a.id = h.activity
    WHERE coalesce(p.merged_into, p.id) = ANY ($1) AND u.status IN ('offered', 'confirmed', 'attended')
      AND h.status <> 'cancelled' AND u.starts < $3 AND u.ends > $2
    ORDER BY u.starts, u.id
"""

AWAY = """
    SELECT coalesce(p.merged_into, p.id) AS person, a.starts, a.ends FROM absence a JOIN person p ON p.id = a.person
    WHERE coalesce(p.merged_into, p.id) = ANY ($1) AND a.withdrawn_at IS NULL AND a.starts < $3 AND a.ends > $2
"""

AHEAD = """
    SELECT day, sum(visits)::bigint AS visits, sum(requests)::bigint AS requests FROM (
        SELECT (h.starts AT TIME ZONE $4)::date AS day, count(*) AS visits, 0 AS requests FROM shift h
        WHERE h.agency = $1 AND h.status = 'published' AND h.is_visit AND h.starts >= $2
          AND h.starts < $2::timestamptz + interval '28 days'
          AND EXISTS (SELECT FROM seat e WHERE e.shift = h.id AND e.capacity = 'staff' AND e.taken < e.needed)
        GROUP BY 1
        UNION ALL
        SELECT greatest(coalesce(r.wanted_on, $3), $3), 0, count(*) FROM request r JOIN program p ON p.id = r.program
        WHERE r.status = 'accepted' AND p.agency = $1 AND r.line IS NOT NULL
        GROUP BY 1
    ) each GROUP BY day ORDER BY day
"""


class RequestRow(Struct, frozen=True, kw_only=True):
    """A request handed to the agency for which no visit is planned."""

    id: int
    resident: int
    region: str
    wanted_on: date | None
    wanted_times: str
    served_sex: str
    activity: int | None
    kind: str
    minors_allowed: bool
    latitude: float | None
    longitude: float | None
    line: int | None
    credentials: list[str]
    adults_only: bool
    two_people: bool
    staff_present: bool
    same_sex: bool

    @property
    def times(self) -> list[str]:
        return [time for time in self.wanted_times.split(",") if time]

    @property
    def heads(self) -> int:
        """Where nobody goes alone, two."""
        return 2 if self.two_people else 1

    def supposed(self, agency: int, starts: datetime, minutes: int) -> tuple[ShiftRow, SeatRow]:
        """The visit as if it were published; its numbers are those of no other."""
        shift = ShiftRow(
            id=-self.id,
            starts=starts,
            ends=starts + timedelta(minutes=minutes),
            kind=self.kind,
            agency=agency,
            region=self.region,
            priority=USUAL_PRIORITY,
            sex_wanted="",
            latitude=self.latitude,
            longitude=self.longitude,
            served=self.resident,
            served_sex=self.served_sex,
            is_visit=True,
            wanted_on=self.wanted_on,
            adults_only=not self.minors_allowed,
            line=self.line,
            staff_there=0,
            volunteers_there=0,
            credentials=self.credentials,
            guard_adults=self.adults_only,
            two_people=self.two_people,
            staff_present=self.staff_present,
            same_sex=self.same_sex,
        )
        seat = SeatRow(
            id=-self.id,
            shift=-self.id,
            capacity="staff",
            skill=None,
            language=None,
            credentials=[],
            needed=self.heads,
            taken=0,
            least=0,
        )
        return shift, seat


class Committed(Struct, frozen=True, kw_only=True):
    """What somebody is signed up for, or asked for and has not answered."""

    person: int
    shift: int
    starts: datetime
    ends: datetime
    region: str
    latitude: float | None
    longitude: float | None
    asked: bool
    """And has not answered."""


class Away(Struct, frozen=True):
    """When somebody is away."""

    person: int
    starts: datetime
    ends: datetime


class ToDo(Struct, frozen=True):
    """How much there is to plan for a day."""

    day: date
    visits: int
    requests: int


class _Id(Struct, frozen=True):
    id: int


async def staff_of(agency: int) -> list[int]:
    """Everybody whom the agency pays."""
    return [row.id for row in await fetch(_Id, STAFF, agency)]


async def visits_between(agency: int, starts: datetime, ends: datetime) -> list[int]:
    """Published visits that want staff."""
    return [row.id for row in await fetch(_Id, VISITS, agency, starts, ends)]


async def requests_for(agency: int, day: date) -> list[RequestRow]:
    """Requests that wait for a visit and may have it that day, the longest wished for first."""
    return await fetch(RequestRow, REQUESTS, agency, day)


async def committed(people: Sequence[int], starts: datetime, ends: datetime) -> list[Committed]:
    """Where these people are already, in the order of time."""
    return await fetch(Committed, COMMITTED, list(people), starts, ends)


async def away(people: Sequence[int], starts: datetime, ends: datetime) -> list[Away]:
    """When these people are away."""
    return await fetch(Away, AWAY, list(people), starts, ends)


async def to_do_ahead(agency: int, today: date, zone: str, *, now: datetime) -> list[ToDo]:
    """The coming days with something to plan; a request without a day, or with one gone by, is tomorrow's."""
    return await fetch(ToDo, AHEAD, agency, now, today + timedelta(days=1), zone)
