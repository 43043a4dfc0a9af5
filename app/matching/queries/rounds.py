"""Rounds as their agency sees them."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.matching.rules.rounds import AT_WORK, FINISHED, Progress, RoundStatus, edit_refusal, gap_of

PAGE = 50

COLUMNS = """
    r.id, r.organisation, r.region, g.name AS region_zh, g.name_en AS region_en, r.starts, r.ends, r.zone, r.status,
    r.seed, r.seconds, r.weighting, r.based_on, r.part_of, r.stop_asked, r.progress::text AS progress, r.value, r.bound,
    r.seats_open, r.heads_open, r.heads_filled, r.error, a.name AS asked_by, r.asked_at, r.beat_at, r.finished_at,
    r.sent_at, s.name AS sent_by,
    (SELECT count(*) FROM round d WHERE d.part_of = r.id) AS parts,
    (SELECT count(*) FROM round d WHERE d.part_of = r.id AND d.status NOT IN ('waiting', 'running')) AS parts_done
"""
FROM = """
    FROM round r JOIN region g ON g.code = r.region JOIN account a ON a.id = r.asked_by
    LEFT JOIN account s ON s.id = r.sent_by
"""
SEEN = "(r.organisation = $1 OR $2)"
"""An agency sees its own; who sets what the city values sees all."""
LISTED = f"""
    SELECT {COLUMNS} {FROM} WHERE {SEEN} AND r.part_of IS NULL AND r.id < $3
    ORDER BY r.id DESC LIMIT {PAGE + 1}
"""
ONE = f"SELECT {COLUMNS} {FROM} WHERE {SEEN} AND r.id = $3"
BASES = f"""
    SELECT {COLUMNS} {FROM} WHERE r.organisation = $1 AND r.part_of IS NULL AND r.status IN ('ready', 'sent')
    ORDER BY r.finished_at DESC, r.id DESC LIMIT 20
"""
LOCK = "SELECT id FROM round WHERE id = $1 AND organisation = $2 FOR NO KEY UPDATE"
PLAN = "SELECT snapshot, incumbent FROM round WHERE id = $1"

OPEN_AHEAD = """
    SELECT count(*) FILTER (WHERE e.needed > e.taken) AS seats,
           coalesce(sum(e.needed - e.taken), 0)::bigint AS heads, count(DISTINCT h.id) AS shifts
    FROM seat e JOIN shift h ON h.id = e.shift
    WHERE h.agency = $1 AND h.status = 'published' AND h.region LIKE $2 || '%' AND h.starts >= $3 AND h.starts < $4
      AND e.needed > e.taken
"""


class RoundRow(Struct, frozen=True, kw_only=True):
    """A round with everything its page says of it, but its plan."""

    id: int
    organisation: int
    region: str
    region_zh: str
    region_en: str
    starts: datetime
    ends: datetime
    zone: str
    status: RoundStatus
    seed: int
    seconds: int
    weighting: int | None
    based_on: int | None
    part_of: int | None
    stop_asked: bool
    progress: str
    value: int | None
    bound: int | None
    seats_open: int | None
    heads_open: int | None
    heads_filled: int | None
    error: str
    asked_by: str
    asked_at: datetime
    beat_at: datetime | None
    finished_at: datetime | None
    sent_at: datetime | None
    sent_by: str | None
    parts: int
    parts_done: int

    @property
    def place(self) -> str:
        """The region's name in the reader's language."""
        return by_locale(self.region_zh, self.region_en)

    @property
    def first_day(self) -> date:
        return clock.local_day(self.starts)

    @property
    def to_before(self) -> date:
        """The day after its last one."""
        return clock.local_day(self.ends)

    @property
    def at_work(self) -> bool:
        return self.status in AT_WORK

    @property
    def finished(self) -> bool:
        """Whether there is a plan to show."""
        return self.status in FINISHED

    @property
    def can_be_changed(self) -> bool:
        """Whether its plan can be changed and sent."""
        return edit_refusal(self.status, self.part_of) is None

    @property
    def so_far(self) -> Progress:
        """How far it is, as its process last said."""
        return msgspec.json.decode(self.progress, type=Progress)

    @property
    def gap(self) -> float | None:
        """How far from the best possible plan this one can be at most, as a share."""
        return gap_of(self.value, self.bound)

    @property
    def seconds_left(self) -> int:
        return max(0, round(self.seconds - self.so_far.seconds))


class Stored(Struct, frozen=True):
    """A round's problem and plan, packed."""

    snapshot: bytes | None
    incumbent: bytes | None


class Ahead(Struct, frozen=True):
    """What is open over a stretch of time."""

    seats: int
    heads: int
    shifts: int


def _eyes(actor: Actor) -> tuple[int, bool]:
    return actor.organisation_id, actor.may(Permission.MATCH_SET)


async def rounds_of(actor: Actor, before: int | None = None) -> list[RoundRow]:
    """Rounds that the actor may see, newest first: a page and one more, if there is more."""
    return await fetch(RoundRow, LISTED, *_eyes(actor), before or 2**62)


async def round_for(actor: Actor, round_id: int) -> RoundRow:
    """A round that the actor may see.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    found = await fetch_one(RoundRow, ONE, *_eyes(actor), round_id)
    if found is None:
        raise NotFound
    return found


async def locked_round(actor: Actor, round_id: int) -> RoundRow:
    """A round of the actor's own agency, and nobody else changes it until the transaction ends.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    mine = await value(LOCK, round_id, actor.organisation_id)
    if mine is None:
        raise NotFound
    return await round_for(actor, round_id)


async def bases_of(actor: Actor) -> list[RoundRow]:
    """Finished rounds that a new one may stay near, the newest first."""
    return await fetch(RoundRow, BASES, actor.organisation_id)


async def stored(round_id: int) -> Stored:
    """The problem and the plan of a round that its reader was let see."""
    found = await fetch_one(Stored, PLAN, round_id)
    return found or Stored(None, None)


async def open_ahead(actor: Actor, region: str, starts: datetime, ends: datetime) -> Ahead:
    """How much of the agency's own is open over a stretch of time."""
    found = await fetch_one(Ahead, OPEN_AHEAD, actor.organisation_id, region, starts, ends)
    return found or Ahead(0, 0, 0)
