"""Who gets which answer at the routes of the integrity radar."""

from tests.hours.radar_scene import finding
from tests.house.cases import Case, only
from tests.house.world import World

SEES = only("agency_manager", "funder_officer", "evaluator", "platform_admin")
DECIDES = only("funder_officer", "platform_admin")
SETS = only("platform_admin")
NOT_THEIRS_TO_EXPLAIN = {"funder_officer": 403, "evaluator": 403, "platform_admin": 403}
EXPLAINS = {"words": "两个班次在同一处。"}
SETTLES = {"outcome": "explained", "words": "查过了。"}


async def rows(world: World) -> None:
    """A finding about the world's agency."""
    world.rows["finding"] = await finding(int(world.rows["agency"]))


CASES: dict[str, Case] = {
    "hours.radar": Case("GET", "/radar", roles=SEES, stranger=200),
    "hours.finding": Case("GET", "/radar/{finding}", roles=SEES),
    "hours.finding_explain": Case(
        "POST", "/radar/{finding}/explain", ok=303, roles=SEES, form=EXPLAINS, per_role=NOT_THEIRS_TO_EXPLAIN
    ),
    "hours.finding_settle": Case("POST", "/radar/{finding}/settle", ok=422, roles=DECIDES),
    "hours.radar_scores": Case("GET", "/radar/scores", ok=303, roles=SEES, stranger=303),
    "hours.radar_rules": Case("GET", "/radar/rules", roles=SEES, stranger=200),
    "GET hours.radar_rule": Case("GET", "/radar/rules/long_day", roles=SETS, stranger=200),
    "POST hours.radar_rule_set": Case("POST", "/radar/rules/long_day", ok=422, roles=SETS, stranger=422),
    "api.hours.findings": Case("GET", "/api/v1/radar/findings", roles=SEES, stranger=200),
    "api.hours.finding": Case("GET", "/api/v1/radar/findings/{finding}", roles=SEES),
    "api.hours.finding_explain": Case(
        "POST",
        "/api/v1/radar/findings/{finding}/explain",
        roles=SEES,
        form=EXPLAINS,
        per_role=NOT_THEIRS_TO_EXPLAIN,
    ),
    "api.hours.finding_settle": Case(
        "POST",
        "/api/v1/radar/findings/{finding}/settle",
        roles=DECIDES,
        form=SETTLES,
        per_role={"platform_admin": 409},  # the funder has settled it by then
    ),
    "api.hours.radar_scores": Case("GET", "/api/v1/radar/scores", roles=SEES, stranger=200),
    "api.hours.radar_rules": Case("GET", "/api/v1/radar/rules", roles=SEES, stranger=200),
    "api.hours.radar_rule_set": Case("POST", "/api/v1/radar/rules/long_day", ok=400, stranger=400, roles=SETS),
}
