"""The radar's pages and its JSON: what they say, what they take, and that they ask no more when there is more."""

from collections.abc import Callable

from app.accounts.actor import key_digest
from app.kit.db import execute, value
from tests import factories as make
from tests.counting import listening
from tests.hours import scene
from tests.hours.radar_scene import NOW, elsewhere, finding, found, look, people, present
from tests.hours.scene import local
from tests.visitor import Visitor

Visit = Callable[[], Visitor]


async def key_of(account: int, role: str) -> dict[str, str]:
    """An API key of this account's organisation."""
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " SELECT organisation, $2, 'test', 'lk_', $3, account, $4 FROM membership WHERE account = $1",
        account, role, key_digest(f"lk_{account}"), NOW,
    )  # fmt: skip
    return {"authorization": f"Bearer lk_{account}"}


async def test_the_queue_begins_with_what_waits_and_says_each_finding(visit: Visit) -> None:
    here, there = await scene.build(), await elsewhere()
    [person] = await people(1)
    await present(here, person, local(9, 0), local(11, 0))
    await present(there, person, local(9, 30), local(12, 0))
    await look()
    manager = await visit().signs_in_as(here.manager)
    shown = (await manager.get("/radar")).text
    assert "1 finding about your agency waits for your explanation" in shown
    assert "at the same time, for 1 h 30 min on Sat 28 Nov" in shown
    assert "Any agency" not in shown  # there is only one to choose
    officer = await visit().signs_in_as(here.officer)
    assert "1 finding is open; 0 explained and ready to settle" in (await officer.get("/radar")).text
    stranger = await visit().signs_in_as((await elsewhere()).manager)
    assert "Nothing about your agency waits to be explained." in (await stranger.get("/radar")).text


async def test_the_queue_is_filtered_by_state_rule_and_agency(visit: Visit) -> None:
    here = await scene.build()
    await finding(here.agency)
    await finding(here.agency, rule="twins", person=0)
    await execute(
        'UPDATE radar_finding SET facts = \'{"people": 5, "shifts": 4, "day": "2026-11-24"}\' WHERE rule = \'twins\''
    )
    officer = await visit().signs_in_as(here.officer)
    assert (await officer.get("/radar")).text.count('id="finding-') == 2
    assert (await officer.get("/radar?rule=twins")).text.count('id="finding-') == 1
    assert (await officer.get(f"/radar?agency={here.agency + 999}")).text.count('id="finding-') == 0
    assert (await officer.get("/radar?show=misuse")).text.count('id="finding-') == 0
    assert (await officer.get("/radar?rule=nonsense&show=nonsense&agency=x")).status_code == 200


async def test_a_finding_is_explained_and_settled_from_its_page(visit: Visit) -> None:
    here, there = await scene.build(), await elsewhere()
    [person] = await people(1)
    one = await present(here, person, local(9, 0), local(11, 0))
    other = await present(there, person, local(9, 30), local(12, 0))
    await look()
    number = next(each.id for each in await found() if each.agency == here.agency)
    manager = await visit().signs_in_as(here.manager)
    shown = (await manager.get(f"/radar/{number}")).text
    assert f'href="/attendances/{one}"' in shown
    assert f'href="/attendances/{other}"' not in shown  # another agency's: its times are told, its proof is not
    assert "Settle it" not in shown
    again = await manager.post(f"/radar/{number}/explain", {"words": " "})
    assert again.status_code == 422
    assert "Say in a few words how this came about." in again.text
    assert (await manager.post(f"/radar/{number}/explain", {"words": "一处是线上。"})).status_code == 303
    officer = await visit().signs_in_as(here.officer)
    assert "一处是线上。" in (await officer.get(f"/radar/{number}")).text
    again = await officer.post(f"/radar/{number}/settle", {"outcome": "explained"})
    assert again.status_code == 422
    sent = await officer.post(f"/radar/{number}/settle", {"outcome": "explained", "words": "核过线上记录。"})
    assert sent.status_code == 303
    shown = (await manager.get(f"/radar/{number}")).text
    assert "Settled: Explained" in shown
    assert "Explain it" not in shown
    late = await officer.post(f"/radar/{number}/settle", {"outcome": "misuse", "words": "反悔"})
    assert late.status_code == 409
    assert "a settled finding is not opened again" in late.text


async def test_whoever_is_involved_sees_why_they_cannot_settle(visit: Visit) -> None:
    here = await scene.build()
    number = await finding(here.agency, account=here.officer)
    officer = await visit().signs_in_as(here.officer)
    assert "This is about you" in (await officer.get(f"/radar/{number}")).text
    refused = await officer.post(f"/radar/{number}/settle", {"outcome": "explained", "words": "没事"})
    assert refused.status_code == 403
    assert [one.status for one in await found()] == ["open"]


