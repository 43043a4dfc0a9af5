"""Who gets which answer at the routes of app.programs."""

from datetime import date

from tests import factories as make
from tests.house.cases import Case, only
from tests.house.world import World

SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator")
OFFICER, MANAGER = only("funder_officer"), only("agency_manager")


async def rows(world: World) -> None:
    """A program still being drafted, with a contract whose terms are open; a period that waits for a decision."""
    officer = world.accounts["funder_officer"]
    draft = await make.program(int(world.rows["funder"]), int(world.rows["agency"]), officer, "课后托管项目")
    await make.execute("UPDATE program SET status = 'draft' WHERE id = $1", draft)
    terms = await make.contract(draft, officer, date(2027, 1, 1))
    await make.execute("UPDATE contract SET in_force_at = NULL WHERE id = $1", terms)
    await make.line(terms)
    submitted = await make.value(
        "UPDATE period SET status = 'submitted' WHERE id = (SELECT min(id) FROM period WHERE contract = $1)"
        " RETURNING id",
        world.rows["contract"],
    )
    world.rows |= {"draft_program": draft, "draft_contract": terms, "submitted_period": submitted}


CASES: dict[str, Case] = {
    "programs.list": Case("GET", "/programs", roles=SEES, stranger=200),
    "programs.new": Case("GET", "/programs/new", roles=OFFICER, stranger=200),
    "programs.record": Case("POST", "/programs/new", roles=OFFICER, ok=422, stranger=422),
    "programs.show": Case("GET", "/programs/{program}", roles=SEES),
    "programs.edit": Case("GET", "/programs/{program}/edit", roles=OFFICER),
    "programs.change": Case("POST", "/programs/{program}/edit", roles=OFFICER, ok=422),
    "programs.move": Case("POST", "/programs/{draft_program}/moves/call", roles=OFFICER, ok=303),
    "programs.contract_new": Case("GET", "/programs/{program}/contracts/new", roles=OFFICER),
    "programs.contract_record": Case("POST", "/programs/{program}/contracts/new", roles=OFFICER, ok=422),
    "programs.contract": Case("GET", "/contracts/{contract}", roles=SEES),
    "programs.contract_edit": Case("GET", "/contracts/{draft_contract}/edit", roles=OFFICER),
    "programs.contract_change": Case("POST", "/contracts/{draft_contract}/edit", roles=OFFICER, ok=422),
    "programs.lines_edit": Case("GET", "/contracts/{draft_contract}/lines", roles=OFFICER),
    "programs.lines_set": Case("POST", "/contracts/{draft_contract}/lines", roles=OFFICER, ok=422),
    "programs.periods_edit": Case("GET", "/contracts/{draft_contract}/periods", roles=OFFICER),
    "programs.periods_set": Case("POST", "/contracts/{draft_contract}/periods", roles=OFFICER, ok=422),
    "programs.contract_check": Case("GET", "/contracts/{draft_contract}/check", roles=OFFICER),
    "programs.contract_in_force": Case("POST", "/contracts/{draft_contract}/in-force", roles=OFFICER, ok=303),
    "programs.line": Case("GET", "/lines/{line}", roles=SEES),
    "programs.period": Case("GET", "/periods/{period}", roles=SEES),
    "programs.period_submit": Case("POST", "/periods/{period}/submit", roles=MANAGER, ok=303),
    "programs.period_return": Case("POST", "/periods/{submitted_period}/return", roles=OFFICER, ok=422),
    "programs.period_accept": Case("POST", "/periods/{submitted_period}/accept", roles=OFFICER, ok=303),
    "api.programs.list": Case("GET", "/api/v1/programs", roles=SEES, stranger=200),
    "api.programs.create": Case("POST", "/api/v1/programs", roles=OFFICER, ok=400, stranger=400),
    "api.programs.show": Case("GET", "/api/v1/programs/{program}", roles=SEES),
    "api.programs.move": Case("POST", "/api/v1/programs/{program}/moves", roles=OFFICER, ok=400, stranger=400),
    "api.programs.contract_create": Case(
        "POST", "/api/v1/programs/{program}/contracts", roles=OFFICER, ok=400, stranger=400
    ),
    "api.programs.contract": Case("GET", "/api/v1/contracts/{contract}", roles=SEES),
    "api.programs.contract_change": Case(
        "PUT", "/api/v1/contracts/{draft_contract}", roles=OFFICER, ok=400, stranger=400
    ),
    "api.programs.lines_set": Case(
        "PUT", "/api/v1/contracts/{draft_contract}/lines", roles=OFFICER, ok=400, stranger=400
    ),
    "api.programs.periods_set": Case(
        "PUT", "/api/v1/contracts/{draft_contract}/periods", roles=OFFICER, ok=400, stranger=400
    ),
    # The pages' cases have done these deeds already, so the API finds them done.
    "api.programs.contract_in_force": Case(
        "POST", "/api/v1/contracts/{draft_contract}/in-force", roles=OFFICER, ok=409
    ),
    "api.programs.line": Case("GET", "/api/v1/lines/{line}", roles=SEES),
    "api.programs.period": Case("GET", "/api/v1/periods/{period}", roles=SEES),
    "api.programs.period_submit": Case("POST", "/api/v1/periods/{period}/submission", roles=MANAGER, ok=409),
    "api.programs.period_accept": Case("POST", "/api/v1/periods/{submitted_period}/acceptance", roles=OFFICER, ok=409),
    "api.programs.period_return": Case("POST", "/api/v1/periods/{submitted_period}/return", roles=OFFICER, ok=422),
}
