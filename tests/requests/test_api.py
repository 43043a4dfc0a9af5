"""The same as JSON, with an organisation's key."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.accounts.actor import key_digest
from app.kit.db import value
from app.requests.actions import cards
from tests import factories as make
from tests.requests import rows
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]

NEW = {"service_kind": "elder_visit", "consent": True, "region": make.COMMUNITY, "name": rows.NAME, "phone": rows.PHONE,
       "address": rows.ADDRESS, "details": rows.DETAILS, "recurs": "weekly"}  # fmt: skip


async def key_of(account_id: int) -> str:
    """A key acting as this member."""
    key = "lk_" + hashlib.sha256(str(account_id).encode()).hexdigest()
    await make.execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " SELECT organisation, role, 'test', $2, $3, $1, $4 FROM membership WHERE account = $1",
        account_id, key[:9], key_digest(key), datetime.now(UTC),
    )  # fmt: skip
    return key


class System:
    """A program that talks to the API with one key."""

    def __init__(self, visitor: Visitor, key: str) -> None:
        self.browser, self.headers = visitor.browser, {"authorization": f"Bearer {key}"}

    async def get(self, path: str) -> httpx.Response:
        return await self.browser.get("/api/v1" + path, headers=self.headers)

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.browser.post("/api/v1" + path, headers=self.headers, json=body)


async def test_the_whole_way_of_a_request_as_json(visit: Arrive) -> None:
    town = await rows.town()
    community, agency = System(visit(), await key_of(town.worker)), System(visit(), await key_of(town.manager))
    made = await community.post("/requests", NEW)
    assert made.status_code == 201, made.text
    request = made.json()["request"]
    assert (request["status"], request["short_name"], request["late"]) == ("received", "王**", False)
    assert not [text for text in rows.PERSONAL if text in made.text]
    assert (await visit().get(made.json()["private_path"])).status_code == 200
    path = f"/requests/{request['id']}"
    assert (await agency.get(path)).status_code == 404
    assert (await community.post(f"{path}/accept", {})).json()["status"] == "accepted"
    refused = await community.post(f"{path}/accept", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "moved_on")
    lines = (await community.get(f"{path}/lines")).json()
    assert [line["line"] for line in lines] == [town.line]
    assert (await community.post(f"{path}/hand-over", {"line": town.line})).json()["program"] == town.program
    assert [row["id"] for row in (await agency.get("/requests?pile=plan")).json()["requests"]] == [request["id"]]
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    planned = await agency.post(f"{path}/visits", {"activity": town.activity, "day": day, "begins": "14:00:00"})
    assert planned.status_code == 201, planned.text
    assert [visit_["needed"] for visit_ in planned.json()] == [2]
    assert (await agency.get(f"{path}/visits")).json() == planned.json()
    details = (await agency.post(f"{path}/details", {"purpose": "plan_visit"})).json()
    assert details["address"] == rows.ADDRESS
    assert await value("SELECT count(*) FROM look") == 1


async def test_what_json_may_not_do(visit: Arrive) -> None:
    town = await rows.town()
    community, agency = System(visit(), await key_of(town.worker)), System(visit(), await key_of(town.manager))
    stranger = System(visit(), await key_of(town.stranger))
    assert (await visit().browser.get("/api/v1/requests")).status_code == 401
    assert (await agency.post("/requests", NEW)).status_code == 403
    assert (await community.post("/requests", {**NEW, "surprise": 1})).status_code == 400
    unwilling = await community.post("/requests", {**NEW, "consent": False})
    assert (unwilling.status_code, unwilling.json()["code"]) == (422, "no_consent")
    assert (await stranger.post("/requests", NEW)).json()["code"] == "outside_region"
    assert await value("SELECT count(*) FROM request") == 0
    made = await rows.received()
    for path in ("", "/visits", "/duplicates", "/lines"):
        assert (await stranger.get(f"/requests/{made}{path}")).status_code == 404
    for path, body in (("accept", {}), ("details", {"purpose": "call"}), ("decline", {"reason": "no_program"})):
        assert (await stranger.post(f"/requests/{made}/{path}", body)).status_code == 404
    assert await rows.status_of(made) == "received"


async def test_a_telephone_line_confirms_by_door_card(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received()
    resident = await value("SELECT resident FROM request WHERE id = $1", made)
    now = datetime.now(UTC)
    await cards.print_card(await rows.actor(town.worker), resident, now=now)
    number = await rows.visit_at(made, town.activity, town.manager, now - timedelta(hours=1), place=1)
    community, stranger = System(visit(), await key_of(town.worker)), System(visit(), await key_of(town.stranger))
    path, right = f"/requests/{made}/visits/{number}/confirmation", {"code": cards.code(resident, 1, 1)}
    assert (await stranger.post(path, right)).status_code == 404
    wrong = await community.post(path, {"code": cards.code(resident, 1, 2)})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_code")
    confirmed = await community.post(path, right)
    assert (confirmed.status_code, confirmed.json()["happened"]) == (201, True)
    assert (await community.post(path, right)).json()["code"] == "already_confirmed"


async def test_duplicates_and_the_way_back_as_json(visit: Arrive) -> None:
    town = await rows.town()
    community = System(visit(), await key_of(town.worker))
    known, made = await rows.received(), await rows.received()
    [same] = (await community.get(f"/requests/{made}/duplicates")).json()
    assert (same["same_name"], same["same_phone"], same["same_address"]) == (True, True, True)
    merged = await community.post(f"/requests/{made}/merge", {"resident": same["resident"]})
    assert merged.json()["resident"] == (await community.get(f"/requests/{known}")).json()["resident"]
    declined = await community.post(f"/requests/{made}/decline", {"reason": "duplicate"})
    assert declined.json()["decline_reason"] == "duplicate"
    assert (await community.post(f"/requests/{made}/reopen", {})).json()["status"] == "returned"
    assert (await community.post(f"/requests/{made}/close", {})).json()["status"] == "closed"
    assert (await community.get("/requests?page=-1")).json()["next"] is None


async def test_an_agency_gives_back_by_json(visit: Arrive) -> None:
    town = await rows.town()
    community, agency = System(visit(), await key_of(town.worker)), System(visit(), await key_of(town.manager))
    path = f"/requests/{await rows.received()}"
    await community.post(f"{path}/accept", {})
    await community.post(f"{path}/hand-over", {"line": town.line})
    assert (await agency.post(f"{path}/give-back", {"note": "人手不够"})).status_code == 204
    assert (await agency.get(path)).status_code == 404
    assert (await community.get(path)).json()["status"] == "returned"
