"""Who gets which answer at the routes of app.hours."""

from tests.hours import (
    access_certificates,
    access_inbox,
    access_objections,
    access_radar,
    access_rule_books,
    access_seals,
    scene,
)
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

APPROVES = only("agency_manager")
VOUCHES = only("agency_manager", "funder_officer")
NOT_ASKED = {"funder_officer": 404}
"""The rule-book asks the body above about some attendances only, and not about this one."""
CORRECTS = only("agency_manager", "social_worker")
MANAGES_MEMBERS = only("agency_manager", "community_worker", "funder_officer", "platform_admin")
SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator")


async def rows(world: World) -> None:
    """An attendance of the world's volunteer that waits for approval."""
    starts, ends = await scene.span(int(world.rows["shift"]))
    worker = world.accounts["social_worker"]
    for direction, at in (("in", starts), ("out", ends)):
        await scene.punch(int(world.rows["signup"]), direction, at, worker)
    world.rows["attendance"] = await scene.recorded(int(world.rows["signup"]))
    await access_radar.rows(world)
    await access_rule_books.rows(world)
    await access_objections.rows(world)
    await access_seals.rows(world)
    await access_inbox.rows(world)


CASES: dict[str, Case] = {
    "GET hours.inbox": Case("GET", "/approvals", roles=APPROVES, stranger=200),
    "POST hours.approve_chosen": Case("POST", "/approvals", ok=303, roles=APPROVES, stranger=303),
    "GET hours.exceptions": Case("GET", "/exceptions", roles=CORRECTS, stranger=200),
    "POST hours.exceptions_keep": Case("POST", "/exceptions", ok=422, roles=CORRECTS, stranger=422),
    "hours.exceptions_missed": Case("POST", "/attendances/{attendance}/exceptions/missed", ok=409, roles=CORRECTS),
    "api.hours.exceptions": Case("GET", "/api/v1/exceptions", roles=CORRECTS, stranger=200),
    "api.hours.exceptions_of": Case("GET", "/api/v1/attendances/{attendance}/exceptions", roles=SEES),
    "api.hours.exceptions_keep": Case(
        "POST", "/api/v1/attendances/{attendance}/exceptions/keep", ok=400, stranger=400, roles=CORRECTS
    ),
    "hours.merge": Case("GET", "/people/merge", roles=MANAGES_MEMBERS, stranger=200),
    "hours.merge_save": Case("POST", "/people/merge", ok=422, roles=MANAGES_MEMBERS, stranger=422),
    "api.hours.merge_preview": Case(
        "GET", "/api/v1/people/merge?duplicate=V1&kept=V2", ok=404, roles=MANAGES_MEMBERS, stranger=404
    ),
    "api.hours.merge": Case("POST", "/api/v1/people/merge", ok=400, roles=MANAGES_MEMBERS, stranger=400),
    "hours.list": Case("GET", "/attendances", roles=SEES, stranger=200),
    "hours.mine": Case("GET", "/me/hours", roles=EVERYONE, stranger=200),
    "hours.attendance": Case(
        "GET", "/attendances/{attendance}", roles=EVERYONE, per_role={"community_worker": 404, "platform_admin": 404}
    ),
    "hours.correct": Case("GET", "/attendances/{attendance}/correct", roles=CORRECTS),
    "hours.correct_save": Case("POST", "/attendances/{attendance}/correct", ok=422, roles=CORRECTS),
    "hours.return": Case("POST", "/attendances/{attendance}/return", ok=422, roles=VOUCHES),
    "hours.no_show": Case("POST", "/attendances/{attendance}/no-show", ok=409, roles=CORRECTS),
    "hours.approve": Case("POST", "/attendances/{attendance}/approve", ok=303, roles=VOUCHES, per_role=NOT_ASKED),
    "api.hours.attendances": Case("GET", "/api/v1/attendances", roles=SEES, stranger=200),
    "api.hours.attendance": Case("GET", "/api/v1/attendances/{attendance}", roles=SEES),
    "api.hours.adjust": Case("POST", "/api/v1/attendances/{attendance}/adjust", ok=400, stranger=400, roles=CORRECTS),
    "api.hours.return": Case("POST", "/api/v1/attendances/{attendance}/return", ok=400, stranger=400, roles=VOUCHES),
    "api.hours.no_show": Case("POST", "/api/v1/attendances/{attendance}/no-show", ok=409, roles=CORRECTS),
    "api.hours.approve": Case(
        "POST", "/api/v1/attendances/{attendance}/approve", ok=409, roles=VOUCHES, per_role=NOT_ASKED
    ),
    "api.hours.postings": Case("GET", "/api/v1/postings", roles=SEES, stranger=200),
    **access_radar.CASES,
    **access_rule_books.CASES,
    **access_objections.CASES,
    **access_seals.CASES,
}
CASES |= access_certificates.CASES | access_inbox.CASES
