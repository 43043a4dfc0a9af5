"""Programs: the list, one program, writing one down, moving it on."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, OrganisationKind, Permission
from app.kit import clock
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.programs import actions, queries
from app.programs.forms import NoteForm, ProgramTerms
from app.programs.queries import choices
from app.programs.queries.programs import PAGE
from app.programs.routes.next_step import next_step
from app.programs.rules import ProgramEvent, ProgramStatus
from app.programs.words import PROGRAM_BUTTONS, PROGRAM_CONSEQUENCES, PROGRAM_STATES


@get("/programs", name="programs.list", access=Permission.PROGRAM_SEE, include_in_schema=False)
async def programs(
    request: AnyRequest, status: FromQuery[str] = "", name: FromQuery[str] = "", before: FromQuery[int] = 0
) -> Template:
    """The viewer's programs."""
    viewer = signed_in(request)
    chosen = status if status in set(ProgramStatus) else ""
    rows = await queries.programs_seen_by(viewer, status=chosen, name=name.strip(), before=before)
    return page(
        request,
        "programs/list.html",
        programs=rows,
        tally=await queries.tally_for(viewer),
        filter=blank(status=chosen, name=name),
        states=[(state.value, _(word)) for state, (word, _tone) in PROGRAM_STATES.items()],
        older=rows[-1].id if len(rows) == PAGE else 0,
        before=before,
    )


@get("/programs/{program_id:int}", name="programs.show", access=Permission.PROGRAM_SEE, include_in_schema=False)
async def show(request: AnyRequest, program_id: FromPath[int]) -> Template:
    """One program: where it stands, its contracts, what comes next."""
    viewer = signed_in(request)
    program = await queries.program_for(viewer, program_id)
    contracts = await queries.contracts_of(program_id)
    waiting = await queries.periods_needing_someone(program_id, clock.local_day(clock.now()))
    return page(
        request,
        "programs/show.html",
        program=program,
        contracts=contracts,
        waiting=waiting,
        history=await queries.history_of(program_id),
        step=next_step(viewer, program, contracts, waiting),
        records=program.funder_id == viewer.organisation_id and viewer.may(Permission.PROGRAM_RECORD),
        submits=program.agency_id == viewer.organisation_id and viewer.may(Permission.PERIOD_SUBMIT),
        moves=[
            (event.value, _(PROGRAM_BUTTONS[event]), _(PROGRAM_CONSEQUENCES[event]))
            for event in program.may_follow
            if event in PROGRAM_BUTTONS
        ],
    )


async def _choices(officer: Actor) -> dict[str, Any]:
    return {
        "agencies": await choices.organisations(OrganisationKind.AGENCY, officer.region),
        "evaluators": await choices.organisations(OrganisationKind.EVALUATOR, officer.region),
        "regions": await choices.regions_under(officer.region),
    }


@get("/programs/new", name="programs.new", access=Permission.PROGRAM_RECORD, include_in_schema=False)
async def new(request: AnyRequest) -> Template:
    """An empty form for a program."""
    officer = signed_in(request)
    return page(
        request,
        "programs/new.html",
        form=blank(region=officer.region),
        once=once_token(),
        **await _choices(officer),
    )


@post(
    "/programs/new", name="programs.record", access=Permission.PROGRAM_RECORD, include_in_schema=False, status_code=303
)
async def record(request: AnyRequest) -> Template | Response[None]:
    """Write the program down and go on to its contract."""
    officer = signed_in(request)
    typed = await request.form()
    bound = bind(ProgramTerms, typed)

    async def act() -> str:
        program_id = await actions.record_program(officer, bound.good, now=clock.now())
        return url_for(request, "programs.contract_new", program_id=program_id)

    if not bound.errors:
        try:
            return redirect(request, await once(str(typed.get("_once", "")), act))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "programs/new.html", form=bound, once=once_token(), **await _choices(officer))


async def _edit_page(officer: Actor, program_id: int, form: Bound[Any] | None = None) -> dict[str, Any]:
    program = await queries.program_to_record(officer, program_id)
    filled = blank(
        name=program.name,
        name_en=program.name_en,
        agency=program.agency_id,
        region=program.region_code,
        summary=program.summary,
        evaluator=program.evaluator_id,
    )
    return {"program": program, "form": form or filled, **await _choices(officer)}


@get("/programs/{program_id:int}/edit", name="programs.edit", access=Permission.PROGRAM_RECORD, include_in_schema=False)
async def edit(request: AnyRequest, program_id: FromPath[int]) -> Template:
    """What is written about the program, to be corrected."""
    return page(request, "programs/edit.html", **await _edit_page(signed_in(request), program_id))


@post(
    "/programs/{program_id:int}/edit",
    name="programs.change",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
    status_code=303,
)
async def change(request: AnyRequest, program_id: FromPath[int]) -> Template | Response[None]:
    """Correct what is written about the program."""
    officer = signed_in(request)
    await queries.program_to_record(officer, program_id)
    bound = bind(ProgramTerms, await request.form())
    if not bound.errors:
        try:
            await actions.change_program(officer, program_id, bound.good)
            return redirect(
                request, url_for(request, "programs.show", program_id=program_id), _("The change is saved.")
            )
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "programs/edit.html", **await _edit_page(officer, program_id, bound))


@post(
    "/programs/{program_id:int}/moves/{event:str}",
    name="programs.move",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
    status_code=303,
)
async def move(request: AnyRequest, program_id: FromPath[int], event: FromPath[str]) -> Response[None]:
    """Move the program one step."""
    if event not in set(ProgramEvent):
        raise NotFound
    note = bind(NoteForm, await request.form()).good.note
    await actions.move_program(signed_in(request), program_id, ProgramEvent(event), note, now=clock.now())
    program = await queries.program_for(signed_in(request), program_id)
    said = _("The program is now: %(state)s.") % {"state": program.standing[0]}
    return redirect(request, url_for(request, "programs.show", program_id=program_id), said)


ROUTES: list[Any] = [programs, show, new, record, edit, change, move]
