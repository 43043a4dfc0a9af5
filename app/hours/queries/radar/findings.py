"""Findings as people see them: the queue, and one with its rows and what was said."""

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, OrganisationKind, Permission
from app.hours.queries.attendances import DOOR as ATTENDANCE_DOOR
from app.hours.rules.radar import Code
from app.hours.rules.radar_outcomes import FindingStatus
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound

PAGE = 50

AGENCIES = """
    SELECT o.id FROM organisation o
    WHERE $2 OR (o.id = $1 AND o.kind = 'agency') OR o.parent = $1
       OR EXISTS (SELECT 1 FROM program p WHERE p.agency = o.id AND (p.funder = $1 OR p.evaluator = $1)
                  AND p.status NOT IN ('draft', 'calling', 'cancelled'))
"""
"""The agencies someone may see findings of: their own or below it, those of programs they buy or evaluate, or all."""

DOOR = f"f.agency IN ({AGENCIES})"


def viewer(actor: Actor) -> tuple[int, bool]:
    """The two arguments of the door."""
    platform = actor.post is not None and actor.post.organisation_kind == OrganisationKind.PLATFORM
    return actor.organisation_id, platform


class FindingRow(Struct, frozen=True, kw_only=True):
    """One finding with the names around it. `facts` is JSON without the rows."""

    id: int
    rule: Code
    status: FindingStatus
    held_by: str
    agency_id: int
    agency_name: str
    agency_name_en: str
    person_id: int
    person_name: str | None
    person_account: int
    account_id: int
    keyer_name: str | None
    served_on: date | None
    facts: str
    found_at: datetime
    outcome: str
    settled_by_name: str | None
    settled_at: datetime | None

    @property
    def figures(self) -> dict[str, Any]:
        """What its sentence is filled with."""
        return dict(msgspec.json.decode(self.facts, type=dict[str, Any]))


SELECT = """
    SELECT f.id, f.rule, f.status, f.held_by, o.id AS agency_id, o.name AS agency_name, o.name_en AS agency_name_en,
           f.person_id, p.name AS person_name, coalesce(p.account, 0) AS person_account, f.account_id,
           k.name AS keyer_name, f.served_on, (f.facts - 'attendances')::text AS facts, f.found_at, f.outcome,
           s.name AS settled_by_name, f.settled_at
    FROM radar_finding f
    JOIN organisation o ON o.id = f.agency
    LEFT JOIN person p ON p.id = f.person_id
    LEFT JOIN account k ON k.id = f.account_id
    LEFT JOIN account s ON s.id = f.settled_by
"""

LIST = f"""
    {SELECT}
    WHERE {DOOR} AND ($3::text IS NULL OR f.status = $3) AND ($4::text IS NULL OR f.rule = $4)
      AND ($5::bigint IS NULL OR f.agency = $5) AND ($6::bigint IS NULL OR f.id < $6)
    ORDER BY f.id DESC LIMIT $7
"""


class Wanted(Struct, frozen=True, kw_only=True):
    """Which findings a list is about."""

    status: FindingStatus | None = None
    rule: Code | None = None
    agency: int | None = None
    before: int | None = None
    """Only those with a smaller number: the next page."""


async def findings_for(actor: Actor, wanted: Wanted, limit: int = PAGE) -> list[FindingRow]:
    """The newest findings this actor may see."""
    return await fetch(
        FindingRow, LIST, *viewer(actor), wanted.status, wanted.rule, wanted.agency, wanted.before, limit
    )


class Queue(Struct, frozen=True, kw_only=True):
    """How much there is in each state, and since when the oldest open one waits."""

    open: int
    to_explain: int
    explained: int
    corrected: int
    misuse: int
    oldest: datetime | None


COUNTS = f"""
    SELECT count(*) FILTER (WHERE f.status = 'open') AS open,
           count(*) FILTER (WHERE f.status = 'open' AND f.held_by = 'agency') AS to_explain,
           count(*) FILTER (WHERE f.status = 'explained') AS explained,
           count(*) FILTER (WHERE f.status = 'corrected') AS corrected,
           count(*) FILTER (WHERE f.status = 'misuse') AS misuse,
           min(f.found_at) FILTER (WHERE f.status = 'open') AS oldest
    FROM radar_finding f WHERE {DOOR}
"""


