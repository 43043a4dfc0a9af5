"""Who gets which answer at the agency's side of app.shifts."""

from datetime import UTC, datetime, timedelta

from tests import factories as make
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator")
LEADS = only("agency_manager", "social_worker")
MATCHES = only("agency_manager", "social_worker", "funder_officer", "evaluator", "platform_admin")
MANAGES = only("agency_manager")
NOT_LEADING = dict.fromkeys(EVERYONE - LEADS, 404)
NOT_MINE = dict.fromkeys(EVERYONE - {"volunteer"}, 404)
ACTIVITY, SHIFT = "/activities/{activity}", "/shifts/{running_shift}"

# The JSON API is tried with bodies that would do, so that it is the door that answers a stranger. The activity was
# closed by then, which is what its own manager is told.
SEATS = [{"role": "义工", "needed": 3}]
TIMES = {"starts": "2026-11-29T06:00:00Z", "ends": "2026-11-29T08:00:00Z"}
ACTIVITY_BODY = {"name": "探访", "line_id": None, "service_kind": "elder_visit", "region": make.COMMUNITY}
SHIFT_BODY = TIMES | {"seats": SEATS}
SERIES = {
    "rrule": "FREQ=WEEKLY;COUNT=2", "first": "2026-12-01", "begins": "14:00:00", "ends": "16:00:00", "seats": SEATS,
}  # fmt: skip
CHANGE = TIMES | {"title": "探访", "place": "中心"}

