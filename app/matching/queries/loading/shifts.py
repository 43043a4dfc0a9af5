"""Shifts with open seats, and what is asked of whoever comes to them."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from msgspec import Struct

from app.kit.db import fetch
from app.matching.problem import ANY_SEX, FEMALE, FOREVER, MALE, Seats, Shifts
from app.matching.queries.loading.places import Plane
from app.matching.queries.loading.scope import Scope
from app.matching.queries.loading.times import Horizon
from app.matching.queries.loading.vocabulary import Vocabulary
from app.matching.rules.teams import TeamSeat, TeamShift, least_heads
from app.shifts.queries.safeguards import SAFE
from app.volunteers.rules.availability import DAY_MINUTES

NOBODYS_SEX = 3
"""Where the rule asks for somebody of the same sex as a person whose sex is not known: nobody fits until it is."""
SEXES = {"": ANY_SEX, "female": FEMALE, "male": MALE}

SHIFTS = f"""
    WITH wanted AS (
        SELECT h.* FROM shift h
        WHERE h.status = 'published' AND h.starts >= $1 AND h.starts < $2
          AND ($3::bigint IS NULL OR h.agency = $3) AND h.region LIKE $4 || '%'
          AND ($5::bigint[] IS NULL OR h.id = ANY ($5))
          AND ($6::bigint[] IS NULL OR h.id IN (SELECT shift FROM seat WHERE id = ANY ($6)))
          AND ($6::bigint[] IS NOT NULL OR EXISTS (SELECT FROM seat e WHERE e.shift = h.id AND e.taken < e.needed))
    ), held AS (
        SELECT u.shift, count(*) FILTER (WHERE u.capacity = 'staff') AS staff,
               count(*) FILTER (WHERE u.capacity = 'volunteer') AS volunteers
        FROM signup u WHERE u.shift IN (SELECT id FROM wanted) AND u.status IN ('offered', 'confirmed', 'attended')
        GROUP BY u.shift
    )
    SELECT h.id, h.starts, h.ends, h.service_kind AS kind, h.agency, h.region, h.priority, h.sex_wanted,
           CASE WHEN a.region = h.region THEN a.latitude END AS latitude,
           CASE WHEN a.region = h.region THEN a.longitude END AS longitude,
           coalesce(resident.id, -a.id) AS served, coalesce(resident.sex, '') AS served_sex,
           resident.id IS NOT NULL AS is_visit,
           request.wanted_on, NOT a.minors_allowed AS adults_only,
           CASE WHEN l.unit = 'hour' THEN l.id END AS line,
           coalesce(held.staff, 0) AS staff_there, coalesce(held.volunteers, 0) AS volunteers_there,
           coalesce(safe.credentials, '{{}}') AS credentials, coalesce(safe.adults_only, false) AS guard_adults,
           coalesce(safe.two_people, false) AS two_people, coalesce(safe.staff_present, false) AS staff_present,
           coalesce(safe.same_sex, false) AS same_sex
    FROM wanted h
    JOIN activity a ON a.id = h.activity
    LEFT JOIN line l ON l.id = h.line
    LEFT JOIN held ON held.shift = h.id
    {SAFE.format(shift="h")}
    LEFT JOIN LATERAL (SELECT v.request FROM visit v WHERE v.shift = h.id ORDER BY v.id LIMIT 1) visit ON true
    LEFT JOIN request ON request.id = visit.request
    LEFT JOIN resident ON resident.id = request.resident
    ORDER BY h.region, h.id
"""
"""Community by community. A shift in another one than its activity's, such as a visit, is in the middle of its own."""

SEATS = """
    SELECT e.id, e.shift, e.capacity, e.skill, e.language, e.credentials, e.needed, e.taken, e.least
    FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (shift, place) JOIN seat e ON e.shift = wanted.shift
    ORDER BY wanted.place, e.id
"""


class ShiftRow(Struct, frozen=True, kw_only=True):
    """A shift as the database has it."""

    id: int
    starts: datetime
    ends: datetime
    kind: str
    agency: int
    region: str
    priority: int
    sex_wanted: str
    latitude: float | None
    longitude: float | None
    served: int
    served_sex: str
    is_visit: bool
    wanted_on: date | None
    """The day on which whoever asked for a visit would like it."""
    adults_only: bool
    line: int | None
    staff_there: int
    volunteers_there: int
    credentials: list[str]
    guard_adults: bool
    two_people: bool
    staff_present: bool
    same_sex: bool

    @property
    def sex(self) -> int:
        asked = SEXES[self.sex_wanted]
        if not self.same_sex:
            return asked
        theirs = SEXES[self.served_sex] or NOBODYS_SEX
        return theirs if asked in (ANY_SEX, theirs) else NOBODYS_SEX

    @property
    def team(self) -> TeamShift:
        return TeamShift(
            two_people=self.two_people,
            staff_present=self.staff_present,
            staff_there=self.staff_there,
            volunteers_there=self.volunteers_there,
        )


