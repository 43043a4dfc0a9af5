"""Who gets which answer at the routes of app.shifts."""

from tests import imports
from tests.house.cases import Case
from tests.house.world import World
from tests.shifts import access_agency, access_offers, access_volunteers

CASES: dict[str, Case] = {
    **access_volunteers.CASES,
    **access_agency.CASES,
    **access_offers.CASES,
    **imports.cases("shifts.imports", "/imports/opportunities", "opportunity_run"),
}


async def rows(world: World) -> None:
    """Rows that the paths above name."""
    await access_volunteers.rows(world)
    await access_agency.rows(world)
    await access_offers.rows(world)
    world.rows["opportunity_run"] = await imports.waiting_run(
        "opportunities", int(world.rows["agency"]), world.accounts["agency_manager"]
    )
