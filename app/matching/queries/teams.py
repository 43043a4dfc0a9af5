"""Which shifts of a round would get half a team: somebody was taken out by hand, or the world moved on since."""

from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct

from app.kit.db import fetch, value
from app.matching.rules.teams import Lack, TeamSeat, TeamShift, lack_of
from app.shifts.queries.safeguards import SAFE

TEAMS = f"""
    WITH mine AS (
        SELECT unnest($2::bigint[]) AS shift
        UNION SELECT shift FROM placement WHERE round = $1 AND $2::bigint[] IS NULL
    ), placed AS (
        SELECT shift, seat, count(*) AS heads FROM placement
        WHERE round = $1 AND dropped_at IS NULL AND offer IS NULL AND problem = ''
          AND shift IN (SELECT shift FROM mine)
        GROUP BY shift, seat
    ), held AS (
        SELECT shift, count(*) FILTER (WHERE capacity = 'staff') AS staff,
               count(*) FILTER (WHERE capacity = 'volunteer') AS volunteers
        FROM signup WHERE shift IN (SELECT shift FROM mine) AND status IN ('offered', 'confirmed', 'attended')
        GROUP BY shift
    )
    SELECT h.id AS shift, e.capacity, e.needed, e.taken, e.least, coalesce(placed.heads, 0) AS placed,
           coalesce(safe.two_people, false) AS two_people, coalesce(safe.staff_present, false) AS staff_present,
           coalesce(held.staff, 0) AS staff_there, coalesce(held.volunteers, 0) AS volunteers_there
    FROM shift h
    JOIN seat e ON e.shift = h.id
    LEFT JOIN placed ON placed.seat = e.id
    LEFT JOIN held ON held.shift = h.id
    {SAFE.format(shift="h")}
    WHERE h.id IN (SELECT shift FROM mine)
      AND (safe.two_people OR safe.staff_present OR EXISTS (SELECT FROM seat l WHERE l.shift = h.id AND l.least > 0))
    ORDER BY h.id, e.id
"""
NO_ROUND = 0
PEOPLE_OF_WHOLE_TEAMS = """
    SELECT count(DISTINCT person) FROM placement
    WHERE round = $1 AND dropped_at IS NULL AND offer IS NULL AND problem = '' AND NOT shift = ANY ($2)
"""


class _Row(Struct, frozen=True, kw_only=True):
    shift: int
    capacity: str
    needed: int
    taken: int
    least: int
    placed: int
    two_people: bool
    staff_present: bool
    staff_there: int
    volunteers_there: int


async def half_teams(round_id: int, shifts: Sequence[int] | None = None) -> dict[int, Lack]:
    """The shifts of which the people still to be asked are no whole team, with why; of these shifts, or of all."""
    rows = await fetch(_Row, TEAMS, round_id, None if shifts is None else list(shifts))
    by_shift = {shift: list(seats) for shift, seats in groupby(rows, key=lambda row: row.shift)}
    return {
        shift: lack
        for shift, seats in by_shift.items()
        if any(seat.placed for seat in seats) and (lack := _lack(seats))
    }


async def lack_now(shift_id: int) -> Lack | None:
    """Why those who have a place on a shift, or are asked and have one held, are no whole team."""
    rows = await fetch(_Row, TEAMS, NO_ROUND, [shift_id])
    return _lack(rows) if rows else None


def _lack(rows: list[_Row]) -> Lack | None:
    there = rows[0]
    shift = TeamShift(
        two_people=there.two_people,
        staff_present=there.staff_present,
        staff_there=there.staff_there,
        volunteers_there=there.volunteers_there,
    )
    return lack_of(
        shift,
        [
            TeamSeat(capacity=row.capacity, needed=row.needed, taken=row.taken, least=row.least, placed=row.placed)
            for row in rows
        ],
    )


async def people_to_ask(round_id: int, but: Sequence[int]) -> int:
    """How many people are asked when the round is sent, without those of these shifts."""
    return int(await value(PEOPLE_OF_WHOLE_TEAMS, round_id, list(but)))
