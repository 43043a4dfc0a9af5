"""Who gets which answer at the routes of app.matching."""

from tests.house.cases import Case, only
from tests.house.world import World
from tests.matching import access_board, access_rounds, access_routes

SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator", "platform_admin")

CASES: dict[str, Case] = {
    **access_board.CASES,
    **access_rounds.CASES,
    **access_routes.CASES,
    "matching.fairness": Case("GET", "/matching/fairness", roles=SEES, stranger=200),
    "matching.fairness_csv": Case("GET", "/matching/fairness.csv?days=30", roles=SEES, stranger=200),
}


async def rows(world: World) -> None:
    """Rows that the paths above name."""
    await access_board.rows(world)
    await access_rounds.rows(world)
    await access_routes.rows(world)
