"""What a round proposes: who for which place and why, what stays open, and what became of it once it was sent."""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.matching.questions import Pair
from app.matching.rules.shortages import Short

SHIFTS_A_PAGE = 20
JOINT = "~"

SHIFT_COLUMNS = """
    h.id, h.title, h.starts, h.ends, h.place, h.is_visit, h.status, h.priority, g.name AS region_zh,
    g.name_en AS region_en, k.name_zh AS kind_zh, k.name_en AS kind_en
"""
SHIFT_FROM = "shift h JOIN region g ON g.code = h.region JOIN service_kind k ON k.code = h.service_kind"

SHIFTS = f"""
    SELECT {SHIFT_COLUMNS} FROM {SHIFT_FROM}
    WHERE h.id IN (SELECT shift FROM placement WHERE round = $1 UNION SELECT shift FROM gap WHERE round = $1)
      AND ($2::timestamptz IS NULL OR (h.starts, h.id) > ($2, $3))
      AND ($4 = '' OR h.service_kind = $4) AND h.region LIKE $5 || '%'
      AND (NOT $6 OR EXISTS (SELECT FROM gap o WHERE o.round = $1 AND o.shift = h.id))
      AND ($7::bigint[] IS NULL OR h.id = ANY ($7))
    ORDER BY h.starts, h.id LIMIT {SHIFTS_A_PAGE + 1}
"""

PLACED = """
    SELECT l.id, l.seat, l.shift, l.person, l.points, l.why::text AS why, l.kept, l.by IS NOT NULL AS by_hand,
           l.dropped_at, l.dropped_reason, l.problem, l.offer, o.asking, o.status AS answer, o.answer_by,
           e.role, e.capacity
    FROM placement l JOIN seat e ON e.id = l.seat LEFT JOIN offer o ON o.id = l.offer
    WHERE l.round = $1 AND l.shift = ANY ($2) ORDER BY l.shift, l.seat, l.id
"""
OPEN = """
    SELECT o.seat, o.shift, o.heads, o.reasons::text AS reasons, e.role, e.capacity
    FROM gap o JOIN seat e ON e.id = o.seat WHERE o.round = $1 AND o.shift = ANY ($2) ORDER BY o.shift, o.seat
"""
ONE = """
    SELECT l.id, l.seat, l.shift, l.person, l.points, l.why::text AS why, l.kept, l.by IS NOT NULL AS by_hand,
           l.dropped_at, l.dropped_reason, l.problem, l.offer, o.asking, o.status AS answer, o.answer_by,
           e.role, e.capacity
    FROM placement l JOIN seat e ON e.id = l.seat LEFT JOIN offer o ON o.id = l.offer
    WHERE l.round = $1 AND l.id = $2
"""
TALLY = """
    SELECT count(*) FILTER (WHERE l.dropped_at IS NULL) AS placed,
           count(DISTINCT l.person) FILTER (WHERE l.dropped_at IS NULL) AS people,
           count(DISTINCT l.seat) FILTER (WHERE l.dropped_at IS NULL) AS seats,
           count(*) FILTER (WHERE l.dropped_at IS NOT NULL) AS dropped,
           count(*) FILTER (WHERE l.dropped_at IS NULL AND l.kept) AS kept,
           count(*) FILTER (WHERE l.dropped_at IS NULL AND l.problem <> '') AS not_asked,
           count(*) FILTER (WHERE l.dropped_at IS NULL AND l.offer IS NULL AND l.problem = '') AS to_send,
           count(*) FILTER (WHERE o.status = 'accepted') AS accepted,
           count(*) FILTER (WHERE o.status = 'declined') AS declined,
           count(*) FILTER (WHERE o.status = 'expired') AS expired,
           count(*) FILTER (WHERE o.status IN ('open', 'waiting')) AS unanswered,
           (SELECT coalesce(sum(heads), 0)::bigint FROM gap WHERE round = $1) AS open
    FROM placement l LEFT JOIN offer o ON o.id = l.offer WHERE l.round = $1
"""
FIRST_AND_LAST = """
    SELECT min(h.starts) AS first, max(h.starts) AS last FROM placement l JOIN shift h ON h.id = l.shift
    WHERE l.round = $1 AND l.dropped_at IS NULL AND h.starts > $2
"""


class Standing(Struct, frozen=True, kw_only=True):
    """How many of a round's proposals stand how."""

    placed: int
    people: int
    seats: int
    dropped: int
    kept: int
    not_asked: int
    to_send: int
    accepted: int
    declined: int
    expired: int
    unanswered: int
    open: int


