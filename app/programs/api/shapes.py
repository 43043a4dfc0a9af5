"""What the JSON API of programs takes and answers with."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from app.programs import queries
from app.programs.forms import ContractTerms, LineTerms, PeriodTerms
from app.programs.queries import Contract, Line, Period, Program
from app.programs.rules import Capacity, PeriodStatus, ProgramEvent, ProgramStatus, Rhythm, Unit


class ProgramAnswer(Struct, frozen=True, kw_only=True):
    """A program. Organisations are given by their numbers."""

    id: int
    name: str
    name_en: str
    summary: str
    status: ProgramStatus
    funder: int
    agency: int
    evaluator: int | None
    region: str
    contracts: int
    budget_fen: int
    starts_on: date | None
    ends_before: date | None
    created_at: datetime

    @staticmethod
    def of(row: Program) -> "ProgramAnswer":
        return ProgramAnswer(
            id=row.id,
            name=row.name,
            name_en=row.name_en,
            summary=row.summary,
            status=row.status,
            funder=row.funder_id,
            agency=row.agency_id,
            evaluator=row.evaluator_id,
            region=row.region_code,
            contracts=row.contracts,
            budget_fen=row.budget_fen,
            starts_on=row.starts_on,
            ends_before=row.ends_before,
            created_at=row.created_at,
        )


class ProgramPage(Struct, frozen=True, kw_only=True):
    """Programs, newest first. Ask again with `before` set to `next` for the following page; null ends the list."""

    programs: list[ProgramAnswer]
    next: int | None


class LineAnswer(Struct, frozen=True, kw_only=True):
    """A deliverable line."""

    id: int
    contract: int
    program: int
    code: str
    name: str
    service_kind: str
    unit: Unit
    target: int
    unit_price_fen: int
    capacity: Capacity
    qualifying_minutes: int
    qualifying_people: int
    qualifying_sessions: int

    @staticmethod
    def of(row: Line) -> "LineAnswer":
        return LineAnswer(
            id=row.id,
            contract=row.contract_id,
            program=row.program_id,
            code=row.code,
            name=row.name,
            service_kind=row.service_kind,
            unit=row.unit,
            target=row.target,
            unit_price_fen=row.unit_price_fen,
            capacity=row.capacity,
            qualifying_minutes=row.qualifying_minutes,
            qualifying_people=row.qualifying_people,
            qualifying_sessions=row.qualifying_sessions,
        )


class PeriodAnswer(Struct, frozen=True, kw_only=True):
    """A reporting period, half-open."""

    id: int
    contract: int
    starts_on: date
    ends_before: date
    status: PeriodStatus

    @staticmethod
    def of(row: Period) -> "PeriodAnswer":
        return PeriodAnswer(
            id=row.id,
            contract=row.contract_id,
            starts_on=row.starts_on,
            ends_before=row.ends_before,
            status=row.status,
        )


class ContractAnswer(Struct, frozen=True, kw_only=True):
    """A contract with its lines and periods."""

    id: int
    program: int
    number: str
    signed_on: date | None
    starts_on: date
    ends_before: date
    budget_fen: int
    currency: str
    in_force_at: datetime | None
    lines: list[LineAnswer]
    periods: list[PeriodAnswer]

    @staticmethod
    async def of(row: Contract) -> "ContractAnswer":
        return ContractAnswer(
            id=row.id,
            program=row.program_id,
            number=row.number,
            signed_on=row.signed_on,
            starts_on=row.starts_on,
            ends_before=row.ends_before,
            budget_fen=row.budget_fen,
            currency=row.currency,
            in_force_at=row.in_force_at,
            lines=[LineAnswer.of(line) for line in await queries.lines_of(row.id)],
            periods=[PeriodAnswer.of(period) for period in await queries.periods_of(row.id)],
        )


class ContractBody(ContractTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contract in one call: its terms, lines, and periods (listed, or made by a rhythm)."""

    lines: tuple[LineTerms, ...] = ()
    periods: tuple[PeriodTerms, ...] = ()
    rhythm: Annotated[Rhythm | None, Meta(description="Makes the periods when none are listed.")] = None
    in_force: Annotated[bool, Meta(description="Put it into force at once, which also starts its program.")] = False


class MoveBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of a program. `activate` is no step of its own: a contract that comes into force takes it."""

    event: ProgramEvent
    note: Annotated[str, Meta(max_length=2000)] = ""


class NoteBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A few words with a decision. Returning a period needs them."""

    note: Annotated[str, Meta(max_length=2000)] = ""
