"""Shifts for one person: open seats that they could take, best first; and what keeps them from the others."""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.kit.db import fetch, fetch_one
from app.kit.i18n import by_locale
from app.matching.arrays import Arrays, arrays
from app.matching.eligibility import failing_bits
from app.matching.pairs import pair_of
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.questions import Pair
from app.matching.rules.crowding import crowding
from app.matching.rules.urgency import AHEAD
from app.matching.score import points

LOOKED_AT = 300
"""Shifts: those near home first, then the soonest. Nobody reads further, and the page stays quick in any city."""
SHOWN = 20
WORST = (2**31, 0, 0)

ME = """
    SELECT p.id, coalesce(p.home, '') AS home, p.staff_of,
           (SELECT max(o.opened_at) FROM offer o WHERE o.person = p.id) AS asked_at,
           (SELECT count(*) FROM offer o WHERE o.person = p.id AND o.opened_at IS NOT NULL) AS asked
    FROM person p WHERE p.account = $1 AND p.merged_into IS NULL
"""

NEAR = """
    SELECT h.id FROM shift h
    WHERE h.status = 'published' AND h.starts > $1 AND h.starts < $2
      AND EXISTS (SELECT FROM seat e WHERE e.shift = h.id AND e.taken < e.needed
                  AND (e.capacity = 'volunteer' OR h.agency = $4))
      AND NOT EXISTS (SELECT FROM signup u WHERE u.shift = h.id AND u.person = $5
                      AND u.status IN ('offered', 'confirmed', 'attended'))
    ORDER BY h.region <> $3, left(h.region, 9) <> left($3, 9), left(h.region, 6) <> left($3, 6), h.starts, h.id
    LIMIT $6
"""

CROWDS = """
    SELECT e.id, e.needed, e.taken,
           (SELECT count(*) FROM offer o WHERE o.seat = e.id AND o.status IN ('open', 'waiting')) AS asked
    FROM seat e WHERE e.id = ANY ($1)
"""

ROWS = """
    SELECT e.id AS seat_id, h.id AS shift_id, h.title, h.starts, h.ends, h.place, h.is_visit, e.role,
           e.needed - e.taken AS left, r.name AS region_zh, r.name_en AS region_en, k.name_zh AS kind_zh,
           k.name_en AS kind_en, o.name AS agency_zh, o.name_en AS agency_en
    FROM seat e JOIN shift h ON h.id = e.shift
    JOIN region r ON r.code = h.region
    JOIN service_kind k ON k.code = h.service_kind
    JOIN organisation o ON o.id = h.agency
    WHERE e.id = ANY ($1)
"""


class Me(Struct, frozen=True, kw_only=True):
    """The person who asks, and how often they were asked."""

    id: int
    home: str
    staff_of: int | None
    asked_at: datetime | None
    asked: int


class Choices(Struct, frozen=True, kw_only=True):
    """One person with the seats they might take."""

    loaded: Loaded
    arrays: Arrays
    person: int
    """Their position; -1 where they cannot serve at all, because a guardian has not agreed yet."""
    bits: list[int]
    """What fails, of each seat."""


class Suggestion(Struct, frozen=True, kw_only=True):
    """A shift for somebody, with why."""

    seat_id: int
    shift_id: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    is_visit: bool
    role: str
    left: int
    region_zh: str
    region_en: str
    kind_zh: str
    kind_en: str
    agency_zh: str
    agency_en: str
    pair: Pair | None = None

    @property
    def kind(self) -> str:
        """The kind of service in the reader's language."""
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def agency(self) -> str:
        """The agency's name in the reader's language."""
        return by_locale(self.agency_zh, self.agency_en)

    @property
    def where(self) -> str:
        """The place; of a visit the community only."""
        community = by_locale(self.region_zh, self.region_en)
        return community if self.is_visit or not self.place else f"{self.place} · {community}"


class Suggested(Struct, frozen=True, kw_only=True):
    """The best of what fits, and how much fits in all."""

    rows: list[Suggestion]
    fitting: int
    seen: int
    """Shifts that were looked at."""


class _Id(Struct, frozen=True):
    id: int


class _Crowd(Struct, frozen=True):
    id: int
    needed: int
    taken: int
    asked: int


async def me(account_id: int) -> Me | None:
    """The account's person; None before there is a profile."""
    return await fetch_one(Me, ME, account_id)


async def choices(person: Me, *, now: datetime) -> Choices:
    """The open seats of four weeks for one person: a fixed number of questions, however many seats there are."""
    near = await fetch(_Id, NEAR, now, now + AHEAD, person.home, person.staff_of, person.id, LOOKED_AT)
    scope = Scope(starts=now, ends=now + AHEAD, shifts=tuple(row.id for row in near), people=(person.id,))
    loaded = await load(scope, now=now)
    a, at = arrays(loaded.problem), loaded.person_at.get(person.id, -1)
    seats = range(loaded.problem.seat_count) if at >= 0 else range(0)
    return Choices(loaded=loaded, arrays=a, person=at, bits=[int(failing_bits(a, at, seat)) for seat in seats])


async def suggestions(person: Me, *, now: datetime, most: int = SHOWN) -> Suggested:
    """What fits a person, one seat a shift, what they are best for and is not nearly full first."""
    found = await choices(person, now=now)
    fitting = [seat for seat, bits in enumerate(found.bits) if bits == 0]
    best = await _best(found, fitting)
    chosen = best[:most]
    rows = {row.seat_id: row for row in await fetch(Suggestion, ROWS, [_seat_id(found, seat) for seat in chosen])}
    return Suggested(
        rows=[_with_why(found, rows[_seat_id(found, seat)], seat) for seat in chosen if _seat_id(found, seat) in rows],
        fitting=len(best),
        seen=found.loaded.problem.shift_count,
    )


async def _best(found: Choices, fitting: list[int]) -> list[int]:
    """One seat a shift, by points less what crowds take off; the sooner one of equals."""
    crowds = {row.id: row for row in await fetch(_Crowd, CROWDS, [_seat_id(found, seat) for seat in fitting])}
    problem = found.loaded.problem
    ranked: dict[int, tuple[int, int, int]] = {}
    for seat in fitting:
        crowd = crowds.get(_seat_id(found, seat))
        off = crowding(crowd.needed, crowd.taken, crowd.asked) if crowd else 0
        shift = int(problem.seats.shift[seat])
        worth = int(points(found.arrays, found.person, seat)) - off
        ranked[shift] = min(ranked.get(shift, WORST), (-worth, int(problem.shifts.starts[shift]), seat))
    return [seat for _worth, _starts, seat in sorted(ranked.values())]


def _seat_id(found: Choices, seat: int) -> int:
    return int(found.loaded.problem.seats.ids[seat])


def _with_why(found: Choices, row: Suggestion, seat: int) -> Suggestion:
    pair = pair_of(found.loaded.problem, found.arrays, found.person, seat)
    return msgspec.structs.replace(row, pair=pair)
