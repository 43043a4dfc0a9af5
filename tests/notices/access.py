"""Who gets which answer at the routes of app.notices."""

from tests import factories as make
from tests.house.cases import EVERYONE, Case
from tests.house.world import World

OTHERS = dict.fromkeys(EVERYONE - {"volunteer"}, 404)

CASES: dict[str, Case] = {
    "notices.list": Case("GET", "/me/notices", roles=EVERYONE, stranger=200),
    "notices.unread": Case("GET", "/me/notices/unread", roles=EVERYONE, stranger=200),
    "notices.open": Case("GET", "/me/notices/{notice}", roles=EVERYONE, ok=303, per_role=OTHERS),
    "notices.read": Case("POST", "/me/notices/read", roles=EVERYONE, ok=303, stranger=303),
}


async def rows(world: World) -> None:
    """A notice of the volunteer's."""
    world.rows["notice"] = await make.value(
        "INSERT INTO notice (account, event, facts, link, created_at)"
        " VALUES ($1, 'shift.soon', '{}', '/shifts', now()) RETURNING id",
        world.accounts["volunteer"],
    )
