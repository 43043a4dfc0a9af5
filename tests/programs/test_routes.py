"""The pages and the JSON API of programs, as their visitors use them."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import httpx

from app.kit.db import execute, value
from tests import factories as make
from tests.counting import listening
from tests.programs.scene import NOW, Scene, scene
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
ROW: dict[str, Any] = {
    "code-0": "1.1", "name-0": "长者探访", "service_kind-0": "elder_visit", "unit-0": "hour", "target-0": "1200",
    "unit_price_fen-0": "50", "capacity-0": "either", "unit-1": "hour", "capacity-1": "either",
}  # fmt: skip


async def officer_of(at: Scene, visit: Visit) -> Visitor:
    return await visit().signs_in_as(at.officer.account_id)


async def test_an_officer_records_a_program_up_to_its_start(visit: Visit) -> None:
    at = await scene()
    officer = await officer_of(at, visit)
    program = {"name": "长者探访项目", "agency": at.agency, "region": make.STREET, "_once": "t1"}
    to_contract = await officer.post("/programs/new", program)
    assert to_contract.status_code == 303, to_contract.text
    terms = {"number": "GY-7", "starts_on": "2026-01-01", "last_on": "2026-12-31", "budget_fen": "60,000"}
    to_lines = await officer.post(to_contract.headers["location"], terms)
    to_periods = await officer.post(to_lines.headers["location"], ROW)
    months = (await officer.get(to_periods.headers["location"])).text
    days = re.findall(r'name="((?:starts_on|last_on)-\d+)"[^>]*value="([\d-]+)"', months)
    assert len(days) == 24
    assert ("last_on-11", "2026-12-31") in days, "the last day is shown as people name it"
    to_check = await officer.post(to_periods.headers["location"], dict(days))
    check = await officer.get(to_check.headers["location"])
    assert "exactly the budget" in check.text
    started = await officer.post(re.search(r'action="(/contracts/\d+/in-force)"', check.text)[1])  # type: ignore[index]
    page = await officer.get(started.headers["location"])
    assert "Running" in page.text
    assert await value("SELECT ends_before::text FROM contract") == "2027-01-01"
    assert await value("SELECT budget_fen FROM contract") == 6_000_000


async def test_a_form_sent_twice_makes_one_program(visit: Visit) -> None:
    at = await scene()
    officer = await officer_of(at, visit)
    form = {"name": "一个项目", "agency": at.agency, "region": make.STREET, "_once": "same"}
    first, second = await officer.post("/programs/new", form), await officer.post("/programs/new", form)
    assert first.headers["location"] == second.headers["location"]
    assert await value("SELECT count(*) FROM program") == 1


async def test_more_rows_keep_what_was_typed_and_save_nothing(visit: Visit) -> None:
    at = await scene()
    officer = await officer_of(at, visit)
    contract = await _draft_contract(at)
    page = await officer.post(f"/contracts/{contract}/lines", {**ROW, "target-0": "abc", "more": "1"})
    assert page.status_code == 200
    assert 'value="abc"' in page.text
    assert 'name="code-4"' in page.text
    assert await value("SELECT count(*) FROM line WHERE contract = $1", contract) == 0


async def test_a_row_with_faults_names_each_and_keeps_the_rest(visit: Visit) -> None:
    at = await scene()
    officer = await officer_of(at, visit)
    contract = await _draft_contract(at)
    page = await officer.post(
        f"/contracts/{contract}/lines", {**ROW, "target-0": "0", "unit_price_fen-0": "zehn", "service_kind-0": ""}
    )
    assert page.status_code == 422
    for name in ("target-0", "unit_price_fen-0", "service_kind-0"):
        assert f'id="{name}-error"' in page.text
    assert 'value="长者探访"' in page.text
    assert await value("SELECT count(*) FROM line WHERE contract = $1", contract) == 0


async def test_lines_that_pass_the_budget_are_a_warning_and_no_bar(visit: Visit) -> None:
    at = await scene()
    officer = await officer_of(at, visit)
    contract = await _draft_contract(at)
    await make.line(contract, target=100_000)
    check = await officer.get(f"/contracts/{contract}/check")
    assert "The lines come to more than the budget" in check.text
    assert (await officer.post(f"/contracts/{contract}/in-force")).status_code == 303


async def test_the_agency_submits_and_the_funder_returns_with_a_reason(visit: Visit) -> None:
    at = await scene()
    contract = await _running(at)
    period = await value("SELECT min(id) FROM period WHERE contract = $1", contract)
    manager, officer = await visit().signs_in_as(at.manager.account_id), await officer_of(at, visit)
    assert "Submit and lock" in (await manager.get(f"/periods/{period}")).text
    assert "Submit and lock" not in (await officer.get(f"/periods/{period}")).text
    assert (await manager.post(f"/periods/{period}/submit")).status_code == 303
    silent = await officer.post(f"/periods/{period}/return", {"note": ""})
    assert silent.status_code == 422
    assert "Say what has to be put right" in silent.text
    assert (await officer.post(f"/periods/{period}/return", {"note": "缺门牌卡"})).status_code == 303
    page = (await manager.get(f"/periods/{period}")).text
    assert "缺门牌卡" in page
    assert "Submit and lock" in page


async def test_the_list_asks_the_database_as_often_for_many_programs_as_for_one(visit: Visit) -> None:
    at = await scene()
    officer = await officer_of(at, visit)
    counts = []
    for _ in range(2):
        for _ in range(6):
            await make.contract(await make.program(at.funder, at.agency, at.officer.account_id), at.officer.account_id)
        async with listening() as heard:
            assert (await officer.get("/programs")).status_code == 200
        counts.append(len(heard))
    assert counts[0] == counts[1]


async def test_the_list_is_cut_into_pages_and_filtered(visit: Visit) -> None:
    at = await scene()
    officer = await officer_of(at, visit)
    for number in range(53):
        await make.program(at.funder, at.agency, at.officer.account_id, f"项目{number:02d}")
    await execute("UPDATE program SET name_en = ''")
    first = await officer.get("/programs")
    assert "项目52" in first.text
    assert "项目02" not in first.text
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older
    assert "项目02" in (await officer.get(older[1].replace("&amp;", "&"))).text
    found = await officer.get("/programs", params={"name": "项目3", "status": "active"})
    assert "10 programs found" in found.text


async def test_chinese_pages_speak_chinese(visit: Visit) -> None:
    at = await scene()
    contract = await _running(at)
    officer = await officer_of(at, visit)
    officer.browser.headers["accept-language"] = "zh-CN"
    page = (await officer.get(f"/contracts/{contract}")).text
    assert "1,200 小时" in page
    assert "结算期" in page


async def key_of(at: Scene, account_id: int, organisation: int, role: str) -> dict[str, str]:
    key = f"lk_test_{account_id}"
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, $2, 'test', 'lk_test', $3, $4, $5)",
        organisation, role, hashlib.sha256(key.encode()).digest(), account_id, NOW,
    )  # fmt: skip
    return {"authorization": f"Bearer {key}"}


async def send(visitor: Visitor, method: str, path: str, key: dict[str, str], body: Any = None) -> httpx.Response:
    return await visitor.browser.request(method, f"/api/v1{path}", json=body, headers=key)


async def test_a_program_with_its_contract_is_recorded_through_the_api_in_two_calls(visit: Visit) -> None:
    at = await scene()
    key = await key_of(at, at.officer.account_id, at.funder, "funder_officer")
    someone = visit()
    made = await send(
        someone, "POST", "/programs", key, {"name": "接口项目", "agency": at.agency, "region": make.STREET}
    )
    assert made.status_code == 201, made.text
    body = {
        "number": "API-1", "starts_on": "2026-01-01", "ends_before": "2027-01-01", "budget_fen": 6_000_000,
        "rhythm": "quarterly", "in_force": True,
        "lines": [
            {"code": "1", "name": "探访", "service_kind": "elder_visit", "unit": "hour", "target": 1200,
             "unit_price_fen": 5000}
        ],
    }  # fmt: skip
    contract = await send(someone, "POST", f"/programs/{made.json()['id']}/contracts", key, body)
    assert contract.status_code == 201, contract.text
    assert [period["ends_before"] for period in contract.json()["periods"]] == [
        "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01",
    ]  # fmt: skip
    assert (await send(someone, "GET", f"/programs/{made.json()['id']}", key)).json()["status"] == "active"
    managers = await key_of(at, at.manager.account_id, at.agency, "agency_manager")
    period = contract.json()["periods"][0]["id"]
    locked = await send(someone, "POST", f"/periods/{period}/submission", managers, {"note": ""})
    assert locked.json()["status"] == "submitted"
    barred = await send(someone, "POST", f"/periods/{period}/acceptance", managers, {"note": ""})
    assert barred.status_code == 403
    again = await send(someone, "POST", f"/periods/{period}/submission", managers, {"note": ""})
    assert again.status_code == 409
    assert again.json()["code"] == "period_locked"


async def test_the_api_takes_a_contract_whole_or_not_at_all_and_refuses_unknown_fields(visit: Visit) -> None:
    at = await scene()
    key = await key_of(at, at.officer.account_id, at.funder, "funder_officer")
    program = await make.program(at.funder, at.agency, at.officer.account_id)
    terms = {"number": "API-2", "starts_on": "2026-01-01", "ends_before": "2027-01-01", "budget_fen": 0}
    outside = await send(
        visit(), "POST", f"/programs/{program}/contracts", key,
        {**terms, "periods": [{"starts_on": "2025-01-01", "ends_before": "2025-02-01"}]},
    )  # fmt: skip
    assert outside.status_code == 409
    assert outside.json()["code"] == "period_outside_contract"
    unknown = await send(visit(), "POST", f"/programs/{program}/contracts", key, {**terms, "bugdet": 1})
    assert unknown.status_code == 400
    assert await value("SELECT count(*) FROM contract") == 0


async def test_a_strangers_key_finds_nothing(visit: Visit) -> None:
    at = await scene()
    contract = await _running(at)
    key = await key_of(at, at.stranger.account_id, at.stranger.organisation_id, "funder_officer")
    found = await send(visit(), "GET", f"/contracts/{contract}", key)
    assert found.status_code == 404
    assert (await send(visit(), "GET", "/programs", key)).json() == {"programs": [], "next": None}


async def _draft_contract(at: Scene) -> int:
    program = await make.program(at.funder, at.agency, at.officer.account_id)
    contract = await make.contract(program, at.officer.account_id)
    await execute("UPDATE contract SET in_force_at = NULL WHERE id = $1", contract)
    return contract


async def _running(at: Scene) -> int:
    program = await make.program(at.funder, at.agency, at.officer.account_id)
    contract = await make.contract(program, at.officer.account_id)
    await make.line(contract)
    return contract
