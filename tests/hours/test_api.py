"""The chain's end as JSON: attendance, approvals, the ledger and the report, by an organisation's key."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kit.db import execute, value
from app.settings import settings
from tests.hours import scene as set_up
from tests.hours.scene import attendance, entries
from tests.settle import settle
from tests.visitor import Visitor


class Caller:
    """A program with a key."""

    def __init__(self, visitor: Visitor, key: str) -> None:
        self.browser, self.headers = visitor.browser, {"authorization": f"Bearer {key}"}

    async def get(self, path: str) -> httpx.Response:
        return await self.browser.get(f"/api/v1{path}", headers=self.headers)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.browser.post(f"/api/v1{path}", headers=self.headers, json=body)


async def caller(visitor: Visitor, organisation: int, role: str, account: int) -> Caller:
    """A caller with a key that `account` made."""
    key = f"lk_{role}_{account}"
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, $2, 'test', $3, $4, $5, $6)",
        organisation, role, key[:8], hashlib.sha256(key.encode()).digest(), account, datetime.now(UTC),
    )  # fmt: skip
    return Caller(visitor, key)


async def test_an_attendance_is_listed_corrected_returned_and_approved(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here = await scene.attended(starts=datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    manager = await caller(visit(), scene.agency, "agency_manager", scene.manager)
    worker = await caller(visit(), scene.agency, "social_worker", scene.worker)
    listed = (await manager.get("/attendances?status=recorded&limit=1")).json()
    assert [item["id"] for item in listed["items"]] == [here]
    assert listed["next_before"] == here
    assert (await manager.get(f"/attendances?before={here}")).json()["items"] == []
    returned = await manager.post(f"/attendances/{here}/return", {"note": "The departure is missing."})
    assert returned.json()["attendance"]["status"] == "returned"
    times = {"came": "2026-03-02T14:00:00+08:00", "left": "2026-03-02T15:30:00+08:00", "reason": "break"}
    corrected = (await worker.post(f"/attendances/{here}/adjust", times)).json()
    assert corrected["attendance"]["counted_minutes"] == 90
    assert corrected["attendance"]["raw_minutes"] == 120
    assert corrected["trace"][-1] == {"code": "counted", "figures": {"minutes": 90}, "text": "Counted: 1 h 30 min."}
    refused = await worker.post(f"/attendances/{here}/approve")
    assert refused.status_code == 403, "a social worker may not approve at all"
    vouched = (await manager.post(f"/attendances/{here}/approve")).json()
    assert vouched["attendance"]["status"] == "vouched", "keyed months later: the rule-book asks for a second person"
    assert vouched["postings"] == []
    alone = await manager.post(f"/attendances/{here}/approve")
    assert (alone.status_code, alone.json()["code"]) == (409, "second_needed")
    second = await caller(visit(), scene.agency, "agency_manager", scene.colleague)
    approved = (await second.post(f"/attendances/{here}/approve")).json()
    assert approved["attendance"]["status"] == "posted"
    assert [posting["minutes"] for posting in approved["postings"]] == [90]
    again = await manager.post(f"/attendances/{here}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "approved_already")
    assert len(await entries(here)) == 1


async def test_unknown_fields_and_impossible_times_are_refused(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here = await scene.attended(starts=datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    worker = await caller(visit(), scene.agency, "social_worker", scene.worker)
    times = {"came": "2026-03-02T14:00:00+08:00", "left": "2026-03-02T13:00:00+08:00", "reason": "break"}
    assert (await worker.post(f"/attendances/{here}/adjust", times | {"minutes": 600})).status_code == 400
    assert (
        await worker.post(f"/attendances/{here}/adjust", times | {"came": "2026-03-02T14:00:00"})
    ).status_code == 400
    backwards = await worker.post(f"/attendances/{here}/adjust", times)
    assert backwards.json()["code"] == "out_before_in"
    wordless = await worker.post(
        f"/attendances/{here}/adjust", times | {"left": "2026-03-02T15:00:00+08:00", "reason": "other"}
    )
    assert (wordless.status_code, wordless.json()["code"]) == (422, "say_note")
    assert (await attendance(here)).counted_minutes == 120


async def test_a_key_sees_its_organisations_hours_and_no_others(visit: Callable[[], Visitor]) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    here = await scene.attended(starts=datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    manager = await caller(visit(), scene.agency, "agency_manager", scene.manager)
    await manager.post(f"/attendances/{here}/approve")
    funder = await caller(visit(), scene.funder, "funder_officer", scene.officer)
    stranger = await caller(visit(), elsewhere.funder, "funder_officer", elsewhere.officer)
    postings = (await funder.get(f"/postings?contract={scene.contract}")).json()
    assert [(item["minutes"], item["line_id"]) for item in postings["items"]] == [(120, scene.line)]
    assert (await stranger.get("/postings")).json() == {"items": [], "next_before": None}
    assert (await stranger.get(f"/attendances/{here}")).status_code == 404
    assert (await stranger.get(f"/reports/hours?contract={scene.contract}")).status_code == 404
    # The key's maker also serves; the key asks for the organisation, not for that person.
    await execute("UPDATE attendance SET status = 'posted'")
    await execute("UPDATE person SET account = $1", elsewhere.officer)
    assert (await stranger.get(f"/attendances/{here}")).status_code == 404


async def test_the_report_and_its_rows_and_files(
    visit: Callable[[], Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    scene = await set_up.build()
    here = await scene.attended(starts=datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    manager = await caller(visit(), scene.agency, "agency_manager", scene.manager)
    await manager.post(f"/attendances/{here}/approve")
    funder = await caller(visit(), scene.funder, "funder_officer", scene.officer)
    report = (await funder.get(f"/reports/hours?contract={scene.contract}")).json()
    assert (report["minutes"], report["attendances"]) == (120, 1)
    assert report["lines"][0]["delivered"] == 2
    assert [figure["minutes"] for figure in report["months"] if figure["key"] == "2026-03"] == [120]
    assert len(report["months"]) == 12
    rows = (await funder.get(f"/reports/hours/rows?contract={scene.contract}&grade=B&limit=1")).json()
    assert (rows["rows"], rows["items"][0]["attendance_id"]) == (1, here)
    assert (await funder.get(f"/reports/hours/rows?contract={scene.contract}&after={rows['next_after']}")).json()[
        "items"
    ] == []
    assert (await funder.get(f"/reports/hours/rows?contract={scene.contract}&grade=Z")).status_code in (400, 404)
    csv = await funder.get(f"/reports/hours.csv?contract={scene.contract}")
    assert csv.text.startswith("\ufeff")
    assert csv.text.count("\n") == 2
    assert len((await funder.get(f"/reports/hours.json?contract={scene.contract}")).json()) == 1
    asked = await funder.post("/exports", {"contract": scene.contract, "grade": "B"})
    assert (asked.status_code, asked.json()["status"]) == (202, "waiting")
    await settle()
    made = (await funder.get(f"/exports/{asked.json()['id']}")).json()
    assert (made["status"], made["rows_total"]) == ("ready", 1)
    file = await funder.browser.get(made["file"], headers=funder.headers)
    assert file.content.startswith(b"PK")
    assert await value("SELECT count(*) FROM export") == 1


async def test_every_address_is_in_the_openapi_document(visit: Callable[[], Visitor]) -> None:
    paths = (await visit().get("/api/schema/openapi.json")).json()["paths"]
    for path in ("/attendances", "/attendances/{attendance_id}/approve", "/postings", "/reports/hours", "/exports"):
        [operation] = paths[f"/api/v1{path}"].values()
        assert operation["summary"]
        assert operation["tags"]
    responses = paths["/api/v1/attendances/{attendance_id}/approve"]["post"]["responses"]
    assert {"200", "404", "409"} <= set(responses)
