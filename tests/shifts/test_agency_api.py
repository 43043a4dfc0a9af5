"""The agency's chain through a key: activity, shifts, board, punches."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.kit import clock
from app.kit.db import value
from tests import factories as make
from tests.shifts.ground import lay, running_shift
from tests.shifts.test_publishing_routes import around_now
from tests.shifts.test_volunteers_api import key_of
from tests.visitor import Visitor

API = "/api/v1"
BODY = {
    "name": "周六探访",
    "service_kind": "elder_visit",
    "region": make.COMMUNITY,
    "place": "社区党群服务中心",
    "risk_statement": "楼梯较陡，两人同行。",
    "open": True,
}


async def test_an_agency_opens_publishes_changes_and_cancels_through_its_key(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await around_now(ground)
    key = await key_of(ground.agency, ground.manager, "agency_manager")
    browser = visit().browser
    made = await browser.post(f"{API}/activities", headers=key, json=BODY | {"line_id": ground.line})
    assert made.status_code == 201, made.text
    activity = made.json()["activity"]["id"]
    starts = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    shift = {
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=2)).isoformat(),
        "seats": [{"role": "探访义工", "needed": 2}],
    }
    published = await browser.post(f"{API}/activities/{activity}/shifts", headers=key, json=shift)
    assert published.status_code == 201, published.text
    (shift_id,) = published.json()["shift_ids"]
    read = (await browser.get(f"{API}/shifts/{shift_id}", headers=key)).json()
    seats = [{"id": read["seats"][0]["id"], "role": "探访义工", "needed": 3}, {"role": "翻译", "needed": 1}]
    changed = await browser.put(f"{API}/shifts/{shift_id}/seats", headers=key, json={"seats": seats})
    assert [seat["needed"] for seat in changed.json()["seats"]] == [3, 1]
    moved = {"title": "探访", "place": "二楼", "starts": shift["starts"], "ends": shift["ends"]}
    assert (await browser.put(f"{API}/shifts/{shift_id}", headers=key, json=moved)).json()["place"] == "二楼"
    cancelled = await browser.post(f"{API}/shifts/{shift_id}/cancel", headers=key, json={"reason": "台风"})
    assert cancelled.json() == {"told": 0}
    again = await browser.post(f"{API}/shifts/{shift_id}/cancel", headers=key, json={"reason": "台风"})
    assert (again.status_code, again.json()["code"]) == (409, "cancelled_already")


async def test_a_series_is_published_by_rule_without_the_days_left_out(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await around_now(ground)
    key = await key_of(ground.agency, ground.manager, "agency_manager")
    first = clock.local_day(clock.now()) + timedelta(days=1)
    body = {
        "rrule": "FREQ=DAILY;COUNT=3",
        "first": first.isoformat(),
        "begins": "22:00:00",
        "ends": "02:00:00",
        "seats": [{"role": "守夜义工", "needed": 1}],
        "leave_out": [(first + timedelta(days=1)).isoformat()],
    }
    path = f"{API}/activities/{ground.activity}/series"
    made = await visit().browser.post(path, headers=key, json=body)
    assert len(made.json()["shift_ids"]) == 2, made.text
    assert await value("SELECT max(ends - starts) FROM shift") == timedelta(hours=4)
    wrong = await visit().browser.post(path, headers=key, json=body | {"rrule": "FREQ=SECONDLY"})
    assert wrong.json()["code"] == "rule_not_understood"
    unknown = await visit().browser.post(path, headers=key, json=body | {"colour": "red"})
    assert unknown.status_code == 400


async def test_refusals_name_every_field_and_strangers_find_nothing(visit: Callable[[], Visitor]) -> None:
    ground, other = await lay(), await lay()
    key = await key_of(ground.agency, ground.manager, "agency_manager")
    browser = visit().browser
    body = BODY | {"line_id": other.line, "dangerous": True, "minors_allowed": True}
    refused = await browser.post(f"{API}/activities", headers=key, json=body)
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert set(refused.json()["fields"]) == {"line", "insurance_policy", "minors_allowed"}
    for path in (f"/activities/{other.activity}", f"/shifts/{await make.shift(other.activity)}"):
        assert (await browser.get(API + path, headers=key)).status_code == 404
    funder = await key_of(ground.funder, ground.officer, "funder_officer")
    assert (await browser.get(f"{API}/activities/{ground.activity}", headers=funder)).status_code == 200
    assert (await browser.post(f"{API}/activities", headers=funder, json=body)).status_code == 403
    assert (await browser.get(f"{API}/activities")).status_code == 401


async def test_a_device_reads_the_board_punches_and_takes_back(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    key = await key_of(ground.agency, ground.manager, "agency_manager")
    browser = visit().browser
    boards = await browser.get(f"{API}/boards", headers=key)
    assert boards.json()[0]["tally"]["late"] == 3, boards.text
    at = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    tap = {"direction": "in", "nonce": "device-0001", "at": at}
    path = f"{API}/signups/{day.signups[0]}/punches"
    first = await browser.post(path, headers=key, json=tap)
    assert first.status_code == 200, first.text
    assert (await browser.post(path, headers=key, json=tap)).json() == first.json()
    assert (await browser.post(path, headers=key, json=tap | {"direction": "out"})).json()[
        "code"
    ] == "punch_nonce_taken"
    undone = await browser.post(f"{API}/punches/{first.json()['id']}/undo", headers=key, json={"nonce": "device-0002"})
    assert undone.json()["undoes"] == first.json()["id"]
    board = await browser.get(f"{API}/shifts/{day.shift}/board", headers=key)
    assert board.json()["tally"]["here"] == 0
    code = (await browser.get(f"{API}/shifts/{day.shift}/code", headers=key)).json()["code"]
    assert len(code) == 6


async def test_the_description_holds_the_agencys_routes(visit: Callable[[], Visitor]) -> None:
    described = (await visit().browser.get("/api/schema/openapi.json")).json()
    assert "post" in described["paths"]["/api/v1/activities/{activity_id}/series"]
    assert "409" in described["paths"]["/api/v1/signups/{signup_id}/punches"]["post"]["responses"]
