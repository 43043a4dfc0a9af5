"""Who gets which answer at the routes of app.volunteers."""

from tests import factories as make
from tests import imports
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

AGENCY = only("agency_manager", "social_worker")

CASES: dict[str, Case] = {
    "GET volunteers.profile": Case("GET", "/me/profile", roles=EVERYONE, stranger=200),
    "POST volunteers.profile": Case("POST", "/me/profile", ok=422, roles=EVERYONE, stranger=422),
    "volunteers.people": Case("GET", "/people", roles=AGENCY, stranger=200),
    "volunteers.person": Case("GET", "/people/{person}", roles=AGENCY),
    "volunteers.contact": Case("POST", "/people/{person}/contact", roles=AGENCY),
    "volunteers.staff": Case(
        "POST", "/people/staff", ok=409, roles=only("agency_manager"), stranger=409, form={"account": "0"}
    ),
    "volunteers.staff_end": Case("POST", "/people/{staff_person}/staff/end", ok=303, roles=only("agency_manager")),
    "api.volunteers.save_profile": Case(
        "PUT", "/api/v1/me/profile", roles=EVERYONE, stranger=200, form={"name": "陈一"}
    ),
    "api.volunteers.profile": Case("GET", "/api/v1/me/profile", roles=EVERYONE, stranger=200),
    "api.volunteers.people": Case("GET", "/api/v1/people", roles=AGENCY, stranger=200),
    "api.volunteers.person": Case("GET", "/api/v1/people/{person}", roles=AGENCY),
    **imports.cases("volunteers.imports", "/imports/people", "people_run"),
}


async def rows(world: World) -> None:
    """Someone on the agency's staff list."""
    world.rows["staff_person"] = await make.person("刘四", staff_of=int(world.rows["agency"]))
    world.rows["people_run"] = await imports.waiting_run(
        "people", int(world.rows["agency"]), world.accounts["agency_manager"]
    )