async def queue_for(actor: Actor) -> Queue:
    """The figures above the list."""
    found = await fetch_one(Queue, COUNTS, *viewer(actor))
    return found or Queue(open=0, to_explain=0, explained=0, corrected=0, misuse=0, oldest=None)


async def finding_for(actor: Actor, finding_id: int) -> FindingRow:
    """One finding, if this actor may see it.

    Raises:
        NotFound: otherwise.
    """
    found = await fetch_one(FindingRow, f"{SELECT} WHERE {DOOR} AND f.id = $3", *viewer(actor), finding_id)
    if found is None:
        raise NotFound()
    return found


class BehindRow(Struct, frozen=True, kw_only=True):
    """One attendance behind a finding. `open` says whether this reader may open its whole proof."""

    id: int
    person_name: str
    agency_id: int
    agency_name: str
    agency_name_en: str
    shift_title: str
    served_on: date
    came: datetime | None
    went: datetime | None
    counted_minutes: int | None
    grade: str
    status: str
    postings: list[int]
    open: bool


BEHIND = f"""
    SELECT a.id, w.name AS person_name, o.id AS agency_id, o.name AS agency_name, o.name_en AS agency_name_en,
           h.title AS shift_title, a.served_on, coalesce(a.adjusted_in, a.raw_in) AS came,
           coalesce(a.adjusted_out, a.raw_out) AS went, a.counted_minutes, a.grade, a.status,
           ARRAY(SELECT g.id FROM posting g WHERE g.attendance_id = a.id AND g.served_on = a.served_on ORDER BY g.entry)
               AS postings,
           coalesce({ATTENDANCE_DOOR}, false) AS open
    FROM attendance a
    JOIN person w ON w.id = a.person
    JOIN organisation o ON o.id = a.agency
    JOIN shift h ON h.id = a.shift
    LEFT JOIN line l ON l.id = a.line
    LEFT JOIN contract c ON c.id = l.contract
    LEFT JOIN program pr ON pr.id = c.program
    WHERE a.id IN (SELECT i.id::bigint FROM radar_finding f
                   CROSS JOIN LATERAL jsonb_array_elements_text(f.facts -> 'attendances') AS i(id) WHERE f.id = $4)
    ORDER BY a.served_on, came, a.id OFFSET $5 LIMIT $6
"""


async def rows_behind(actor: Actor, finding_id: int, skip: int = 0, limit: int = PAGE) -> list[BehindRow]:
    """The attendances behind a finding that `finding_for` has let through, the earliest first."""
    own = -1 if actor.through_key else actor.account_id
    sees = actor.may(Permission.ATTENDANCE_SEE)
    return await fetch(BehindRow, BEHIND, own, sees, actor.organisation_id, finding_id, skip, limit)


class WordRow(Struct, frozen=True, kw_only=True):
    """Something that was said about a finding."""

    side: str
    said_by_name: str
    words: str
    said_at: datetime


async def words_about(finding_id: int) -> list[WordRow]:
    """What both sides said, in order."""
    return await fetch(
        WordRow,
        "SELECT w.side, k.name AS said_by_name, w.words, w.said_at FROM radar_word w JOIN account k ON k.id = w.said_by"
        " WHERE w.finding = $1 ORDER BY w.id",
        finding_id,
    )


INVOLVED = """
    SELECT $1::bigint = $3::bigint OR $1 = $4::bigint
        OR EXISTS (SELECT 1 FROM membership m WHERE m.account = $1 AND m.organisation = $2 AND m.until IS NULL)
        AS involved
"""


class _Involved(Struct, frozen=True):
    involved: bool


async def involved(actor: Actor, row: FindingRow) -> bool:
    """Whether a finding is about this actor, or about an agency they belong to in any of their posts."""
    found = await fetch_one(
        _Involved, INVOLVED, actor.account_id, row.agency_id, row.person_account or -1, row.account_id
    )
    return found is not None and found.involved
