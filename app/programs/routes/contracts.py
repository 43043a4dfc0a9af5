"""Contracts: reading one, and writing one down step by step: terms, lines, periods, check, into force."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.form_rows import BoundRows, bind_rows, show_rows
from app.kit.forms import bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.programs import actions, queries
from app.programs.forms import ContractForm, LineTerms, NoteForm, PeriodForm
from app.programs.queries import Contract, Line, choices
from app.programs.routes.next_step import draft_step
from app.programs.rules import Rhythm, gaps_between, periods_of
from app.programs.words import CAPACITIES, RHYTHMS, UNITS

BLANK_LINES, MORE_LINES, BLANK_PERIODS = 3, 3, 2
LINE_PRESETS = ("id", "unit", "capacity")


@get("/contracts/{contract_id:int}", name="programs.contract", access=Permission.PROGRAM_SEE, include_in_schema=False)
async def contract(request: AnyRequest, contract_id: FromPath[int]) -> Template:
    """One contract with its lines and periods."""
    viewer = signed_in(request)
    found = await queries.contract_for(viewer, contract_id)
    records = found.funder_id == viewer.organisation_id and viewer.may(Permission.PROGRAM_RECORD)
    return page(
        request,
        "programs/contract.html",
        contract=found,
        lines=await queries.lines_of(contract_id),
        periods=await queries.periods_of(contract_id),
        records=records and found.terms_open,
        draft_step=draft_step(found),
        opens=found.agency_id == viewer.organisation_id and viewer.may(Permission.ACTIVITY_OPEN),
        reads=viewer.may(Permission.REPORT_READ),
        today=clock.local_day(clock.now()),
    )


@get(
    "/programs/{program_id:int}/contracts/new",
    name="programs.contract_new",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
)
async def new(request: AnyRequest, program_id: FromPath[int]) -> Template:
    """An empty form for a contract."""
    program = await queries.program_to_record(signed_in(request), program_id)
    return page(request, "programs/contract_new.html", program=program, form=blank(), once=once_token())


@post(
    "/programs/{program_id:int}/contracts/new",
    name="programs.contract_record",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
    status_code=303,
)
async def record(request: AnyRequest, program_id: FromPath[int]) -> Template | Response[None]:
    """Write the contract down and go on to its lines."""
    officer = signed_in(request)
    program = await queries.program_to_record(officer, program_id)
    typed = await request.form()
    bound = bind(ContractForm, typed)

    async def act() -> str:
        contract_id = await actions.record_contract(officer, program_id, bound.good.terms(), now=clock.now())
        return url_for(request, "programs.lines_edit", contract_id=contract_id)

    if not bound.errors:
        try:
            return redirect(request, await once(str(typed.get("_once", "")), act))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "programs/contract_new.html", program=program, form=bound, once=once_token())


def _terms_of(contract: Contract) -> dict[str, Any]:
    return {
        "number": contract.number,
        "signed_on": contract.signed_on,
        "starts_on": contract.starts_on,
        "last_on": contract.span.last_on,
        "budget_fen": yuan(contract.budget_fen),
    }


def yuan(fen: int) -> str:
    """Fen as an officer types them: `240000` or `45.50`."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


@get(
    "/contracts/{contract_id:int}/edit",
    name="programs.contract_edit",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
)
async def edit(request: AnyRequest, contract_id: FromPath[int]) -> Template:
    """A contract's terms, to be corrected before they are in force."""
    found = await queries.contract_to_record(signed_in(request), contract_id)
    return page(request, "programs/contract_edit.html", contract=found, form=blank(**_terms_of(found)))


@post(
    "/contracts/{contract_id:int}/edit",
    name="programs.contract_change",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
    status_code=303,
)
async def change(request: AnyRequest, contract_id: FromPath[int]) -> Template | Response[None]:
    """Correct a contract's terms."""
    officer = signed_in(request)
    found = await queries.contract_to_record(officer, contract_id)
    bound = bind(ContractForm, await request.form())
    if not bound.errors:
        try:
            await actions.change_contract(officer, contract_id, bound.good.terms())
            return redirect(request, _check_path(request, contract_id), _("The change is saved."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "programs/contract_edit.html", contract=found, form=bound)


def _check_path(request: AnyRequest, contract_id: int) -> str:
    return url_for(request, "programs.contract_check", contract_id=contract_id)


async def _line_choices() -> dict[str, Any]:
    return {
        "kinds": await choices.service_kinds(clock.local_day(clock.now())),
        "units": [(unit.value, _(word)) for unit, word in UNITS.items()],
        "capacities": [(capacity.value, _(word)) for capacity, word in CAPACITIES.items()],
    }


def _typed_line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "code": line.code,
        "name": line.name,
        "service_kind": line.service_kind,
        "unit": line.unit.value,
        "target": line.target,
        "unit_price_fen": yuan(line.unit_price_fen),
        "capacity": line.capacity.value,
        "qualifying_minutes": line.qualifying_minutes or None,
        "qualifying_people": line.qualifying_people or None,
        "qualifying_sessions": line.qualifying_sessions or None,
    }


@get(
    "/contracts/{contract_id:int}/lines",
    name="programs.lines_edit",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
)
async def lines_edit(request: AnyRequest, contract_id: FromPath[int]) -> Template:
    """The contract's lines as rows to fill in."""
    found = await queries.contract_to_record(signed_in(request), contract_id)
    lines = [_typed_line(line) for line in await queries.lines_of(contract_id)]
    rows = show_rows(lines, 1 if lines else BLANK_LINES)
    return page(
        request, "programs/lines_edit.html", contract=found, form=rows, once=once_token(), **await _line_choices()
    )


