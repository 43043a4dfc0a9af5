"""The inbox, taking back, rosters and call-backs as JSON, by an organisation's key."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.hours.actions.sampling import draw_samples
from app.kit import clock
from app.kit.db import value
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import entries
from tests.hours.test_api import caller
from tests.visitor import Visitor

EARLY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


async def test_many_are_approved_each_on_its_own_and_taken_back(visit: Callable[[], Visitor]) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    here, theirs = await scene.attended(starts=EARLY), await elsewhere.attended(starts=EARLY)
    manager = await caller(visit(), scene.agency, "agency_manager", scene.manager)
    waiting = (await manager.get("/approvals")).json()
    assert [(item["attendance_id"], item["clean"], item["reasons"]) for item in waiting["items"]] == [(here, True, [])]
    answers = (await manager.post("/approvals", {"attendances": [here, theirs]})).json()
    assert [(each["attendance_id"], each["minutes"]) for each in answers] == [(here, 120), (theirs, None)]
    assert answers[1]["refused"]["code"] == "not_found"
    assert not await entries(theirs)
    unexplained = await manager.post(f"/attendances/{here}/undo", {"reason": "other"})
    assert (unexplained.status_code, unexplained.json()["code"]) == (422, "say_why_undone")
    back = await manager.post(f"/attendances/{here}/undo", {"reason": "by_mistake"})
    assert back.json() == {"attendance_id": here, "status": "recorded"}
    assert [entry.minutes for entry in await entries(here)] == [120, -120]


async def test_a_roster_says_by_its_place_which_row_cannot_be_right(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    shift = await scene.shift(starts=EARLY)
    await make.seat(shift)
    number = await value("SELECT volunteer_no FROM person WHERE id = $1", (await make.volunteer())[1])
    times = {"came": EARLY.isoformat(), "left": (EARLY + timedelta(hours=2)).isoformat()}
    worker = await caller(visit(), scene.agency, "social_worker", scene.worker)
    good, wrong = {"volunteer_no": number, **times}, {"volunteer_no": "T0", **times}
    refused = await worker.post(f"/shifts/{shift}/roster", {"rows": [good, wrong]})
    assert refused.status_code == 422
    assert refused.json()["fields"] == {"rows-1": "Nobody has this volunteer number."}
    assert not await value("SELECT count(*) FROM attendance")
    assert (await worker.post(f"/shifts/{shift}/roster", {"rows": [good]})).json() == {"keyed": 1}
    here = await value("SELECT id FROM attendance")
    beside = {"kind": "travel", "came": times["left"], "left": (EARLY + timedelta(hours=3)).isoformat(), "note": "bus"}
    assert (await worker.post(f"/attendances/{here}/beside", beside)).status_code == 201
    again = await worker.post(f"/attendances/{here}/beside", beside)
    assert again.status_code == 409


async def test_a_sample_can_be_drawn_again_and_answered(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here = await scene.attended(starts=EARLY)
    visitor = visit()
    manager = await caller(visitor, scene.agency, "agency_manager", scene.manager)
    await manager.post("/approvals", {"attendances": [here]})
    await draw_samples(now=clock.now())
    officer = await caller(visitor, scene.funder, "funder_officer", scene.officer)
    [item] = (await officer.get("/call-backs")).json()["items"]
    draw = (await officer.get(f"/call-backs/draws/{item['draw_id']}")).json()
    assert (draw["among"], draw["drawn"], draw["permille"]) == ([here], [here], 50)
    own = await manager.post(f"/call-backs/{item['id']}", {"heard": "agrees"})
    assert (own.status_code, own.json()["code"]) == (409, "had_a_part")
    assert (await officer.post(f"/call-backs/{item['id']}", {"heard": "agrees"})).status_code == 204
    assert (await officer.get("/call-backs?answered=true")).json()["items"][0]["status"] == "agrees"
