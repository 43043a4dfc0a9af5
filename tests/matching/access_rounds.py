"""Who gets which answer at the routes of rounds and weights."""

from app.kit.db import execute, value
from tests import factories as make
from tests.house.cases import Case, only
from tests.house.world import World

SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator", "platform_admin")
RUNS = only("agency_manager")
SETS = only("platform_admin")
OWN = {"funder_officer": 404, "evaluator": 404}
"""Rounds are their agency's, and the platform's."""


async def rows(world: World) -> None:
    """A round of the world's agency that is ready, with one proposal."""
    round_ = await value(
        "INSERT INTO round (organisation, region, starts, ends, zone, status, seed, seconds, stop_asked, progress,"
        " error, asked_by, asked_at, finished_at, heads_open, heads_filled) VALUES ($1, $2, now(), now() + interval"
        " '7 days', 'Asia/Shanghai', 'ready', 1, 30, false, '{}', '', $3, now(), now(), 1, 1) RETURNING id",
        world.rows["agency"], make.CITY, world.accounts["agency_manager"],
    )  # fmt: skip
    placement = await value(
        "INSERT INTO placement (round, seat, shift, person, points, why, kept, dropped_reason, problem)"
        " VALUES ($1, $2, $3, $4, 5, $5::jsonb, false, '', '') RETURNING id",
        round_, world.rows["seat"], world.rows["shift"], world.rows["person"],
        '{"person_id": 1, "seat_id": 1, "points": 5, "parts": {"fill": 5}, "metres": 100, "free_from": null,'
        ' "free_until": null, "days_unasked": 3, "served_minutes": 0}',
    )  # fmt: skip
    world.rows |= {"round": round_, "placement": placement}
    await execute("UPDATE seat SET needed = taken + 5 WHERE id = $1", world.rows["seat"])


CASES: dict[str, Case] = {
    "matching.rounds": Case("GET", "/rounds", roles=SEES, stranger=200),
    "matching.round_new": Case("GET", "/rounds/new", roles=RUNS, stranger=200),
    "matching.round_ask": Case("POST", "/rounds", ok=422, roles=RUNS, stranger=422),
    "matching.round": Case("GET", "/rounds/{round}", roles=SEES, per_role=OWN),
    "matching.round_compare": Case("GET", "/rounds/{round}/compare", roles=SEES, per_role=OWN),
    "matching.round_stop": Case("POST", "/rounds/{round}/stop", ok=409, roles=RUNS),
    "matching.placement_new": Case("GET", "/rounds/{round}/seats/{seat}?q=x", roles=RUNS),
    "matching.placement_add": Case("POST", "/rounds/{round}/seats/{seat}?q=x", ok=422, roles=RUNS),
    "matching.placement_drop": Case("POST", "/rounds/{round}/placements/{placement}/drop", ok=303, roles=RUNS),
    "matching.round_send": Case("POST", "/rounds/{round}/send", ok=409, roles=RUNS),
    "matching.round_drop": Case("POST", "/rounds/{round}/drop", ok=303, roles=RUNS),
    "matching.round_file": Case("GET", "/rounds/{round}/plan.json.gz", ok=404, roles=SETS),
    "GET matching.weights": Case("GET", "/matching/weights", roles=SEES, stranger=200),
    "POST matching.weights_set": Case("POST", "/matching/weights", ok=422, roles=SETS, stranger=403),
    "api.matching.rounds": Case("GET", "/api/v1/rounds", roles=SEES, stranger=200),
    "api.matching.round_ask": Case("POST", "/api/v1/rounds", ok=400, roles=RUNS, stranger=400),
    "api.matching.round": Case("GET", "/api/v1/rounds/{round}", roles=SEES, per_role=OWN),
    "api.matching.placements": Case("GET", "/api/v1/rounds/{round}/placements", roles=SEES, per_role=OWN),
    "api.matching.placement_add": Case("POST", "/api/v1/rounds/{round}/placements", ok=400, stranger=400, roles=RUNS),
    "api.matching.placement_drop": Case("DELETE", "/api/v1/rounds/{round}/placements/{placement}", ok=409, roles=RUNS),
    "api.matching.round_stop": Case("POST", "/api/v1/rounds/{round}/stop", ok=409, roles=RUNS),
    "api.matching.round_send": Case("POST", "/api/v1/rounds/{round}/send", ok=409, roles=RUNS),
}
