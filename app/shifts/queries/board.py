"""The board of a day and of a shift: who is expected, here, late, left."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.shifts.queries.punching import LEADS, leading
from app.shifts.rules.publishing import Capacity
from app.shifts.rules.punching import Direction, Standing, standing_of
from app.shifts.rules.statuses import ShiftStatus, SignupStatus

PEOPLE = """
    SELECT g.shift AS shift_id, g.id AS signup_id, w.name, w.volunteer_no, s.role, s.leads, s.capacity, g.status,
           g.starts, g.ends, stood.punch_ids, stood.directions, stood.moments
    FROM signup g JOIN person w ON w.id = g.person JOIN seat s ON s.id = g.seat
    LEFT JOIN LATERAL (
        SELECT array_agg(p.id ORDER BY p.at, p.direction, p.id) AS punch_ids,
               array_agg(p.direction ORDER BY p.at, p.direction, p.id) AS directions,
               array_agg(p.at ORDER BY p.at, p.direction, p.id) AS moments
        FROM punch p
        WHERE p.signup = g.id AND p.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM punch u WHERE u.undoes = p.id)
    ) stood ON true
    WHERE g.shift = any($1) AND g.status IN ('confirmed', 'attended', 'no_show')
    ORDER BY s.leads DESC, s.id, w.name, g.id
"""

SHIFT = f"""
    SELECT h.id, h.activity AS activity_id, h.title, h.place, h.starts, h.ends, h.status, h.agency = $2 AS own
    FROM shift h WHERE h.id = $1 AND {LEADS}
"""

DAY = """
    SELECT h.id, h.activity AS activity_id, h.title, h.place, h.starts, h.ends, h.status, true AS own
    FROM shift h
    WHERE h.agency = $1 AND h.status IN ('published', 'running', 'done') AND h.starts < $3 AND h.ends > $2
    ORDER BY h.starts, h.id
"""

SECRET = f"SELECT h.code_secret AS secret FROM shift h WHERE h.id = $1 AND {LEADS}"


class BoardShift(Struct, frozen=True, kw_only=True):
    """The head of a board; `own` says whether the asker's agency runs the shift."""

    id: int
    activity_id: int
    title: str
    place: str
    starts: datetime
    ends: datetime
    status: ShiftStatus
    own: bool


class _Row(Struct, frozen=True, kw_only=True):
    shift_id: int
    signup_id: int
    name: str
    volunteer_no: str
    role: str
    leads: bool
    capacity: Capacity
    status: SignupStatus
    starts: datetime
    ends: datetime
    punch_ids: list[int] | None
    directions: list[Direction] | None
    moments: list[datetime] | None


class BoardRow(Struct, frozen=True, kw_only=True):
    """One person on the board."""

    shift_id: int
    signup_id: int
    name: str
    volunteer_no: str
    role: str
    leads: bool
    capacity: Capacity
    standing: Standing
    last_punch_id: int | None
    """The one that can be undone."""
    first_in: datetime | None
    last_at: datetime | None
    late_minutes: int
    """Since the start, for someone who is late and not here."""

    @property
    def next_direction(self) -> Direction:
        """What one tap does."""
        return Direction.OUT if self.standing == Standing.HERE else Direction.IN


class Board(Struct, frozen=True, kw_only=True):
    """A shift with everyone who is to come."""

    shift: BoardShift
    rows: list[BoardRow]

    @property
    def tally(self) -> dict[Standing, int]:
        """How many stand how; every standing is there."""
        counted = Counter(row.standing for row in self.rows)
        return {standing: counted[standing] for standing in Standing}

    @property
    def waiting(self) -> int:
        """How many are still to come."""
        return sum(row.last_punch_id is None for row in self.rows)


class _Secret(Struct, frozen=True):
    secret: bytes


def _shown(row: _Row, now: datetime) -> BoardRow:
    directions, moments, punches = row.directions or [], row.moments or [], row.punch_ids or []
    standing = standing_of(directions[-1] if directions else None, row.starts, row.ends, now)
    late = int((now - row.starts).total_seconds() // 60) if standing == Standing.LATE else 0
    return BoardRow(
        shift_id=row.shift_id,
        signup_id=row.signup_id,
        name=row.name,
        volunteer_no=row.volunteer_no,
        role=row.role,
        leads=row.leads,
        capacity=row.capacity,
        standing=standing,
        last_punch_id=punches[-1] if punches else None,
        first_in=moments[0] if moments and directions[0] == Direction.IN else None,
        last_at=moments[-1] if moments else None,
        late_minutes=late,
    )


async def boards_on(actor: Actor, day: date, *, now: datetime) -> list[Board]:
    """The boards of the actor's agency for the shifts that touch a day of the city."""
    starts, ends = (datetime.combine(each, time(), clock.city_zone()) for each in (day, day + timedelta(days=1)))
    shifts = await fetch(BoardShift, DAY, actor.organisation_id, starts, ends)
    rows = await fetch(_Row, PEOPLE, [shift.id for shift in shifts])
    people = [_shown(row, now) for row in rows]
    return [Board(shift=shift, rows=[row for row in people if row.shift_id == shift.id]) for shift in shifts]


async def board_for(actor: Actor, shift_id: int, *, now: datetime) -> Board:
    """The board of a shift, for whoever leads it.

    Raises:
        NotFound: for anyone else.
    """
    shift = await fetch_one(BoardShift, SHIFT, shift_id, *leading(actor))
    if shift is None:
        raise NotFound
    return Board(shift=shift, rows=[_shown(row, now) for row in await fetch(_Row, PEOPLE, [shift_id])])


async def secret_for(actor: Actor, shift_id: int) -> bytes:
    """What the rotating code is made of, for whoever leads the shift.

    Raises:
        NotFound: for anyone else.
    """
    found = await fetch_one(_Secret, SECRET, shift_id, *leading(actor))
    if found is None:
        raise NotFound
    return found.secret


async def own_signup_on(actor: Actor, shift_id: int) -> int | None:
    """The actor's own sign-up on a shift, if there is one that counts."""
    rows = await fetch(_Own, OWN, shift_id, actor.account_id)
    return rows[0].id if rows else None


OWN = """
    SELECT g.id FROM signup g JOIN person w ON w.id = g.person
    WHERE g.shift = $1 AND w.account = $2 AND g.status IN ('confirmed', 'attended') ORDER BY g.id
"""


class _Own(Struct, frozen=True):
    id: int