CASES: dict[str, Case] = {
    "shifts.activities": Case("GET", "/activities", roles=SEES, stranger=200),
    "shifts.activity_new": Case("GET", "/activities/new?line={line}", roles=MANAGES),
    "shifts.activity_create": Case("POST", "/activities/new", ok=422, roles=MANAGES, stranger=422),
    "shifts.activity": Case("GET", ACTIVITY, roles=SEES),
    "shifts.activity_edit": Case("GET", f"{ACTIVITY}/edit", roles=MANAGES),
    "shifts.activity_change": Case("POST", f"{ACTIVITY}/edit", ok=422, roles=MANAGES),
    "shifts.publish": Case("GET", f"{ACTIVITY}/shifts/new", roles=MANAGES),
    "shifts.publish_take": Case("POST", f"{ACTIVITY}/shifts/new", ok=422, roles=MANAGES),
    "shifts.activity_open": Case("POST", "/activities/{draft}/open", ok=422, roles=MANAGES),
    "shifts.activity_close": Case("POST", "/activities/{draft}/close", ok=303, roles=MANAGES),
    "shifts.safeguards": Case("GET", "/safeguards", roles=MATCHES, stranger=200),
    "shifts.safeguard_decide": Case("POST", "/safeguards", ok=422, roles=only("platform_admin"), stranger=422),
    "api.shifts.safeguards": Case("GET", "/api/v1/safeguards", roles=MATCHES, stranger=200),
    "api.shifts.safeguard_decide": Case(
        "POST",
        "/api/v1/safeguards",
        ok=422,
        roles=only("platform_admin"),
        stranger=422,
        form={"kind": "none", "applies_from": "2031-01-01", "reason": "?"},
    ),
    "shifts.manage": Case("GET", "/shifts/{shift}/manage", roles=MANAGES),
    "shifts.change": Case("POST", "/shifts/{shift}/manage", ok=422, roles=MANAGES),
    "shifts.change_seats": Case("POST", "/shifts/{shift}/seats", ok=422, roles=MANAGES),
    "shifts.cancel": Case("POST", "/shifts/{shift}/cancel", ok=422, roles=MANAGES),
    "shifts.boards": Case("GET", "/board", roles=LEADS, stranger=200),
    "shifts.board": Case("GET", f"{SHIFT}/board", roles=EVERYONE, per_role=NOT_LEADING),
    "shifts.punch_by_leader": Case("POST", f"{SHIFT}/punches", ok=404, roles=EVERYONE),
    "shifts.undo_punch": Case("POST", f"{SHIFT}/punches/undo", ok=404, roles=EVERYONE),
    "shifts.everyone_is_here": Case(
        "POST", f"{SHIFT}/everyone", ok=303, roles=EVERYONE, per_role=NOT_LEADING, form={"nonce": "nonce-all"}
    ),
    "shifts.code": Case("GET", f"{SHIFT}/code", roles=EVERYONE, per_role=NOT_LEADING),
    "shifts.punch_here": Case("GET", "/shifts/{shift}/punch", ok=303, roles=EVERYONE, stranger=303),
    "shifts.punch": Case("GET", "/signups/{signup}/punch", roles=EVERYONE, per_role=NOT_MINE),
    "shifts.punch_with_code": Case("POST", "/signups/{signup}/punch", ok=422, roles=EVERYONE, per_role=NOT_MINE),
    "api.shifts.activities": Case("GET", "/api/v1/activities", roles=SEES, stranger=200),
    "api.shifts.activity_create": Case(
        "POST", "/api/v1/activities", ok=201, stranger=201, roles=MANAGES, form=ACTIVITY_BODY
    ),
    "api.shifts.activity": Case("GET", "/api/v1/activities/{activity}", roles=SEES),
    "api.shifts.activity_change": Case(
        "PUT", "/api/v1/activities/{activity}", ok=409, roles=MANAGES, form=ACTIVITY_BODY
    ),
    "api.shifts.activity_open": Case("POST", "/api/v1/activities/{activity}/open", ok=409, roles=MANAGES),
    "api.shifts.activity_close": Case("POST", "/api/v1/activities/{activity}/close", roles=MANAGES),
    "api.shifts.publish": Case("POST", "/api/v1/activities/{activity}/shifts", ok=409, roles=MANAGES, form=SHIFT_BODY),
    "api.shifts.publish_series": Case(
        "POST", "/api/v1/activities/{activity}/series", ok=409, roles=MANAGES, form=SERIES
    ),
    "api.shifts.managed": Case("GET", "/api/v1/shifts/{shift}", roles=LEADS),
    "api.shifts.change": Case("PUT", "/api/v1/shifts/{shift}", ok=200, roles=MANAGES, form=CHANGE),
    "api.shifts.change_seats": Case(
        "PUT", "/api/v1/shifts/{shift}/seats", ok=200, roles=MANAGES, form={"seats": SEATS}
    ),
    "api.shifts.cancel": Case("POST", "/api/v1/shifts/{shift}/cancel", ok=200, roles=MANAGES, form={"reason": "雨"}),
    "api.shifts.boards": Case("GET", "/api/v1/boards", roles=LEADS, stranger=200),
    "api.shifts.board": Case("GET", "/api/v1/shifts/{shift}/board", roles=LEADS),
    "api.shifts.code": Case("GET", "/api/v1/shifts/{shift}/code", roles=LEADS),
    "api.shifts.punch": Case(
        "POST", "/api/v1/signups/{signup}/punches", ok=409, roles=LEADS, form={"direction": "in", "nonce": "n" * 20}
    ),
    "api.shifts.upload_punches": Case("POST", "/api/v1/punches", ok=400, stranger=400, roles=LEADS),
    "api.shifts.undo_punch": Case(
        "POST", "/api/v1/punches/{punch}/undo", ok=404, roles=LEADS, form={"nonce": "u" * 20}
    ),
}


async def rows(world: World) -> None:
    """A draft that nothing else needs open, and a shift of these hours."""
    agency, manager = int(world.rows["agency"]), world.accounts["agency_manager"]
    world.rows["draft"] = await make.activity(agency, manager, None)
    starts = datetime.now(UTC) - timedelta(minutes=30)
    world.rows["running_shift"] = await make.shift(int(world.rows["activity"]), starts=starts, status="running")
    world.rows["punch"] = 0
