"""Who gets which answer at the routes of vouching, claims, rosters, call-backs and contract lines."""

from app.kit.db import value
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

APPROVES = only("agency_manager")
VOUCHES = only("agency_manager", "funder_officer")
CORRECTS = only("agency_manager", "social_worker")
CALLS = only("agency_manager", "social_worker", "funder_officer")
OWN = dict.fromkeys(EVERYONE - {"volunteer"}, 404)
"""One's own attendance is nobody else's to key times for."""

NEITHER = dict.fromkeys(EVERYONE - {"volunteer", "agency_manager", "social_worker"}, 404)


async def rows(world: World) -> None:
    """The world's attendance was drawn for a call-back."""
    here = world.rows["attendance"]
    agency = await value("SELECT agency FROM attendance WHERE id = $1", here)
    world.rows["draw"] = await value(
        "INSERT INTO sample_draw (agency, drawn_on, seed, permille, among, drawn, at)"
        " VALUES ($1, current_date, 'seed', 1000, $2, $2, now()) RETURNING id",
        agency,
        [here],
    )
    world.rows["call_back"] = await value(
        "INSERT INTO call_back (attendance, draw, status, answer, tries)"
        " VALUES ($1, $2, 'waiting', '', 0) RETURNING id",
        here,
        world.rows["draw"],
    )


CASES: dict[str, Case] = {
    "hours.vouching": Case("GET", "/vouching", roles=VOUCHES, stranger=200),
    "hours.vouch_chosen": Case("POST", "/vouching", ok=303, roles=VOUCHES, stranger=303),
    "hours.undo_chosen": Case("POST", "/approvals/undo", ok=303, roles=VOUCHES, stranger=303),
    "hours.undo": Case("POST", "/attendances/{attendance}/undo", ok=422, roles=VOUCHES),
    "hours.allocate": Case("POST", "/attendances/{attendance}/allocate", ok=422, roles=APPROVES),
    "hours.claim": Case("GET", "/attendances/{attendance}/claim", roles=EVERYONE, per_role=OWN),
    "hours.claim_save": Case("POST", "/attendances/{attendance}/claim", ok=422, roles=EVERYONE, per_role=OWN),
    "hours.beside": Case(
        "GET",
        "/attendances/{attendance}/beside",
        roles=EVERYONE,
        per_role=NEITHER,
    ),
    "hours.beside_save": Case(
        "POST",
        "/attendances/{attendance}/beside",
        ok=422,
        roles=EVERYONE,
        per_role=NEITHER,
    ),
    "hours.roster": Case("GET", "/shifts/{shift}/roster", roles=CORRECTS),
    "hours.roster_save": Case("POST", "/shifts/{shift}/roster", ok=422, roles=CORRECTS),
    "hours.call_backs": Case("GET", "/call-backs", roles=CALLS, stranger=200),
    "hours.call_back_answer": Case("POST", "/call-backs/{call_back}", ok=422, roles=CALLS, stranger=422),
    "hours.sample_draw": Case("GET", "/call-backs/draws/{draw}", roles=CALLS),
    "api.hours.inbox": Case("GET", "/api/v1/approvals", roles=APPROVES, stranger=200),
    "api.hours.vouching": Case("GET", "/api/v1/vouching", roles=VOUCHES, stranger=200),
    "api.hours.approve_many": Case("POST", "/api/v1/approvals", ok=400, stranger=400, roles=VOUCHES),
    "api.hours.undo": Case("POST", "/api/v1/attendances/{attendance}/undo", ok=400, stranger=400, roles=VOUCHES),
    "api.hours.lines": Case("GET", "/api/v1/attendances/{attendance}/lines", roles=APPROVES),
    "api.hours.allocate": Case(
        "POST", "/api/v1/attendances/{attendance}/allocate", ok=400, stranger=400, roles=APPROVES
    ),
    "api.hours.beside": Case("POST", "/api/v1/attendances/{attendance}/beside", ok=400, stranger=400, roles=CORRECTS),
    "api.hours.roster": Case("POST", "/api/v1/shifts/{shift}/roster", ok=400, stranger=400, roles=CORRECTS),
    "api.hours.call_backs": Case("GET", "/api/v1/call-backs", roles=CALLS, stranger=200),
    "api.hours.call_back_answer": Case("POST", "/api/v1/call-backs/{call_back}", ok=400, stranger=400, roles=CALLS),
    "api.hours.sample_draw": Case("GET", "/api/v1/call-backs/draws/{draw}", roles=CALLS),
}
