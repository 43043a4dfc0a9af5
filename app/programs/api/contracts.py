"""Contracts and their lines as JSON."""

from typing import Any

from litestar import get, post, put
from litestar.params import FromPath, JSONBody

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.db import transaction
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.programs import actions, queries
from app.programs.api.shapes import ContractAnswer, ContractBody, LineAnswer
from app.programs.forms import ContractTerms, LineTerms, PeriodTerms
from app.programs.rules import CONSTRAINTS, periods_of

TAGS = ["Programs"]


async def _answer(viewer: Actor, contract_id: int) -> ContractAnswer:
    return await ContractAnswer.of(await queries.contract_for(viewer, contract_id))


@post(
    "/programs/{program_id:int}/contracts",
    name="api.programs.contract_create",
    access=Permission.PROGRAM_RECORD,
    tags=TAGS,
    responses=CHANGES,
    summary="Record a contract with its lines and periods",
    description="All in one call, taken whole or not at all. With `in_force` its terms are fixed at once.",
)
async def create(request: AnyRequest, program_id: FromPath[int], data: JSONBody[ContractBody]) -> ContractAnswer:
    """Record a contract."""
    officer, now = signed_in(request), clock.now()
    made = periods_of(data.span, data.rhythm) if data.rhythm and not data.periods else []
    periods = data.periods or [PeriodTerms(starts_on=span.starts_on, ends_before=span.ends_before) for span in made]
    async with transaction(CONSTRAINTS):
        contract_id = await actions.record_contract(officer, program_id, data, data.lines, periods, now=now)
        if data.in_force:
            await actions.put_in_force(officer, contract_id, now=now)
    return await _answer(officer, contract_id)


@get(
    "/contracts/{contract_id:int}",
    name="api.programs.contract",
    access=Permission.PROGRAM_SEE,
    tags=TAGS,
    responses=READS,
    summary="Read a contract with its lines and periods",
)
async def show(request: AnyRequest, contract_id: FromPath[int]) -> ContractAnswer:
    """Read a contract."""
    return await _answer(signed_in(request), contract_id)


@put(
    "/contracts/{contract_id:int}",
    name="api.programs.contract_change",
    access=Permission.PROGRAM_RECORD,
    tags=TAGS,
    responses=CHANGES,
    summary="Correct a contract's terms",
    description="Refused with 409 once it is in force.",
)
async def change(request: AnyRequest, contract_id: FromPath[int], data: JSONBody[ContractTerms]) -> ContractAnswer:
    """Correct a contract's terms."""
    await actions.change_contract(signed_in(request), contract_id, data)
    return await _answer(signed_in(request), contract_id)


@put(
    "/contracts/{contract_id:int}/lines",
    name="api.programs.lines_set",
    access=Permission.PROGRAM_RECORD,
    tags=TAGS,
    responses=CHANGES,
    summary="Set a contract's lines",
    description="Those with an id are changed, those without are new, the others go. 409 once it is in force.",
)
async def lines_set(request: AnyRequest, contract_id: FromPath[int], data: JSONBody[list[LineTerms]]) -> ContractAnswer:
    """Set a contract's lines."""
    await actions.set_lines(signed_in(request), contract_id, data)
    return await _answer(signed_in(request), contract_id)


@put(
    "/contracts/{contract_id:int}/periods",
    name="api.programs.periods_set",
    access=Permission.PROGRAM_RECORD,
    tags=TAGS,
    responses=CHANGES,
    summary="Set a contract's reporting periods",
    description="They lie inside the contract's dates and do not overlap. 409 once it is in force.",
)
async def periods_set(
    request: AnyRequest, contract_id: FromPath[int], data: JSONBody[list[PeriodTerms]]
) -> ContractAnswer:
    """Set a contract's reporting periods."""
    await actions.set_periods(signed_in(request), contract_id, data)
    return await _answer(signed_in(request), contract_id)


@post(
    "/contracts/{contract_id:int}/in-force",
    name="api.programs.contract_in_force",
    access=Permission.PROGRAM_RECORD,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Put a contract into force",
    description="Its terms are fixed, and its program becomes active.",
)
async def in_force(request: AnyRequest, contract_id: FromPath[int]) -> ContractAnswer:
    """Put a contract into force."""
    await actions.put_in_force(signed_in(request), contract_id, now=clock.now())
    return await _answer(signed_in(request), contract_id)


@get(
    "/lines/{line_id:int}",
    name="api.programs.line",
    access=Permission.PROGRAM_SEE,
    tags=TAGS,
    responses=READS,
    summary="Read a deliverable line",
)
async def line(request: AnyRequest, line_id: FromPath[int]) -> LineAnswer:
    """Read a deliverable line."""
    return LineAnswer.of(await queries.line_for(signed_in(request), line_id))


ROUTES: list[Any] = [create, show, change, lines_set, periods_set, in_force, line]
