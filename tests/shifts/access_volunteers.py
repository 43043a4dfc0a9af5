"""Who gets which answer at the volunteer's side of app.shifts."""

from datetime import UTC, datetime, timedelta

from tests.house.cases import EVERYONE, PUBLIC, Case, only
from tests.house.world import World
from tests.shifts.places import open_shift

NOT_MINE = dict.fromkeys(EVERYONE - {"volunteer"}, 404)

CASES: dict[str, Case] = {
    "shifts.browse": Case("GET", "/shifts", **PUBLIC),
    "shifts.show": Case("GET", "/shifts/{shift}", **PUBLIC),
    "POST shifts.sign_up": Case(
        "POST", "/shifts/{shift_with_places}/sign-up", ok=303, roles=EVERYONE, stranger=303, form={}
    ),
    "GET shifts.sign_up": Case("GET", "/shifts/{shift}/sign-up", ok=303, roles=EVERYONE, stranger=303),
    "shifts.mine": Case("GET", "/me/shifts", roles=EVERYONE, stranger=200),
    "shifts.mine_next": Case("GET", "/me/shifts/next", roles=EVERYONE, stranger=200),
    "GET shifts.cancel_signup": Case("GET", "/signups/{signup}/cancel", roles=EVERYONE, per_role=NOT_MINE),
    "POST shifts.cancel_signup": Case("POST", "/signups/{signup}/cancel", ok=422, roles=EVERYONE, per_role=NOT_MINE),
    "shifts.of_person": Case("GET", "/people/{person}/shifts", roles=only("agency_manager", "social_worker")),
    "api.shifts.open": Case("GET", "/api/v1/open-shifts", roles=EVERYONE, stranger=200),
    "api.shifts.open_one": Case("GET", "/api/v1/open-shifts/{shift}", roles=EVERYONE, stranger=200),
    "api.shifts.sign_up": Case(
        "POST", "/api/v1/shifts/{shift_with_places}/signups", ok=200, roles=EVERYONE, stranger=200
    ),
    "api.shifts.mine": Case("GET", "/api/v1/me/shifts", roles=EVERYONE, stranger=200),
    # The sign-up is the volunteer's, and volunteers have no keys.
    "api.shifts.cancel_signup": Case(
        "POST", "/api/v1/signups/{signup}/cancel", ok=404, roles=EVERYONE, form={"reason": "ill"}
    ),
}


async def rows(world: World) -> None:
    """A shift of another agency with a place for everyone who asks."""
    place = await open_shift(datetime.now(UTC) + timedelta(days=30), needed=50)
    world.rows["shift_with_places"] = place.shift
