"""Recording programs, and moving them from one state to the next."""

from datetime import datetime

from app.accounts.rules import Actor, OrganisationKind
from app.kit.db import execute, transaction, value
from app.kit.errors import MOVED_ON, Conflict, Invalid, refuse_if
from app.kit.outbox import later
from app.kit.rules import N_
from app.programs import rules
from app.programs.forms import ProgramTerms
from app.programs.queries import Program, program_to_record
from app.programs.rules import MOVES_BY_HAND, PROGRAM_MOVES, ProgramEvent, ProgramStatus

INSERT = """
    INSERT INTO program (name, name_en, summary, funder, agency, evaluator, region, status, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9) RETURNING id
"""
UPDATE = """
    UPDATE program SET name = $2, name_en = $3, summary = $4, agency = $5, evaluator = $6, region = $7 WHERE id = $1
"""
IN_FORCE = "SELECT EXISTS (SELECT 1 FROM contract WHERE program = $1 AND in_force_at IS NOT NULL)"


async def record_program(officer: Actor, terms: ProgramTerms, *, now: datetime) -> int:
    """Write down a program of the officer's organisation, as a draft.

    Raises:
        Invalid: when the agency, evaluator or region is not one.
        Conflict: when the agency is the funder.
    """
    async with transaction(rules.CONSTRAINTS):
        await _check(terms)
        program_id: int = await value(
            INSERT, terms.name, terms.name_en, terms.summary, officer.organisation_id, terms.agency, terms.evaluator,
            terms.region, officer.account_id, now,
        )  # fmt: skip
    return program_id


async def change_program(officer: Actor, program_id: int, terms: ProgramTerms) -> None:
    """Correct what is written about a program. Its agency and region stay once a contract is in force.

    Raises:
        NotFound, Forbidden: when it is not this officer's.
        Invalid: when the agency, evaluator or region is not one.
        Conflict: when it is closed or cancelled, or a contract binds its agency or region.
    """
    async with transaction(rules.CONSTRAINTS):
        program = await program_to_record(officer, program_id)
        moved = (terms.agency, terms.region) != (program.agency_id, program.region_code)
        bound = moved and await value(IN_FORCE, program_id)
        over = program.status in (ProgramStatus.CLOSED, ProgramStatus.CANCELLED)
        refuse_if(rules.FILE_CLOSED if over else None, rules.AGENCY_BOUND if bound else None)
        await _check(terms)
        await execute(
            UPDATE, program_id, terms.name, terms.name_en, terms.summary, terms.agency, terms.evaluator, terms.region
        )


async def _check(terms: ProgramTerms) -> None:
    wrong: dict[str, str] = {}
    kinds = "SELECT kind FROM organisation WHERE id = $1"
    if await value(kinds, terms.agency) != OrganisationKind.AGENCY:
        wrong["agency"] = N_("Choose an agency from the list.")
    if terms.evaluator is not None and await value(kinds, terms.evaluator) != OrganisationKind.EVALUATOR:
        wrong["evaluator"] = N_("Choose an evaluator from the list, or nobody yet.")
    if not await value("SELECT EXISTS (SELECT 1 FROM region WHERE code = $1)", terms.region):
        wrong["region"] = N_("Choose a region from the list.")
    if wrong:
        raise Invalid(rules.NOT_A_CHOICE, **wrong)


async def move_program(officer: Actor, program_id: int, event: ProgramEvent, note: str, *, now: datetime) -> None:
    """Move a program one step, by an officer's decision.

    Raises:
        NotFound, Forbidden: when it is not this officer's.
        Conflict: when the step does not follow from where the program stands.
    """
    async with transaction():
        program = await program_to_record(officer, program_id)
        if event not in MOVES_BY_HAND:
            raise Conflict(rules.NO_CONTRACT)
        await walk(program, (event,), officer, note, now=now)


async def walk(program: Program, events: tuple[ProgramEvent, ...], officer: Actor, note: str, *, now: datetime) -> None:
    """Take the steps in turn, each with its row of history. Call it inside a transaction.

    Raises:
        Conflict: when a step does not follow, or someone moved the program first.
    """
    status = program.status
    for event in events:
        following = PROGRAM_MOVES.get((status, event))
        if following is None:
            raise Conflict(rules.NOT_FROM_HERE)
        moved = await execute(
            "UPDATE program SET status = $3 WHERE id = $1 AND status = $2", program.id, status, following
        )
        if not moved:
            raise Conflict(MOVED_ON)
        await execute(
            "INSERT INTO program_event (program, event, from_status, to_status, by, at, note)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            program.id, event, status, following, officer.account_id, now, note,
        )  # fmt: skip
        await later("program.moved", program_id=program.id, to=following.value)
        status = following