@post(
    "/contracts/{contract_id:int}/lines",
    name="programs.lines_set",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
    status_code=303,
)
async def lines_set(request: AnyRequest, contract_id: FromPath[int]) -> Template | Response[None]:
    """Take the lines, or show more empty rows."""
    officer = signed_in(request)
    found = await queries.contract_to_record(officer, contract_id)
    typed = await request.form()
    rows: BoundRows[LineTerms] = bind_rows(LineTerms, typed, LINE_PRESETS)
    template = "programs/lines_edit.html"

    async def act() -> str:
        await actions.set_lines(officer, contract_id, rows.forms)
        return url_for(request, "programs.periods_edit", contract_id=contract_id)

    if typed.get("more"):
        more = rows.with_more(MORE_LINES)
        return page(request, template, contract=found, form=more, once=typed.get("_once"), **await _line_choices())
    if not rows.errors and not rows.forms:
        rows.errors["code-0"] = _("Fill in at least one line.")
    if not rows.errors:
        try:
            return redirect(request, await once(str(typed.get("_once", "")), act))
        except DomainError as error:
            rows.refuse(error)
    return form_page(request, template, contract=found, form=rows, once=once_token(), **await _line_choices())


async def _periods_page(found: Contract, rows: BoundRows[Any], rhythm: str) -> dict[str, Any]:
    return {
        "contract": found,
        "form": rows,
        "once": once_token(),
        "rhythm": rhythm,
        "rhythms": [(each.value, _(word)) for each, word in RHYTHMS.items()],
    }


@get(
    "/contracts/{contract_id:int}/periods",
    name="programs.periods_edit",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
)
async def periods_edit(request: AnyRequest, contract_id: FromPath[int], rhythm: FromQuery[str] = "") -> Template:
    """The contract's reporting periods: those stored, or made by a rhythm, to be changed or taken as they are."""
    found = await queries.contract_to_record(signed_in(request), contract_id)
    spans = [period.span for period in await queries.periods_of(contract_id)]
    if rhythm in set(Rhythm) or not spans:
        rhythm = rhythm if rhythm in set(Rhythm) else Rhythm.MONTHLY.value
        spans = periods_of(found.span, Rhythm(rhythm))
    rows = show_rows([{"starts_on": span.starts_on, "last_on": span.last_on} for span in spans], 0)
    return page(request, "programs/periods_edit.html", **await _periods_page(found, rows, rhythm))


@post(
    "/contracts/{contract_id:int}/periods",
    name="programs.periods_set",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
    status_code=303,
)
async def periods_set(request: AnyRequest, contract_id: FromPath[int]) -> Template | Response[None]:
    """Take the periods, or show more empty rows."""
    officer = signed_in(request)
    found = await queries.contract_to_record(officer, contract_id)
    typed = await request.form()
    rows: BoundRows[PeriodForm] = bind_rows(PeriodForm, typed, ())
    if typed.get("more"):
        more = rows.with_more(BLANK_PERIODS)
        return page(request, "programs/periods_edit.html", **await _periods_page(found, more, ""))
    if not rows.errors and not rows.forms:
        rows.errors["starts_on-0"] = _("Keep at least one period.")
    if not rows.errors:
        try:
            await actions.set_periods(officer, contract_id, [row.terms() for row in rows.forms])
            return redirect(request, _check_path(request, contract_id))
        except DomainError as error:
            rows.refuse(error)
    return form_page(request, "programs/periods_edit.html", **await _periods_page(found, rows, ""))


@get(
    "/contracts/{contract_id:int}/check",
    name="programs.contract_check",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
)
async def check(request: AnyRequest, contract_id: FromPath[int]) -> Template:
    """Everything about the contract on one page, before its terms become fixed."""
    officer = signed_in(request)
    found = await queries.contract_to_record(officer, contract_id)
    periods = await queries.periods_of(contract_id)
    return page(
        request,
        "programs/contract_check.html",
        contract=found,
        program=await queries.program_for(officer, found.program_id),
        lines=await queries.lines_of(contract_id),
        periods=periods,
        gaps=gaps_between([period.span for period in periods], found.span) if periods else [],
        outside=[period for period in periods if not found.span.holds(period.span)],
    )


@post(
    "/contracts/{contract_id:int}/in-force",
    name="programs.contract_in_force",
    access=Permission.PROGRAM_RECORD,
    include_in_schema=False,
    status_code=303,
)
async def in_force(request: AnyRequest, contract_id: FromPath[int]) -> Response[None]:
    """Fix the contract's terms and start its program."""
    officer = signed_in(request)
    note = bind(NoteForm, await request.form()).good.note
    await actions.put_in_force(officer, contract_id, note, now=clock.now())
    found = await queries.contract_for(officer, contract_id)
    said = _("Contract %(number)s is in force. The agency can open activities under its lines now.")
    path = url_for(request, "programs.show", program_id=found.program_id)
    return redirect(request, path, said % {"number": found.number})


ROUTES: list[Any] = [
    contract,
    new,
    record,
    edit,
    change,
    lines_edit,
    lines_set,
    periods_edit,
    periods_set,
    check,
    in_force,
]
