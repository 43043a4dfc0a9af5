"""Reporting periods as JSON: the agency submits, the funder accepts or returns."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath, JSONBody

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.programs import actions, queries
from app.programs.api.shapes import NoteBody, PeriodAnswer

TAGS = ["Reporting periods"]


async def _answer(viewer: Actor, period_id: int) -> PeriodAnswer:
    return PeriodAnswer.of(await queries.period_for(viewer, period_id))


@get(
    "/periods/{period_id:int}",
    name="api.programs.period",
    access=Permission.PROGRAM_SEE,
    tags=TAGS,
    responses=READS,
    summary="Read a reporting period",
)
async def show(request: AnyRequest, period_id: FromPath[int]) -> PeriodAnswer:
    """Read a reporting period."""
    return await _answer(signed_in(request), period_id)


@post(
    "/periods/{period_id:int}/submission",
    name="api.programs.period_submit",
    access=Permission.PERIOD_SUBMIT,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Submit a period to its funder",
    description="From then on it is locked: no hour can be added or corrected until the funder returns it.",
)
async def submit(request: AnyRequest, period_id: FromPath[int], data: JSONBody[NoteBody]) -> PeriodAnswer:
    """Submit a period."""
    await actions.submit_period(signed_in(request), period_id, data.note, now=clock.now())
    return await _answer(signed_in(request), period_id)


@post(
    "/periods/{period_id:int}/acceptance",
    name="api.programs.period_accept",
    access=Permission.PERIOD_DECIDE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Accept a submitted period",
)
async def accept(request: AnyRequest, period_id: FromPath[int], data: JSONBody[NoteBody]) -> PeriodAnswer:
    """Accept a submitted period."""
    await actions.accept_period(signed_in(request), period_id, data.note, now=clock.now())
    return await _answer(signed_in(request), period_id)


@post(
    "/periods/{period_id:int}/return",
    name="api.programs.period_return",
    access=Permission.PERIOD_DECIDE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Return a submitted period to its agency",
    description="Needs a note that says what has to be put right.",
)
async def give_back(request: AnyRequest, period_id: FromPath[int], data: JSONBody[NoteBody]) -> PeriodAnswer:
    """Return a submitted period."""
    await actions.return_period(signed_in(request), period_id, data.note, now=clock.now())
    return await _answer(signed_in(request), period_id)


ROUTES: list[Any] = [show, submit, accept, give_back]
