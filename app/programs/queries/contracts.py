"""Contracts and their lines, for whoever may see their program."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one
from app.kit.errors import Forbidden, NotFound
from app.kit.i18n import by_locale, gettext
from app.programs.queries.programs import SEEN
from app.programs.rules import Capacity, ProgramStatus, Span, Unit
from app.programs.words import CAPACITIES, amount, minima, one_unit

CONTRACT_FACTS = """
    c.id, c.program AS program_id, c.number, c.signed_on, c.starts_on, c.ends_before, c.budget_fen, c.currency,
    c.in_force_at, p.name AS program_zh, p.name_en AS program_en, p.status AS program_status,
    p.funder AS funder_id, p.agency AS agency_id,
    (SELECT count(*) FROM line l WHERE l.contract = c.id) AS lines,
    (SELECT count(*) FROM period e WHERE e.contract = c.id) AS periods,
    (SELECT coalesce(sum(l.target * l.unit_price_fen), 0)::bigint FROM line l WHERE l.contract = c.id) AS lines_fen
"""
CONTRACT = f"SELECT {CONTRACT_FACTS} FROM contract c JOIN program p ON p.id = c.program WHERE {SEEN} AND c.id = $2"
CONTRACTS_OF = f"""
    SELECT {CONTRACT_FACTS} FROM contract c JOIN program p ON p.id = c.program
    WHERE p.id = $1 ORDER BY c.starts_on DESC, c.id DESC
"""

LINE_FACTS = """
    l.id, l.contract AS contract_id, c.number AS contract_number, p.id AS program_id, p.name AS program_zh,
    p.name_en AS program_en, p.status AS program_status, p.agency AS agency_id, c.in_force_at, c.starts_on,
    c.ends_before, l.code, l.name, l.service_kind, k.name_zh AS kind_zh, k.name_en AS kind_en, l.unit, l.target,
    l.unit_price_fen, l.capacity, l.qualifying_minutes, l.qualifying_people, l.qualifying_sessions
"""
LINE_FROM = """
    FROM line l JOIN contract c ON c.id = l.contract JOIN program p ON p.id = c.program
    JOIN service_kind k ON k.code = l.service_kind
"""
LINE = f"SELECT {LINE_FACTS} {LINE_FROM} WHERE {SEEN} AND l.id = $2"
LINES_OF = f"SELECT {LINE_FACTS} {LINE_FROM} WHERE l.contract = $1 ORDER BY l.id"


class Contract(Struct, frozen=True, kw_only=True):
    """A contract as its page and the JSON API show it."""

    id: int
    program_id: int
    number: str
    signed_on: date | None
    starts_on: date
    ends_before: date
    budget_fen: int
    currency: str
    in_force_at: datetime | None
    program_zh: str
    program_en: str
    program_status: ProgramStatus
    funder_id: int
    agency_id: int
    lines: int
    periods: int
    lines_fen: int

    @property
    def program(self) -> str:
        return by_locale(self.program_zh, self.program_en)

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_before)

    @property
    def terms_open(self) -> bool:
        """Whether its lines and periods may still change."""
        return self.in_force_at is None

    @property
    def standing(self) -> tuple[str, str]:
        """(word, tone): whether its terms still change."""
        return (gettext("Not in force yet"), "waiting") if self.terms_open else (gettext("In force"), "active")

    @property
    def over_budget_fen(self) -> int:
        """By how much targets times prices pass the budget; negative when they stay below it."""
        return self.lines_fen - self.budget_fen


class Line(Struct, frozen=True, kw_only=True):
    """A deliverable line as its page and the JSON API show it."""

    id: int
    contract_id: int
    contract_number: str
    program_id: int
    program_zh: str
    program_en: str
    program_status: ProgramStatus
    agency_id: int
    in_force_at: datetime | None
    starts_on: date
    ends_before: date
    code: str
    name: str
    service_kind: str
    kind_zh: str
    kind_en: str
    unit: Unit
    target: int
    unit_price_fen: int
    capacity: Capacity
    qualifying_minutes: int
    qualifying_people: int
    qualifying_sessions: int

    @property
    def program(self) -> str:
        return by_locale(self.program_zh, self.program_en)

    @property
    def kind(self) -> str:
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def target_text(self) -> str:
        return amount(self.target, self.unit)

    @property
    def unit_text(self) -> str:
        return one_unit(self.unit)

    @property
    def worth_fen(self) -> int:
        """What the line comes to when its target is met."""
        return self.target * self.unit_price_fen

    @property
    def capacity_text(self) -> str:
        return gettext(CAPACITIES[self.capacity])

    @property
    def minima_text(self) -> str:
        return minima(self.qualifying_minutes, self.qualifying_people, self.qualifying_sessions)


async def contract_for(viewer: Actor, contract_id: int) -> Contract:
    """The contract, if this viewer may see its program.

    Raises:
        NotFound: otherwise.
    """
    found = await fetch_one(Contract, CONTRACT, viewer.organisation_id, contract_id)
    if found is None:
        raise NotFound
    return found


async def contract_to_record(officer: Actor, contract_id: int) -> Contract:
    """The contract, if it is this officer's organisation that funds it.

    Raises:
        NotFound: when the officer may not even see it.
        Forbidden: when another organisation funds it.
    """
    found = await contract_for(officer, contract_id)
    if found.funder_id != officer.organisation_id:
        raise Forbidden
    return found


async def contracts_of(program_id: int) -> Sequence[Contract]:
    """A program's contracts, latest first. Ask for the program through its door first."""
    return await fetch(Contract, CONTRACTS_OF, program_id)


async def line_for(viewer: Actor, line_id: int) -> Line:
    """The line, if this viewer may see its program.

    Raises:
        NotFound: otherwise.
    """
    found = await fetch_one(Line, LINE, viewer.organisation_id, line_id)
    if found is None:
        raise NotFound
    return found


async def lines_of(contract_id: int) -> Sequence[Line]:
    """A contract's lines as they were written down. Ask for the contract through its door first."""
    return await fetch(Line, LINES_OF, contract_id)
