"""Who gets which answer at the routes about the seal."""

from app.hours import actions
from app.hours.actions.sealing import seal
from app.kit.db import value
from tests import factories as make
from tests.hours import scene
from tests.house.cases import EVERYONE, PUBLIC, Case, only
from tests.house.world import World

SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator")
SETTLES = only("platform_admin")
NOT_THEIRS = {"volunteer": 404, "community_worker": 404, "platform_admin": 404}


async def rows(world: World) -> None:
    """Another volunteer's attendance that is posted and sealed, and an alarm."""
    account, person = await make.volunteer()
    shift = await make.shift(int(world.rows["activity"]))
    signup = await make.signup(await make.seat(shift), person, account)
    starts, ends = await scene.span(shift)
    for direction, at in (("in", starts), ("out", ends)):
        await scene.punch(signup, direction, at, world.accounts["social_worker"])
    posted = await scene.recorded(signup)
    manager = await scene.acting(world.accounts["agency_manager"])
    await actions.approve(manager, posted, now=scene.AFTER)
    assert await seal(now=scene.AFTER) == 1
    world.rows["posting"] = await value("SELECT id FROM posting WHERE attendance_id = $1", posted)
    world.rows["alarm"] = await value(
        "INSERT INTO ledger_alarm (kind, facts, found_at, note)"
        """ VALUES ('rows_differ', '{"wrong": 1, "size": 1}', now(), '') RETURNING id"""
    )


CASES: dict[str, Case] = {
    "hours.seals": Case("GET", "/seals", **PUBLIC),
    "hours.seal_heads": Case("GET", "/seals/heads.json", **PUBLIC),
    "hours.seal_keys": Case("GET", "/seals/keys.json", **PUBLIC),
    "hours.seal_consistency": Case("GET", "/seals/consistency?from=1&to=1", **PUBLIC),
    "hours.seal_alarm": Case("GET", "/seals/alarms/{alarm}", **PUBLIC),
    "hours.seal_settle": Case("POST", "/seals/alarms/{alarm}", ok=422, roles=SETTLES),
    "hours.posting_proof": Case("GET", "/postings/{posting}/proof", roles=EVERYONE, per_role=NOT_THEIRS),
    "hours.posting_proof_file": Case("GET", "/postings/{posting}/proof.json", roles=EVERYONE, per_role=NOT_THEIRS),
    "api.hours.seals": Case("GET", "/api/v1/seals", **PUBLIC),
    "api.hours.seal_heads": Case("GET", "/api/v1/seals/heads", **PUBLIC),
    "api.hours.seal_keys": Case("GET", "/api/v1/seals/keys", **PUBLIC),
    "api.hours.seal_consistency": Case("GET", "/api/v1/seals/consistency?from=1&to=1", **PUBLIC),
    "api.hours.posting_proof": Case("GET", "/api/v1/postings/{posting}/proof", roles=SEES),
}
