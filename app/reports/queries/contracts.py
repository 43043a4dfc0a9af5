"""Which contracts a reader may have reports on, with their lines and periods."""

from datetime import date

from msgspec import Struct

from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.reports.rules import HourFilter, first_of, next_month

DOOR = "$1 IN (p.funder, p.agency, p.evaluator)"
"""The funder who bought, the agency that delivers, the evaluator who looks at both."""


class ReportContract(Struct, frozen=True, kw_only=True):
    """A contract as the head of its reports."""

    id: int
    number: str
    program_id: int
    program_name: str
    program_name_en: str
    agency_name: str
    agency_name_en: str
    funder_name: str
    funder_name_en: str
    starts_on: date
    ends_before: date


CONTRACTS = f"""
    SELECT c.id, c.number, p.id AS program_id, p.name AS program_name, p.name_en AS program_name_en,
           a.name AS agency_name, a.name_en AS agency_name_en, f.name AS funder_name, f.name_en AS funder_name_en,
           c.starts_on, c.ends_before
    FROM contract c JOIN program p ON p.id = c.program
    JOIN organisation a ON a.id = p.agency JOIN organisation f ON f.id = p.funder
    WHERE {DOOR} AND c.in_force_at IS NOT NULL
"""


class ReportLine(Struct, frozen=True, kw_only=True):
    """A deliverable line."""

    id: int
    code: str
    name: str
    unit: str
    target: int
    capacity: str
    service_kind: str
    qualifying_sessions: int


class ReportPeriod(Struct, frozen=True, kw_only=True):
    """A reporting period."""

    id: int
    contract: int
    starts_on: date
    ends_before: date
    status: str


class Scope(Struct, frozen=True, kw_only=True):
    """A filter that its reader may ask, with what it is about."""

    filter: HourFilter
    contract: ReportContract
    lines: list[ReportLine]
    periods: list[ReportPeriod]

    @property
    def period(self) -> ReportPeriod | None:
        """The period asked for."""
        return next((period for period in self.periods if period.id == self.filter.period), None)

    @property
    def line_ids(self) -> list[int]:
        """The lines whose entries are meant."""
        return [line.id for line in self.lines if self.filter.line in (None, line.id)]

    @property
    def span(self) -> tuple[date, date]:
        """The days meant, half-open: the contract's, cut to the period and the month."""
        starts, ends = self.contract.starts_on, self.contract.ends_before
        if self.period:
            starts, ends = self.period.starts_on, self.period.ends_before
        if self.filter.month:
            first = first_of(self.filter.month)
            starts, ends = max(starts, first), min(ends, next_month(first))
        return starts, ends


async def contracts_for(organisation_id: int) -> list[ReportContract]:
    """Every contract in force this organisation reads reports on, the newest first."""
    return await fetch(ReportContract, f"{CONTRACTS} ORDER BY c.starts_on DESC, c.id DESC", organisation_id)


async def periods_of(contract_ids: list[int]) -> list[ReportPeriod]:
    """The periods of these contracts, in order."""
    sql = """
        SELECT id, contract, starts_on, ends_before, status FROM period WHERE contract = any($1)
        ORDER BY contract, starts_on
    """
    return await fetch(ReportPeriod, sql, contract_ids)


LATEST = """
    SELECT p.id, p.contract, p.starts_on, p.ends_before, p.status
    FROM unnest($1::bigint[]) c (id)
    CROSS JOIN LATERAL (
        SELECT * FROM period d WHERE d.contract = c.id AND d.starts_on <= $2 ORDER BY d.starts_on DESC LIMIT 3
    ) p
    ORDER BY p.contract, p.starts_on DESC
"""


async def latest_periods(contract_ids: list[int], today: date) -> list[ReportPeriod]:
    """The last periods that have begun, the newest first: the ones a reader comes for."""
    return await fetch(ReportPeriod, LATEST, contract_ids, today)


LINES = """
    SELECT id, code, name, unit, target, capacity, service_kind, qualifying_sessions FROM line
    WHERE contract = $1 ORDER BY code, id
"""


async def scope_for(organisation_id: int, wanted: HourFilter) -> Scope:
    """The filter with its contract, lines and periods, if this organisation may read them.

    Raises:
        NotFound: when the contract is absent or not theirs, or the line or period is another contract's.
    """
    contract = await fetch_one(ReportContract, f"{CONTRACTS} AND c.id = $2", organisation_id, wanted.contract)
    if contract is None:
        raise NotFound()
    scope = Scope(
        filter=wanted,
        contract=contract,
        lines=await fetch(ReportLine, LINES, contract.id),
        periods=await periods_of([contract.id]),
    )
    if not scope.line_ids and wanted.line is not None:
        raise NotFound()
    if wanted.period is not None and scope.period is None:
        raise NotFound()
    return scope
