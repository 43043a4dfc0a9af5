"""Who gets which answer at the routes of days, and at one's own day."""

from app.kit.db import value
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator", "platform_admin")
RUNS = only("agency_manager")
OWN = {"funder_officer": 404, "evaluator": 404, "platform_admin": 404}
"""Where an agency's people go on a day is their agency's alone."""


async def rows(world: World) -> None:
    """A plan of the world's agency that is ready, with nobody in it."""
    world.rows["route_plan"] = await value(
        "INSERT INTO route_plan (organisation, on_day, status, seed, seconds, tries, calm, result, outcomes, error,"
        " asked_by, asked_at, finished_at) VALUES ($1, '2026-11-28', 'ready', 1, 10, 1, 0, '{}', '{}', '', $2, now(),"
        " now()) RETURNING id",
        world.rows["agency"], world.accounts["agency_manager"],
    )  # fmt: skip


CASES: dict[str, Case] = {
    "matching.routes": Case("GET", "/routes", roles=SEES, stranger=200),
    "matching.route_ask": Case("POST", "/routes", ok=422, roles=RUNS, stranger=422),
    "matching.route": Case("GET", "/routes/{route_plan}", roles=SEES, per_role=OWN),
    "matching.route_take_over": Case("POST", "/routes/{route_plan}/take-over", ok=409, roles=RUNS),
    "matching.my_day": Case("GET", "/me/day", roles=EVERYONE, stranger=200),
    "api.matching.routes": Case("GET", "/api/v1/routes", roles=SEES, stranger=200),
    "api.matching.route_ask": Case("POST", "/api/v1/routes", ok=400, roles=RUNS, stranger=400),
    "api.matching.route": Case("GET", "/api/v1/routes/{route_plan}", roles=SEES, per_role=OWN),
    "api.matching.route_take_over": Case("POST", "/api/v1/routes/{route_plan}/take-over", ok=409, roles=RUNS),
}
