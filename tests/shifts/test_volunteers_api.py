"""Open shifts and sign-ups through keys."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.accounts.actor import key_digest
from app.kit.db import execute, value
from tests import factories as make
from tests.shifts.places import open_shift
from tests.visitor import Visitor

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)


async def key_of(organisation: int, account: int, role: str) -> dict[str, str]:
    """The header of a key that acts as this member."""
    key = f"lk_{organisation}_{account}"
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, $2, 'test', 'lk_test', $3, $4, now())",
        organisation,
        role,
        key_digest(key),
        account,
    )
    return {"authorization": f"Bearer {key}"}


async def volunteer_key() -> dict[str, str]:
    """A key whose maker works for a community and volunteers as well."""
    community = await make.organisation("community", "社区", make.COMMUNITY)
    worker = await make.member(community, "community_worker")
    return await key_of(community, worker, "community_worker")


async def test_open_shifts_are_listed_read_taken_and_given_back(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    key = await volunteer_key()
    visitor = visit()

    async def ask(path: str) -> Any:
        return (await visitor.get(f"/api/v1{path}", headers=key)).json()

    async def send(path: str, body: dict[str, Any]) -> httpx.Response:
        return await visitor.browser.post(f"/api/v1{path}", json=body, headers=key)

    found = await ask("/open-shifts")
    assert [row["id"] for row in found["shifts"]] == [place.shift]
    assert found["after"] is None
    assert found["shifts"][0]["places_left"] == 2
    one = await ask(f"/open-shifts/{place.shift}")
    assert one["seats"][0]["reasons"] == []
    taken = await send(f"/shifts/{place.shift}/signups", {"seat": place.seat})
    assert taken.status_code == 200, taken.text
    assert taken.json()["status"] == "confirmed"
    again = await send(f"/shifts/{place.shift}/signups", {})
    assert again.json()["id"] == taken.json()["id"]
    assert (await ask("/open-shifts"))["shifts"][0]["mine"] is True
    assert [row["shift"] for row in await ask("/me/shifts")] == [place.shift]
    gone = await send(f"/signups/{taken.json()['id']}/cancel", {"reason": "work"})
    assert gone.json()["status"] == "cancelled"
    assert await ask("/me/shifts") == []
    assert await value("SELECT taken FROM seat") == 0


async def test_a_refusal_is_a_problem_with_every_reason(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON, needed=1, minors_allowed=False, skill="first_aid")
    account, person = await make.volunteer(skills=["first_aid"])
    await make.signup(place.seat, person, account)
    key = await volunteer_key()
    refused = await visit().browser.post(f"/api/v1/shifts/{place.shift}/signups", json={}, headers=key)
    assert refused.headers["content-type"].startswith("application/problem+json")
    problem = refused.json()
    assert [reason["code"] for reason in problem["reasons"]] == ["birth_date_missing", "seat_full", "skill_needed"]
    assert all(reason["fix"] for reason in problem["reasons"])
    unknown = await visit().browser.post(f"/api/v1/shifts/{place.shift}/signups", json={"sit": 1}, headers=key)
    assert unknown.status_code == 400
    absent = await visit().browser.post("/api/v1/shifts/999/signups", json={}, headers=key)
    assert absent.status_code == 404
    assert (await visit().get("/api/v1/open-shifts")).status_code == 401


async def test_filters_and_pages_of_the_list(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    for number in range(27):
        shift = await make.shift(place.activity, starts=SOON + timedelta(hours=number + 1))
        await make.seat(shift)
    key = await volunteer_key()
    visitor = visit()
    first = (await visitor.get("/api/v1/open-shifts", headers=key)).json()
    assert len(first["shifts"]) == 25
    rest = await visitor.get(
        "/api/v1/open-shifts", params={"after": first["after"], "after_id": first["after_id"]}, headers=key
    )
    assert len(rest.json()["shifts"]) == 3
    nowhere = await visitor.get("/api/v1/open-shifts", params={"region": "11"}, headers=key)
    assert nowhere.json()["shifts"] == []
    wrong = await visitor.get("/api/v1/open-shifts", params={"region": "%"}, headers=key)
    assert wrong.status_code == 400