class SeatRow(Struct, frozen=True, kw_only=True):
    """A seat as the database has it."""

    id: int
    shift: int
    capacity: str
    skill: str | None
    language: str | None
    credentials: list[str]
    needed: int
    taken: int
    least: int

    @property
    def open(self) -> int:
        return max(0, self.needed - self.taken)

    @property
    def team(self) -> TeamSeat:
        return TeamSeat(capacity=self.capacity, needed=self.needed, taken=self.taken, least=self.least)


async def shift_rows(scope: Scope) -> list[ShiftRow]:
    """The published shifts of the scope; those asked for by seat also when they are full."""
    return await fetch(
        ShiftRow, SHIFTS, scope.starts, scope.ends, scope.agency, scope.region, scope.shifts, scope.seats
    )


async def seat_rows(rows: Sequence[ShiftRow]) -> list[SeatRow]:
    """Their seats, in the order of the shifts."""
    return await fetch(SeatRow, SEATS, [row.id for row in rows])


def shift_arrays(
    rows: Sequence[ShiftRow],
    over: Horizon,
    flat: Plane,
    words: Vocabulary,
    contracts: dict[int, int],
    communities: dict[str, int],
) -> Shifts:
    """The rows as arrays."""
    x, y = flat.spots((row.latitude, row.longitude, row.region) for row in rows)
    return Shifts(
        ids=np.array([row.id for row in rows], dtype=np.int64),
        starts=np.array([over.minute(row.starts) for row in rows], dtype=np.int32),
        ends=np.array([over.minute(row.ends) for row in rows], dtype=np.int32),
        x=x,
        y=y,
        kind=np.array([words.kind(row.kind) for row in rows], dtype=np.uint8),
        agency=np.array([row.agency for row in rows], dtype=np.int64),
        contract=np.array([contracts.get(row.line or 0, -1) for row in rows], dtype=np.int32),
        community=np.array([communities[row.region] for row in rows], dtype=np.int32),
        served=np.array([row.served for row in rows], dtype=np.int64),
        priority=np.array([row.priority for row in rows], dtype=np.uint8),
        deadline=np.array(
            [FOREVER if row.wanted_on is None else over.at(row.wanted_on, DAY_MINUTES) for row in rows], dtype=np.int32
        ),
        adults_only=np.array([row.adults_only or row.guard_adults for row in rows], dtype=np.bool_),
        sex=np.array([row.sex for row in rows], dtype=np.uint8),
        staffed=np.array([row.staff_present for row in rows], dtype=np.bool_),
        staff_there=np.array([row.staff_there for row in rows], dtype=np.int32),
        volunteers_there=np.array([row.volunteers_there for row in rows], dtype=np.int32),
    )


def seat_arrays(rows: Sequence[ShiftRow], seats: Sequence[SeatRow], words: Vocabulary) -> Seats:
    """The seats as arrays; what the shift's safeguard asks is asked of each."""
    at = {row.id: position for position, row in enumerate(rows)}
    shift = np.array([at[seat.shift] for seat in seats], dtype=np.int32)
    of_shift: dict[int, list[SeatRow]] = {}
    for seat in seats:
        of_shift.setdefault(seat.shift, []).append(seat)
    asked = [_asked(rows[at[seat.shift]], seat, of_shift[seat.shift]) for seat in seats]
    return Seats(
        first=np.searchsorted(shift, np.arange(len(rows) + 1)).astype(np.int64),
        ids=np.array([seat.id for seat in seats], dtype=np.int64),
        shift=shift,
        staff=np.array([seat.capacity == "staff" for seat in seats], dtype=np.bool_),
        skills=words.skills(([seat.skill] if seat.skill else []) for seat in seats),
        languages=words.languages(([seat.language] if seat.language else []) for seat in seats),
        credentials=words.credentials([*seat.credentials, *rows[at[seat.shift]].credentials] for seat in seats),
        open=np.array([places for places, _ in asked], dtype=np.int32),
        least=np.array([least for _, least in asked], dtype=np.int32),
    )


def _asked(shift: ShiftRow, seat: SeatRow, team: list[SeatRow]) -> tuple[int, int]:
    """How many heads a seat still wants, and how many of them before its shift can take place at all."""
    least = least_heads(shift.team, seat.team, len(team))
    if least > seat.needed:
        return 0, 0  # where two have to go and there is a place for one only, nobody does
    return seat.open, min(seat.open, max(0, least - seat.taken))
