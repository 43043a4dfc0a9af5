"""Programs as JSON."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.programs import actions, queries
from app.programs.api.shapes import MoveBody, ProgramAnswer, ProgramPage
from app.programs.forms import ProgramTerms
from app.programs.queries.programs import PAGE
from app.programs.rules import ProgramStatus

TAGS = ["Programs"]


@get(
    "/programs",
    name="api.programs.list",
    access=Permission.PROGRAM_SEE,
    tags=TAGS,
    responses=READS,
    summary="List programs",
    description="Those your organisation funds, runs or evaluates, newest first, fifty at a time.",
)
async def programs(
    request: AnyRequest, status: FromQuery[ProgramStatus | None] = None, before: FromQuery[int] = 0
) -> ProgramPage:
    """List programs."""
    rows = await queries.programs_seen_by(signed_in(request), status=status.value if status else "", before=before)
    return ProgramPage(
        programs=[ProgramAnswer.of(row) for row in rows], next=rows[-1].id if len(rows) == PAGE else None
    )


@post(
    "/programs",
    name="api.programs.create",
    access=Permission.PROGRAM_RECORD,
    tags=TAGS,
    responses=CHANGES,
    summary="Record a program",
    description="Your organisation is its funder. It starts as a draft.",
)
async def create(request: AnyRequest, data: JSONBody[ProgramTerms]) -> ProgramAnswer:
    """Record a program."""
    officer = signed_in(request)
    program_id = await actions.record_program(officer, data, now=clock.now())
    return ProgramAnswer.of(await queries.program_for(officer, program_id))


@get(
    "/programs/{program_id:int}",
    name="api.programs.show",
    access=Permission.PROGRAM_SEE,
    tags=TAGS,
    responses=READS,
    summary="Read a program",
)
async def show(request: AnyRequest, program_id: FromPath[int]) -> ProgramAnswer:
    """Read a program."""
    return ProgramAnswer.of(await queries.program_for(signed_in(request), program_id))


@post(
    "/programs/{program_id:int}/moves",
    name="api.programs.move",
    access=Permission.PROGRAM_RECORD,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Move a program one step",
    description="Refused with 409 when the step does not follow from where the program stands.",
)
async def move(request: AnyRequest, program_id: FromPath[int], data: JSONBody[MoveBody]) -> ProgramAnswer:
    """Move a program one step."""
    officer = signed_in(request)
    await actions.move_program(officer, program_id, data.event, data.note, now=clock.now())
    return ProgramAnswer.of(await queries.program_for(officer, program_id))


ROUTES: list[Any] = [programs, create, show, move]
