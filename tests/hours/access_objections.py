"""Who gets which answer at the routes of objections and of one's own hours."""

import base64

from app.kit.db import execute, value
from app.kit.sealing import seal
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

DECIDES = only("agency_manager", "funder_officer")
TWO_SIDES = {"volunteer": 200, "agency_manager": 200}


async def rows(world: World) -> None:
    """The world's volunteer contests the attendance, with a photo; the agency has to answer."""
    person = world.accounts["volunteer"]
    world.rows["objection"] = await value(
        "INSERT INTO objection (attendance, raised_by, raised_at, claim, status, held_by, due_on)"
        " VALUES ($1, $2, now(), 'wrong_times', 'raised', 'agency', '2030-01-02') RETURNING id",
        world.rows["attendance"],
        person,
    )
    photo = seal(base64.b64encode(b"a picture").decode(), "objection_word.photo")
    world.rows["objection_word"] = await value(
        "INSERT INTO objection_word (objection, side, by, words, photo, at)"
        " VALUES ($1, 'person', $2, 'so it was', $3, now()) RETURNING id",
        world.rows["objection"],
        person,
        photo,
    )
    await execute("UPDATE attendance SET account_id = $2 WHERE id = $1", world.rows["attendance"], person)


CONTEST = {"claim": "wrong_times", "words": "so it was"}
CASES: dict[str, Case] = {
    # The world's shift is still to come.
    "hours.object": Case(
        "GET", "/attendances/{attendance}/objections/new", ok=404, roles=EVERYONE, per_role={"volunteer": 409}
    ),
    "hours.object_save": Case(
        "POST", "/attendances/{attendance}/objections", ok=404, roles=EVERYONE, per_role={"volunteer": 422}
    ),
    "hours.objections": Case("GET", "/objections", roles=DECIDES, stranger=200),
    "hours.objection": Case("GET", "/objections/{objection}", ok=404, roles=EVERYONE, per_role=TWO_SIDES),
    "hours.objection_photo": Case(
        "GET", "/objections/{objection}/photos/{objection_word}", ok=404, roles=EVERYONE, per_role=TWO_SIDES
    ),
    "hours.objection_say": Case(
        "POST",
        "/objections/{objection}/words",
        ok=404,
        roles=EVERYONE,
        per_role={"volunteer": 422, "agency_manager": 422},
    ),
    "hours.objection_uphold": Case(
        "POST", "/objections/{objection}/uphold", ok=404, roles=DECIDES, per_role={"agency_manager": 422}
    ),
    "hours.objection_refuse": Case(
        "POST", "/objections/{objection}/refuse", ok=404, roles=DECIDES, per_role={"agency_manager": 422}
    ),
    "api.hours.mine": Case("GET", "/api/v1/me/hours", roles=EVERYONE, stranger=200),
    "api.hours.objections": Case("GET", "/api/v1/objections", roles=DECIDES, stranger=200),
    "api.hours.object": Case(
        "POST", "/api/v1/attendances/{attendance}/objections", ok=404, roles=EVERYONE, form=CONTEST
    ),
    "api.hours.objection": Case(
        "GET", "/api/v1/objections/{objection}", ok=404, roles=EVERYONE, per_role={"agency_manager": 200}
    ),
    "api.hours.objection_photo": Case(
        "GET",
        "/api/v1/objections/{objection}/photos/{objection_word}",
        ok=404,
        roles=EVERYONE,
        per_role={"agency_manager": 200},
    ),
    "api.hours.objection_say": Case(
        "POST",
        "/api/v1/objections/{objection}/words",
        ok=404,
        roles=EVERYONE,
        form={"words": "which day?"},
        per_role={"agency_manager": 200},
    ),
    "api.hours.objection_uphold": Case(
        "POST",
        "/api/v1/objections/{objection}/uphold",
        ok=404,
        roles=DECIDES,
        form={"words": "right"},
        per_role={"agency_manager": 422},
    ),
    "api.hours.objection_refuse": Case(
        "POST", "/api/v1/objections/{objection}/refuse", ok=400, stranger=400, roles=DECIDES
    ),
    "api.hours.objection_withdraw": Case("POST", "/api/v1/objections/{objection}/withdraw", ok=404, roles=EVERYONE),
    # Last, because after it there is nothing left to decide.
    "hours.objection_withdraw": Case(
        "POST", "/objections/{objection}/withdraw", ok=404, roles=EVERYONE, per_role={"volunteer": 303}
    ),
}
