"""Recording contracts with their lines and periods, until they come into force."""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.rules import Actor
from app.kit.db import execute, transaction, value
from app.kit.errors import MOVED_ON, Conflict, Invalid, refuse_if
from app.kit.rules import N_
from app.programs import rules
from app.programs.actions.programs import walk
from app.programs.forms import ContractTerms, LineTerms, PeriodTerms
from app.programs.queries import contract_to_record, periods_of, program_to_record
from app.programs.rules import TO_ACTIVE

INSERT = """
    INSERT INTO contract (program, number, signed_on, starts_on, ends_before, budget_fen, currency, created_by,
                          created_at)
    VALUES ($1, $2, $3, $4, $5, $6, 'CNY', $7, $8) RETURNING id
"""
UPDATE = """
    UPDATE contract SET number = $2, signed_on = $3, starts_on = $4, ends_before = $5, budget_fen = $6 WHERE id = $1
"""
INSERT_LINE = """
    INSERT INTO line (contract, code, name, service_kind, unit, target, unit_price_fen, capacity,
                      qualifying_minutes, qualifying_people, qualifying_sessions)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
UPDATE_LINE = """
    UPDATE line SET code = $3, name = $4, service_kind = $5, unit = $6, target = $7, unit_price_fen = $8,
                    capacity = $9, qualifying_minutes = $10, qualifying_people = $11, qualifying_sessions = $12
    WHERE contract = $1 AND id = $2
"""
HOLD = "SELECT in_force_at FROM contract WHERE id = $1 FOR UPDATE"


async def record_contract(
    officer: Actor,
    program_id: int,
    terms: ContractTerms,
    lines: Sequence[LineTerms] = (),
    periods: Sequence[PeriodTerms] = (),
    *,
    now: datetime,
) -> int:
    """Write down a contract of a program, with its lines and periods when they are known already.

    Raises:
        NotFound, Forbidden: when the program is not this officer's.
        Conflict, Invalid: when the program is over, or the terms do not hold together.
    """
    async with transaction(rules.CONSTRAINTS):
        program = await program_to_record(officer, program_id)
        refuse_if(None if program.status in TO_ACTIVE else rules.PROGRAM_OVER)
        contract_id: int = await value(
            INSERT, program_id, terms.number, terms.signed_on, terms.starts_on, terms.ends_before, terms.budget_fen,
            officer.account_id, now,
        )  # fmt: skip
        if lines:
            await set_lines(officer, contract_id, lines)
        if periods:
            await set_periods(officer, contract_id, periods)
    return contract_id


async def change_contract(officer: Actor, contract_id: int, terms: ContractTerms) -> None:
    """Correct a contract that is not in force yet.

    Raises:
        NotFound, Forbidden: when it is not this officer's.
        Conflict: when it is in force, or the terms do not hold together.
    """
    async with transaction(rules.CONSTRAINTS):
        await _hold_draft(officer, contract_id)
        await execute(
            UPDATE, contract_id, terms.number, terms.signed_on, terms.starts_on, terms.ends_before, terms.budget_fen
        )


async def set_lines(officer: Actor, contract_id: int, lines: Sequence[LineTerms]) -> None:
    """Make these the contract's lines: those with an id are changed, those without are new, the others go.

    Raises:
        NotFound, Forbidden: when it is not this officer's.
        Conflict, Invalid: when it is in force, or a line does not hold.
    """
    async with transaction(rules.CONSTRAINTS):
        await _hold_draft(officer, contract_id)
        await _check_kinds(lines)
        kept = [line.id for line in lines if line.id is not None]
        await execute("DELETE FROM line WHERE contract = $1 AND id <> ALL ($2::bigint[])", contract_id, kept)
        # Codes are freed first, so that two lines may swap theirs.
        await execute("UPDATE line SET code = '#' || id WHERE contract = $1", contract_id)
        for line in lines:
            values = (
                line.code, line.name, line.service_kind, line.unit, line.target, line.unit_price_fen, line.capacity,
                line.qualifying_minutes, line.qualifying_people, line.qualifying_sessions,
            )  # fmt: skip
            if line.id is None:
                await execute(INSERT_LINE, contract_id, *values)
            elif not await execute(UPDATE_LINE, contract_id, line.id, *values):
                raise Conflict(MOVED_ON)


async def _check_kinds(lines: Sequence[LineTerms]) -> None:
    known = set(await value("SELECT array_agg(code) FROM service_kind"))
    wrong = {
        f"service_kind-{row}": N_("Choose a kind of service.")
        for row, line in enumerate(lines)
        if line.service_kind not in known
    }
    if wrong:
        raise Invalid(rules.NOT_A_CHOICE, **wrong)


async def set_periods(officer: Actor, contract_id: int, periods: Sequence[PeriodTerms]) -> None:
    """Make these the contract's reporting periods.

    Raises:
        NotFound, Forbidden: when it is not this officer's.
        Conflict: when it is in force, a period leaves the contract's dates, or two cover the same day.
    """
    async with transaction(rules.CONSTRAINTS):
        await _hold_draft(officer, contract_id)
        contract = await contract_to_record(officer, contract_id)
        refuse_if(None if all(contract.span.holds(period.span) for period in periods) else rules.PERIOD_OUTSIDE)
        await execute("DELETE FROM period WHERE contract = $1", contract_id)
        for period in periods:
            await execute(
                "INSERT INTO period (contract, starts_on, ends_before, status) VALUES ($1, $2, $3, 'open')",
                contract_id,
                period.starts_on,
                period.ends_before,
            )


async def put_in_force(officer: Actor, contract_id: int, note: str = "", *, now: datetime) -> None:
    """Fix the contract's terms, and start its program if this is its first contract.

    Raises:
        NotFound, Forbidden: when it is not this officer's.
        Conflict: when lines or periods are missing or leave its dates, or it is in force already.
    """
    async with transaction(rules.CONSTRAINTS):
        await _hold_draft(officer, contract_id)
        contract = await contract_to_record(officer, contract_id)
        spans = [period.span for period in await periods_of(contract_id)]
        refuse_if(
            None if contract.lines else rules.NO_LINES,
            None if spans else rules.NO_PERIODS,
            None if all(contract.span.holds(span) for span in spans) else rules.PERIOD_OUTSIDE,
        )
        program = await program_to_record(officer, contract.program_id)
        if program.status not in TO_ACTIVE:
            raise Conflict(rules.PROGRAM_OVER)
        await execute("UPDATE contract SET in_force_at = $2 WHERE id = $1", contract_id, now)
        await walk(program, TO_ACTIVE[program.status], officer, note, now=now)


async def _hold_draft(officer: Actor, contract_id: int) -> None:
    """Hold the contract's row, so that its terms cannot come into force while they are being changed."""
    await contract_to_record(officer, contract_id)
    if await value(HOLD, contract_id):
        raise Conflict(rules.IN_FORCE)