async def test_thresholds_are_set_from_a_day_on_by_a_form_that_keeps_what_was_typed(visit: Visit) -> None:
    here = await scene.build()
    officer = await visit().signs_in_as(here.officer)
    assert (await officer.get("/radar/rules/travel")).status_code == 403, "a threshold holds for every funder"
    platform = await make.member(await make.organisation("platform"), "platform_admin")
    administrator = await visit().signs_in_as(platform)
    form = {"kmh": "90", "km": "0", "weight": "4", "enabled": "1", "applies_from": "2020-01-01"}
    wrong = await administrator.post("/radar/rules/travel", form)
    assert wrong.status_code == 422
    assert "Enter a whole number above 0." in wrong.text
    assert 'value="90"' in wrong.text
    late = await administrator.post("/radar/rules/travel", form | {"km": "3", "applies_from": "2021-01-01"})
    assert "Thresholds change from today at the earliest" in late.text
    set_to = await administrator.post("/radar/rules/travel", form | {"km": "3", "applies_from": "2099-01-01"})
    assert set_to.status_code == 303
    kept = await value("SELECT thresholds::text FROM radar_rule WHERE code = 'travel' AND applies_from = '2099-01-01'")
    assert kept == '{"km": 3, "kmh": 90}'
    twice = await administrator.post("/radar/rules/travel", form | {"km": "4", "applies_from": "2099-01-01"})
    assert "already change on that day" in twice.text
    assert (await administrator.get("/radar/rules/nonsense")).status_code == 404
    manager = await visit().signs_in_as(here.manager)
    assert (await manager.get("/radar/rules")).status_code == 200


async def test_the_home_and_program_pages_take_a_part(visit: Visit) -> None:
    here = await scene.build()
    await finding(here.agency)
    officer = await visit().signs_in_as(here.officer)
    part = {"hx-request": "true"}
    assert "to be settled" in (await officer.get("/radar", headers=part)).text
    score = (await officer.get(f"/radar/scores?program={here.program}", headers=part)).text
    assert "integrity score" in score
    assert "<html" not in score
    elsewhere_score = await officer.get(f"/radar/scores?program={(await elsewhere()).program}", headers=part)
    assert "There is no score yet." in elsewhere_score.text


async def test_the_queue_asks_no_more_when_there_is_more(visit: Visit) -> None:
    here = await scene.build()
    officer = await visit().signs_in_as(here.officer)
    await finding(here.agency)
    await officer.get("/radar")
    async with listening() as few:
        assert (await officer.get("/radar")).text.count('id="finding-') == 1
    for _ in range(60):
        await finding(here.agency)
    async with listening() as many:
        shown = (await officer.get("/radar")).text
    assert shown.count('id="finding-') == 50
    assert "Older" in shown
    assert len(many) == len(few)


async def test_programs_do_the_same_by_json(visit: Visit) -> None:
    here = await scene.build()
    number = await finding(here.agency)
    asks = visit().browser
    manager, officer = await key_of(here.manager, "agency_manager"), await key_of(here.officer, "funder_officer")
    listed = (await asks.get("/api/v1/radar/findings?status=open", headers=manager)).json()
    assert [item["id"] for item in listed["items"]] == [number]
    assert listed["items"][0]["figures"]["minutes"] == 1020
    url = f"/api/v1/radar/findings/{number}"
    explained = await asks.post(f"{url}/explain", json={"words": "两班相连。"}, headers=manager)
    assert explained.json()["finding"]["held_by"] == "funder"
    assert (
        await asks.post(f"{url}/settle", json={"outcome": "open", "words": "x"}, headers=officer)
    ).status_code == 422
    settled = await asks.post(f"{url}/settle", json={"outcome": "misuse", "words": "虚报"}, headers=officer)
    assert settled.json()["finding"]["outcome"] == "虚报"
    again = await asks.post(f"{url}/settle", json={"outcome": "explained", "words": "算了"}, headers=officer)
    assert (again.status_code, again.json()["code"]) == (409, "finding_settled")
    new = {"thresholds": {"minutes": 600}, "applies_from": "2099-01-01", "weight": 3}
    assert (await asks.post("/api/v1/radar/rules/long_day", json=new, headers=officer)).status_code == 403
    platform = await make.member(await make.organisation("platform"), "platform_admin")
    administrator = await key_of(platform, "platform_admin")
    rows = await asks.post("/api/v1/radar/rules/long_day", json=new, headers=administrator)
    assert [row["thresholds"] for row in rows.json()] == [{"minutes": 600}, {"minutes": 960}]
    for wrong in ({"thresholds": {"minutes": 0}}, {"applies_from": "2020-01-01"}):
        assert (
            await asks.post("/api/v1/radar/rules/long_day", json=new | wrong, headers=administrator)
        ).status_code == 422
    scores = (await asks.get("/api/v1/radar/scores", headers=officer)).json()
    assert [(one["agency_id"], one["misuse"]) for one in scores] == [(here.agency, 1)]
