"""Requests behind their door: a community sees those of its region, an agency those handed to its programs."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import by_locale, gettext
from app.requests.rules import asking
from app.requests.rules.statuses import STATUS_WORDS, UNDECIDED, Event, Group, Status, group_of

PAGE = 50
MOST_PAGES = 10_000

DOOR = "(($1 = 'community' AND r.region LIKE $2 || '%') OR ($1 = 'agency' AND p.agency = $3))"
"""$1 the kind of the viewer's organisation, $2 its region, $3 its number."""

SEEN = f"""
    SELECT r.id, r.resident AS resident_id, r.received_at, r.due_at, r.status, r.channel, r.asked_by, r.recurs,
           r.wanted_on, r.wanted_times, r.decline_reason, r.service_kind, r.region, r.line AS line_id,
           r.program AS program_id, r.link_digest IS NOT NULL AS has_link, s.short_name, s.card_number, s.language,
           k.name_zh AS kind_zh, k.name_en AS kind_en, g.name AS region_zh, g.name_en AS region_en,
           p.name AS program_zh, p.name_en AS program_en, p.agency AS agency_id, a.name AS agency_zh,
           a.name_en AS agency_en, l.name AS line_name, l.code AS line_code, n.starts AS next_starts
    FROM request r
    JOIN resident s ON s.id = r.resident
    JOIN service_kind k ON k.code = r.service_kind
    JOIN region g ON g.code = r.region
    LEFT JOIN program p ON p.id = r.program
    LEFT JOIN organisation a ON a.id = p.agency
    LEFT JOIN line l ON l.id = r.line
    LEFT JOIN LATERAL (
        SELECT h.starts FROM visit v JOIN shift h ON h.id = v.shift
        WHERE v.request = r.id AND h.status <> 'cancelled' AND h.ends > $4 ORDER BY h.starts LIMIT 1
    ) n ON true
    WHERE {DOOR}
"""

LISTED = f"""{SEEN}
      AND r.status = ANY ($5) AND ($6::boolean IS NULL OR (r.program IS NOT NULL) = $6)
      AND ($7::text IS NULL OR r.service_kind = $7) AND ($8::bigint IS NULL OR r.id = $8)
    ORDER BY (r.status = ANY ($9) AND r.due_at < $4) DESC, CASE WHEN r.status = ANY ($9) THEN r.due_at END NULLS LAST,
             r.received_at DESC, r.id DESC
    LIMIT $10 OFFSET $11
"""

COUNTED = f"""
    SELECT r.status, r.program IS NOT NULL AS has_program, count(*) AS total,
           count(*) FILTER (WHERE r.status = ANY ($4) AND r.due_at < $5) AS late
    FROM request r LEFT JOIN program p ON p.id = r.program
    WHERE {DOOR}
    GROUP BY 1, 2
"""

HISTORY = """
    SELECT e.id, e.event, e.from_status, e.to_status, e.at, e.note, a.name AS by_name
    FROM request_event e LEFT JOIN account a ON a.id = e.by
    WHERE e.request = $1 ORDER BY e.at DESC, e.id DESC
"""


class Seen(Struct, frozen=True, kw_only=True):
    """A request as its desk sees it: no name, number or address in full."""

    id: int
    resident_id: int
    received_at: datetime
    due_at: datetime | None
    status: Status
    channel: str
    asked_by: str
    recurs: str
    wanted_on: date | None
    wanted_times: str
    decline_reason: str
    service_kind: str
    region: str
    line_id: int | None
    program_id: int | None
    has_link: bool
    short_name: str
    card_number: int
    language: str
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str
    program_zh: str | None
    program_en: str | None
    agency_id: int | None
    agency_zh: str | None
    agency_en: str | None
    line_name: str | None
    line_code: str | None
    next_starts: datetime | None

    @property
    def number(self) -> str:
        return asking.number(clock.local(self.received_at), self.id)

    @property
    def kind(self) -> str:
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def community(self) -> str:
        return by_locale(self.region_zh, self.region_en)

    @property
    def program(self) -> str:
        return by_locale(self.program_zh or "", self.program_en or "")

    @property
    def agency(self) -> str:
        return by_locale(self.agency_zh or "", self.agency_en or "")

    @property
    def group(self) -> Group:
        return group_of(self.status, self.program_id is not None)

    @property
    def undecided(self) -> bool:
        return self.status in UNDECIDED

    @property
    def times(self) -> list[str]:
        return [time for time in self.wanted_times.split(",") if time]

    @property
    def status_words_said(self) -> tuple[str, str]:
        """The state in the reader's language, and its tone."""
        word, tone = STATUS_WORDS[self.status]
        return gettext(word), tone


class Counted(Struct, frozen=True):
    """How many requests lie on a pile, and how many of them are late."""

    status: Status
    has_program: bool
    total: int
    late: int


class Step(Struct, frozen=True, kw_only=True):
    """One step of a request's history."""

    id: int
    event: Event
    from_status: str
    to_status: Status
    at: datetime
    note: str
    by_name: str | None


class Pile(Struct, frozen=True):
    """One page of a pile."""

    rows: list[Seen]
    page: int
    has_more: bool


def viewer(actor: Actor) -> tuple[str, str, int]:
    """What the door asks of a viewer."""
    kind = str(actor.post.organisation_kind) if actor.post else ""
    return kind, actor.region, actor.organisation_id


async def request_for(actor: Actor, request_id: int, now: datetime) -> Seen:
    """The request, if this viewer may see it.

    Raises:
        NotFound: when it is absent or not theirs.
    """
    row = await fetch_one(Seen, f"{SEEN} AND r.id = $5", *viewer(actor), now, request_id)
    if row is None:
        raise NotFound
    return row


async def pile(
    actor: Actor,
    group: Group | None,
    now: datetime,
    *,
    kind: str | None = None,
    request_id: int | None = None,
    page: int = 1,
) -> Pile:
    """A page of the requests this viewer sees on a pile, late ones first; of all piles when `group` is None."""
    statuses = [str(status) for status in Status if group is None or group in _groups(status)]
    has_program = {Group.PLACE: False, Group.PLAN: True}.get(group) if group else None
    rows = await fetch(
        Seen, LISTED, *viewer(actor), now, statuses, has_program, kind, request_id,
        [str(status) for status in UNDECIDED], PAGE + 1, PAGE * (page - 1),
    )  # fmt: skip
    return Pile(rows[:PAGE], page, len(rows) > PAGE)


def _groups(status: Status) -> set[Group]:
    return {group_of(status, True), group_of(status, False)}


async def counts(actor: Actor, now: datetime) -> tuple[dict[Group, int], int]:
    """How many requests lie on each pile, and how many answers are late in all."""
    rows: Sequence[Counted] = await fetch(Counted, COUNTED, *viewer(actor), [str(status) for status in UNDECIDED], now)
    totals = dict.fromkeys(Group, 0)
    for row in rows:
        totals[group_of(row.status, row.has_program)] += row.total
    return totals, sum(row.late for row in rows)


async def history(request_id: int) -> list[Step]:
    """Every step, newest first. Ask `request_for` first."""
    return await fetch(Step, HISTORY, request_id)