class Placed(Struct, frozen=True, kw_only=True):
    """One proposal."""

    id: int
    seat: int
    shift: int
    person: int
    points: int | None
    why: str
    kept: bool
    by_hand: bool
    dropped_at: datetime | None
    dropped_reason: str
    problem: str
    offer: int | None
    asking: int | None
    answer: str | None
    answer_by: datetime | None
    role: str
    capacity: str

    @property
    def pair(self) -> Pair:
        """The figures behind it, as they were when it was made."""
        return msgspec.json.decode(self.why, type=Pair)


class Open(Struct, frozen=True, kw_only=True):
    """A seat that stays open, and what is short, as the matcher said it."""

    seat: int
    shift: int
    heads: int
    reasons: str
    role: str
    capacity: str

    @property
    def short(self) -> Short:
        """What is short."""
        return msgspec.json.decode(self.reasons, type=Short)


class PlannedShift(Struct, frozen=True, kw_only=True):
    """A shift that the round is about."""

    id: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    is_visit: bool
    status: str
    priority: int
    region_zh: str
    region_en: str
    kind_zh: str
    kind_en: str

    @property
    def where(self) -> str:
        """The place; of a visit the community only."""
        community = by_locale(self.region_zh, self.region_en)
        return community if self.is_visit or not self.place else f"{self.place} · {community}"

    @property
    def kind(self) -> str:
        return by_locale(self.kind_zh, self.kind_en)


class Narrowed(Struct, frozen=True, kw_only=True):
    """Which shifts of a plan are looked at."""

    kind: str = ""
    region: str = ""
    gaps: bool = False
    only: tuple[int, ...] | None = None
    """These shifts alone."""
    after: tuple[datetime, int] | None = None


class PlanPage(Struct, frozen=True, kw_only=True):
    """Some of a plan's shifts with who is proposed and what stays open."""

    shifts: list[PlannedShift]
    placed: dict[int, list[Placed]]
    open: dict[int, list[Open]]
    more: tuple[datetime, int] | None

    @property
    def people(self) -> list[int]:
        return sorted({each.person for rows in self.placed.values() for each in rows})


def cursor(text: str) -> tuple[datetime, int] | None:
    """Where a page begins, from an address; a made-up one means at the beginning."""
    at, _sep, number = text.partition(JOINT)
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(number)) if moment.tzinfo else None
    except ValueError:
        return None


def cursor_of(after: tuple[datetime, int]) -> str:
    """The same for an address."""
    return f"{after[0].isoformat()}{JOINT}{after[1]}"


async def standing_of(round_id: int) -> Standing:
    """How many proposals stand how."""
    found = await fetch_one(Standing, TALLY, round_id)
    if found is None:
        raise NotFound
    return found


async def plan_page(round_id: int, narrowed: Narrowed) -> PlanPage:
    """A page of a plan by time, in three questions."""
    at, last = narrowed.after or (None, 0)
    only = None if narrowed.only is None else list(narrowed.only)
    rows = await fetch(PlannedShift, SHIFTS, round_id, at, last, narrowed.kind, narrowed.region, narrowed.gaps, only)
    shown = rows[:SHIFTS_A_PAGE]
    ids = [row.id for row in shown]
    placed: dict[int, list[Placed]] = {shift: [] for shift in ids}
    for one in await fetch(Placed, PLACED, round_id, ids):
        placed[one.shift].append(one)
    gaps: dict[int, list[Open]] = {shift: [] for shift in ids}
    for gap in await fetch(Open, OPEN, round_id, ids):
        gaps[gap.shift].append(gap)
    more = (shown[-1].starts, shown[-1].id) if len(rows) > SHIFTS_A_PAGE else None
    return PlanPage(shifts=shown, placed=placed, open=gaps, more=more)


class _Ends(Struct, frozen=True):
    first: datetime | None
    last: datetime | None


async def first_and_last(round_id: int, after: datetime) -> list[datetime]:
    """When the first and the last shift begin that somebody is still to be asked for."""
    found = await fetch_one(_Ends, FIRST_AND_LAST, round_id, after)
    return [each for each in (found.first, found.last) if each] if found else []


async def placement_in(round_id: int, placement_id: int) -> Placed:
    """One proposal of a round that its reader was let see.

    Raises:
        NotFound: when there is none.
    """
    found = await fetch_one(Placed, ONE, round_id, placement_id)
    if found is None:
        raise NotFound
    return found
