"""Who gets which answer at the routes of app.requests."""

from datetime import UTC, datetime, timedelta

from tests import factories as make
from tests.house.cases import EVERYONE, PUBLIC, Case, only
from tests.house.world import World
from tests.requests import rows as mine

DESK = only("community_worker")
SEERS = only("community_worker", "agency_manager", "social_worker")
PLANNER = only("agency_manager")
VISITORS = dict.fromkeys(EVERYONE - {"volunteer"}, 404)
TOKEN = "a-token-nobody-guesses"


async def rows(world: World) -> None:
    """A request handed to the world's program, with a visit on the way that the world's volunteer makes."""
    request = await mine.received(TOKEN)
    visit = await mine.visit_at(
        request, int(world.rows["activity"]), world.accounts["agency_manager"], datetime.now(UTC) + timedelta(days=9)
    )
    await mine.signed_up(visit, int(world.rows["person"]), world.accounts["volunteer"])
    resident = await make.value("SELECT resident FROM request WHERE id = $1", request)
    await make.execute("UPDATE resident SET card_number = 1 WHERE id = $1", resident)
    world.rows |= {"card": 1, "request": request, "visit": visit, "resident": resident, "token": TOKEN, "step": "who",
                   "visit_shift": await mine.shift_of(visit)}  # fmt: skip


ANYONE = {"roles": EVERYONE, "stranger": 303, "anonymous": 303, "ok": 303}
POSTED = {"roles": DESK, "ok": 422}

CASES: dict[str, Case] = {
    "requests.ask": Case("GET", "/help", **PUBLIC),
    "requests.step": Case("GET", "/help/{step}", **PUBLIC),
    "requests.review": Case("GET", "/help/check", **ANYONE),
    "requests.answer": Case("POST", "/help/{step}", **{**ANYONE, "ok": 422, "stranger": 422, "anonymous": 422}),
    "requests.ask_again": Case("POST", "/help/again", **ANYONE),
    "requests.send": Case("POST", "/help/check", **ANYONE),
    "requests.follow": Case("GET", "/help/follow/{token}", **PUBLIC),
    "requests.follow_confirm": Case(
        "POST", "/help/follow/{token}/visits/{visit}", **{**ANYONE, "ok": 422, "stranger": 422, "anonymous": 422}
    ),
    "requests.list": Case("GET", "/requests", roles=SEERS, stranger=200),
    "requests.new": Case("GET", "/requests/new", roles=DESK, stranger=200),
    "requests.take": Case("POST", "/requests/new", roles=DESK, stranger=422, ok=422),
    "requests.duplicates": Case("POST", "/requests/duplicates", roles=DESK, stranger=200),
    "requests.show": Case("GET", "/requests/{request}", roles=SEERS),
    "requests.details": Case("POST", "/requests/{request}/details", roles=SEERS, ok=422),
    "requests.accept": Case("POST", "/requests/{request}/accept", **POSTED),
    "requests.decline": Case("POST", "/requests/{request}/decline", **POSTED),
    "requests.hand_over": Case("POST", "/requests/{request}/hand-over", **POSTED),
    "requests.give_back": Case("POST", "/requests/{request}/give-back", roles=PLANNER, ok=422),
    "requests.close": Case("POST", "/requests/{request}/close", **POSTED),
    "requests.reopen": Case("POST", "/requests/{request}/reopen", **POSTED),
    "requests.merge": Case("POST", "/requests/{request}/merge", **POSTED),
    "requests.slip": Case("POST", "/requests/{request}/slip", roles=DESK),
    "requests.plan_visit": Case("GET", "/requests/{request}/visits/new", roles=PLANNER),
    "requests.plan_visit_save": Case("POST", "/requests/{request}/visits/new", roles=PLANNER, ok=422),
    "requests.visit_of_shift": Case("GET", "/shifts/{visit_shift}/visit", roles=EVERYONE, ok=303, per_role=VISITORS),
    "requests.visit": Case("GET", "/visits/{visit}", roles=EVERYONE, per_role=VISITORS),
    "requests.confirm_visit": Case("GET", "/visits/{visit}/confirm", roles=EVERYONE, per_role=VISITORS),
    "requests.confirm_visit_save": Case("POST", "/visits/{visit}/confirm", roles=EVERYONE, ok=422, per_role=VISITORS),
    "requests.card": Case("GET", "/residents/{resident}/door-card", roles=DESK),
    "requests.card_sheet": Case("GET", "/residents/{resident}/door-card/{card}", roles=DESK),
    "requests.card_print": Case("POST", "/residents/{resident}/door-card", roles=DESK, ok=303),
}

API = "/api/v1/requests"
UNREAD = {"ok": 400, "stranger": 400}
"""Sent without what its body needs, which is read before anything is looked up."""
CASES |= {
    "api.requests.list": Case("GET", API, roles=SEERS, stranger=200),
    "api.requests.create": Case("POST", API, roles=DESK, **UNREAD),
    "api.requests.show": Case("GET", API + "/{request}", roles=SEERS),
    "api.requests.details": Case("POST", API + "/{request}/details", roles=SEERS, **UNREAD),
    "api.requests.duplicates": Case("GET", API + "/{request}/duplicates", roles=DESK),
    "api.requests.lines": Case("GET", API + "/{request}/lines", roles=DESK),
    "api.requests.accept": Case("POST", API + "/{request}/accept", roles=DESK, ok=409),
    "api.requests.decline": Case("POST", API + "/{request}/decline", roles=DESK, **UNREAD),
    "api.requests.hand_over": Case("POST", API + "/{request}/hand-over", roles=DESK, **UNREAD),
    "api.requests.give_back": Case("POST", API + "/{request}/give-back", roles=PLANNER, **UNREAD),
    "api.requests.close": Case("POST", API + "/{request}/close", roles=DESK, ok=409),
    "api.requests.reopen": Case("POST", API + "/{request}/reopen", roles=DESK, ok=409),
    "api.requests.merge": Case("POST", API + "/{request}/merge", roles=DESK, **UNREAD),
    "api.visits.list": Case("GET", API + "/{request}/visits", roles=SEERS),
    "api.visits.plan": Case("POST", API + "/{request}/visits", roles=PLANNER, **UNREAD),
    "api.visits.confirm": Case("POST", API + "/{request}/visits/{visit}/confirmation", roles=SEERS, **UNREAD),
}
