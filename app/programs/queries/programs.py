"""Programs: which ones a viewer may see, and everything their page shows."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one
from app.kit.errors import Forbidden, NotFound
from app.kit.i18n import by_locale, gettext
from app.programs.rules import PROGRAM_MOVES, ProgramEvent, ProgramStatus, Span
from app.programs.words import PROGRAM_DEEDS, program_standing

SEEN = """
    (p.funder = $1
     OR ($1 IN (p.agency, p.evaluator)
         AND (p.status NOT IN ('draft', 'calling', 'cancelled')
              OR (p.status = 'cancelled'
                  AND EXISTS (SELECT 1 FROM program_event e WHERE e.program = p.id AND e.to_status = 'awarded')))))
"""
"""The door: $1 is the viewer's organisation. What is not awarded yet is the funder's own affair."""

FACTS = """
    p.id, p.name, p.name_en, p.summary, p.status, p.created_at,
    p.funder AS funder_id, f.name AS funder_zh, f.name_en AS funder_en,
    p.agency AS agency_id, a.name AS agency_zh, a.name_en AS agency_en,
    p.evaluator AS evaluator_id, v.name AS evaluator_zh, v.name_en AS evaluator_en,
    p.region AS region_code, r.name AS region_zh, r.name_en AS region_en,
    (SELECT count(*) FROM contract c WHERE c.program = p.id) AS contracts,
    (SELECT coalesce(sum(c.budget_fen), 0)::bigint FROM contract c WHERE c.program = p.id) AS budget_fen,
    (SELECT min(c.starts_on) FROM contract c WHERE c.program = p.id) AS starts_on,
    (SELECT max(c.ends_before) FROM contract c WHERE c.program = p.id) AS ends_before,
    (SELECT count(*) FROM period e JOIN contract c ON c.id = e.contract
      WHERE c.program = p.id AND e.status = 'submitted') AS periods_waiting
"""

FROM = """
    FROM program p
    JOIN organisation f ON f.id = p.funder
    JOIN organisation a ON a.id = p.agency
    LEFT JOIN organisation v ON v.id = p.evaluator
    JOIN region r ON r.code = p.region
"""

PROGRAMS = f"""
    SELECT {FACTS} {FROM}
    WHERE {SEEN} AND ($2 = '' OR p.status = $2) AND ($3 = '' OR p.name ILIKE $4 OR p.name_en ILIKE $4)
      AND ($5 = 0 OR p.id < $5)
    ORDER BY p.id DESC LIMIT $6
"""
PROGRAM = f"SELECT {FACTS} {FROM} WHERE {SEEN} AND p.id = $2"
TALLY = f"""
    SELECT count(*) AS programs, count(*) FILTER (WHERE p.status = 'active') AS running,
           coalesce(sum((SELECT sum(c.budget_fen) FROM contract c WHERE c.program = p.id)), 0)::bigint AS budget_fen,
           coalesce(sum((SELECT count(*) FROM period e JOIN contract c ON c.id = e.contract
                         WHERE c.program = p.id AND e.status = 'submitted')), 0)::bigint AS periods_waiting
    FROM program p WHERE {SEEN}
"""
HISTORY = """
    SELECT e.event, e.at, e.note, a.name AS by_name
    FROM program_event e JOIN account a ON a.id = e.by WHERE e.program = $1 ORDER BY e.id DESC
"""

PAGE = 50


class Program(Struct, frozen=True, kw_only=True):
    """A program as its page and the JSON API show it."""

    id: int
    name: str
    name_en: str
    summary: str
    status: ProgramStatus
    created_at: datetime
    funder_id: int
    funder_zh: str
    funder_en: str
    agency_id: int
    agency_zh: str
    agency_en: str
    evaluator_id: int | None
    evaluator_zh: str | None
    evaluator_en: str | None
    region_code: str
    region_zh: str
    region_en: str
    contracts: int
    budget_fen: int
    starts_on: date | None
    ends_before: date | None
    periods_waiting: int

    @property
    def title(self) -> str:
        return by_locale(self.name, self.name_en)

    @property
    def funder(self) -> str:
        return by_locale(self.funder_zh, self.funder_en)

    @property
    def agency(self) -> str:
        return by_locale(self.agency_zh, self.agency_en)

    @property
    def evaluator(self) -> str:
        return by_locale(self.evaluator_zh or "", self.evaluator_en or "")

    @property
    def region(self) -> str:
        return by_locale(self.region_zh, self.region_en)

    @property
    def standing(self) -> tuple[str, str]:
        return program_standing(self.status)

    @property
    def span(self) -> Span | None:
        """From the first day of its first contract to the end of its last."""
        if self.starts_on is None or self.ends_before is None:
            return None
        return Span(self.starts_on, self.ends_before)

    @property
    def may_follow(self) -> list[ProgramEvent]:
        """What may happen next by someone's decision."""
        return [event for (status, event) in PROGRAM_MOVES if status is self.status]


class Tally(Struct, frozen=True, kw_only=True):
    """All programs a viewer sees, in figures."""

    programs: int
    running: int
    budget_fen: int
    periods_waiting: int


class HistoryRow(Struct, frozen=True, kw_only=True):
    """One move of a program."""

    event: ProgramEvent
    at: datetime
    note: str
    by_name: str

    @property
    def deed(self) -> str:
        return gettext(PROGRAM_DEEDS[self.event])


async def programs_seen_by(
    viewer: Actor, *, status: str = "", name: str = "", before: int = 0, limit: int = PAGE
) -> Sequence[Program]:
    """The viewer's programs, newest first; `before` continues after a page's last one."""
    pattern = "%" + name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return await fetch(Program, PROGRAMS, viewer.organisation_id, status, name, pattern, before, limit)


async def tally_for(viewer: Actor) -> Tally:
    """The viewer's programs in figures."""
    found = await fetch_one(Tally, TALLY, viewer.organisation_id)
    assert found  # noqa: S101 (an aggregate always has its row)
    return found


async def program_for(viewer: Actor, program_id: int) -> Program:
    """The program, if this viewer may see it.

    Raises:
        NotFound: otherwise.
    """
    found = await fetch_one(Program, PROGRAM, viewer.organisation_id, program_id)
    if found is None:
        raise NotFound
    return found


async def program_to_record(officer: Actor, program_id: int) -> Program:
    """The program, if it is this officer's organisation that funds it.

    Raises:
        NotFound: when the officer may not even see it.
        Forbidden: when another organisation funds it.
    """
    found = await program_for(officer, program_id)
    if found.funder_id != officer.organisation_id:
        raise Forbidden
    return found


async def history_of(program_id: int) -> Sequence[HistoryRow]:
    """What moved the program, newest first."""
    return await fetch(HistoryRow, HISTORY, program_id)
