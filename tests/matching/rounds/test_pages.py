"""The pages and the JSON of rounds: from asking to the answers, in both languages, and what others see of them."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from app.kit import clock
from app.kit.db import execute, value
from app.matching.actions import leasing
from app.matching.packing import unpack
from app.matching.problem import Problem, Weights
from app.matching.rules.rounds import Progress
from tests import factories as make
from tests.counting import listening
from tests.matching.rounds import scene
from tests.settle import settle
from tests.visitor import Visitor

Visit = Callable[[], Visitor]


async def manager(visit: Visit, here: scene.Place, language: str = "en") -> Visitor:
    visitor = visit()
    visitor.browser.headers["accept-language"] = language
    return await visitor.signs_in_as(here.manager)


async def test_a_round_is_asked_for_watched_looked_at_and_sent(visit: Visit) -> None:
    here = await scene.place(shifts=2)
    visitor = await manager(visit, here)
    assert "No round yet" in (await visitor.get("/rounds")).text
    page = await visitor.get("/rounds/new")
    assert "2 places are open" in page.text
    today = clock.local_day(clock.now())
    form = {"region": "4403", "first": today + timedelta(days=1), "last": today + timedelta(days=7), "seconds": "10"}
    answer = await visitor.post("/rounds", form)
    assert answer.status_code == 303
    path = answer.headers["location"]
    assert "Waiting for a matcher" in (await visitor.get(path)).text
    lease = await scene.taken()
    said = Progress(tries=1, stage="exchanges", seconds=4, value=990, bound=1000, filled=1, heads=2)
    await leasing.beat(lease, said, now=clock.now())
    page = await visitor.get(path, headers={"HX-Request": "true"})
    assert "At most 1.0 % below the best possible plan." in page.text
    assert "6 seconds left" in page.text
    assert "1 of 2" in page.text
    await scene.save(lease, await scene.loaded(lease), [(here.people[0], here.seats[0])])
    page = await visitor.get(path, headers={"HX-Request": "true"})
    assert page.headers["HX-Refresh"] == "true"
    page = await visitor.get(path)
    assert "1 of 2 places are proposed to somebody. 1 stays open: nobody is free then." in page.text
    assert "王**" in page.text  # whom the agency does not know yet is not named
    sent = await visitor.post(f"{path}/send")
    assert sent.status_code == 303
    await settle()
    assert "0 of 1 person asked has accepted. 1 have not answered yet" in (await visitor.get(path)).text


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_every_page_of_a_plan_opens_in_both_languages(visit: Visit, language: str) -> None:
    here = await scene.place(shifts=3, people=4)
    old = await scene.ready(here, [(here.people[0], here.seats[0])])
    new = await scene.ready(here, [(here.people[0], here.seats[0]), (here.people[1], here.seats[1])], based_on=old)
    visitor = await manager(visit, here, language)
    for path in (
        "/rounds",
        "/rounds/new",
        f"/rounds/{new}",
        f"/rounds/{new}?gaps=1",
        f"/rounds/{new}/compare",
        f"/rounds/{old}/compare",
        f"/rounds/{new}/seats/{here.seats[2]}?q=王",
        "/matching/weights",
    ):
        answer = await visitor.get(path)
        assert answer.status_code == 200, (path, answer.text)


async def test_a_refused_form_keeps_what_was_typed(visit: Visit) -> None:
    here = await scene.place(shifts=1)
    visitor = await manager(visit, here)
    answer = await visitor.post("/rounds", {"region": "4403", "first": "2020-01-01", "last": "2020-01-02"})
    assert answer.status_code == 422
    assert "Shifts of the past cannot be filled." in answer.text
    assert "2020-01-02" in answer.text
    await scene.asked(here)
    today = clock.local_day(clock.now())
    answer = await visitor.post("/rounds", {"region": "4403", "first": today, "last": today + timedelta(days=3)})
    assert "A round for this region is at work already." in answer.text


async def test_editing_stopping_and_dropping_from_the_pages(visit: Visit) -> None:
    here = await scene.place(shifts=1)
    visitor = await manager(visit, here)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    placement = (await scene.placements(round_id))[0].id
    await visitor.post(f"/rounds/{round_id}/placements/{placement}/drop", {"reason": "said_no"})
    assert "They said they cannot come" in (await visitor.get(f"/rounds/{round_id}")).text
    answer = await visitor.post(f"/rounds/{round_id}/seats/{here.seats[0]}", {"person": here.people[1]})
    assert answer.status_code == 303
    answer = await visitor.post(f"/rounds/{round_id}/seats/{here.seats[0]}", {"person": here.people[2]})
    assert answer.status_code == 422
    assert "They cannot take this place." in answer.text
    await visitor.post(f"/rounds/{round_id}/drop")
    assert await scene.status_of(round_id) == "dropped"
    assert "nobody was asked" in (await visitor.get(f"/rounds/{round_id}")).text
    running = await scene.asked(here)
    await scene.taken()
    await visitor.post(f"/rounds/{running}/stop")
    assert await value("SELECT stop_asked FROM round WHERE id = $1", running)


async def test_a_waiting_round_says_when_no_matcher_takes_it(visit: Visit) -> None:
    here = await scene.place(shifts=1)
    round_id = await scene.asked(here)
    await execute("UPDATE round SET asked_at = asked_at - interval '1 minute'")
    assert "No matcher has taken this round yet" in (await (await manager(visit, here)).get(f"/rounds/{round_id}")).text


async def test_the_json_says_and_does_the_same(visit: Visit) -> None:
    here = await scene.place(shifts=2)
    visitor = visit()
    starts, ends = scene.span()
    body = {"region": "4403", "starts": starts.isoformat(), "ends": ends.isoformat(), "seconds": 5}
    token = {"authorization": f"Bearer {await scene.key(here)}"}
    made = await visitor.browser.post("/api/v1/rounds", json=body, headers=token)
    assert made.status_code == 201, made.text
    round_id = made.json()["id"]
    again = await visitor.browser.post("/api/v1/rounds", json=body, headers=token)
    assert (again.status_code, again.json()["code"]) == (409, "round_one_at_a_time")
    lease = await scene.taken()
    await scene.save(lease, await scene.loaded(lease), [(here.people[0], here.seats[0])])
    plan = (await visitor.get(f"/api/v1/rounds/{round_id}/placements", headers=token)).json()
    assert [(each["person_id"], each["seat_id"]) for each in plan["placements"]] == [(here.people[0], here.seats[0])]
    assert [(each["seat_id"], each["heads"], each["short"]) for each in plan["open"]] == [
        (here.seats[1], 1, "available")
    ]
    added = await visitor.browser.post(
        f"/api/v1/rounds/{round_id}/placements",
        json={"seat_id": here.seats[1], "person_id": here.people[1]},
        headers=token,
    )
    assert added.status_code == 201
    gone = await visitor.browser.delete(
        f"/api/v1/rounds/{round_id}/placements/{plan['placements'][0]['id']}", headers=token
    )
    assert gone.status_code == 204
    sent = await visitor.browser.post(f"/api/v1/rounds/{round_id}/send", headers=token)
    assert sent.json()["status"] == "sent"
    stopped = await visitor.browser.post(f"/api/v1/rounds/{round_id}/stop", headers=token)
    assert stopped.status_code == 409


async def test_a_plan_with_more_shifts_asks_no_more_questions(visit: Visit) -> None:
    few, many = await scene.place(shifts=1), await scene.place(shifts=12, apart=3)
    pages = {}
    for here in (few, many):
        round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
        visitor = await manager(visit, here)
        await visitor.get(f"/rounds/{round_id}")
        async with listening() as heard:
            await visitor.get(f"/rounds/{round_id}")
        pages[len(here.shifts)] = len(heard)
    assert pages[1] == pages[12]


async def test_the_file_with_everybodys_homes_is_for_the_platform_alone(visit: Visit) -> None:
    here = await scene.place(shifts=1)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    assert (await (await manager(visit, here)).get(f"/rounds/{round_id}/plan.json.gz")).status_code == 403
    admin = await visit().signs_in_as(await make.member(await make.organisation("platform"), "platform_admin"))
    answer = await admin.get(f"/rounds/{round_id}/plan.json.gz")
    assert answer.status_code == 200
    assert answer.content[:2] == b"\x1f\x8b"
    problem = unpack(Problem, await value("SELECT snapshot FROM round WHERE id = $1", round_id))
    assert problem.seats.ids.tolist() == here.seats


async def test_the_platform_weighs_anew_and_everybody_reads_why(visit: Visit) -> None:
    here = await scene.place(shifts=1)
    admin = await visit().signs_in_as(await make.member(await make.organisation("platform"), "platform_admin"))
    figures = msgspec.structs.asdict(Weights())
    form = figures | {"applies_from": clock.local_day(clock.now()), "reason": "Far communities first.", "travel": -5}
    answer = await admin.post("/matching/weights", form)
    assert answer.status_code == 422
    assert "A weight cannot be negative." in answer.text
    answer = await admin.post("/matching/weights", form | {"travel": 50})
    assert answer.status_code == 303
    page = await (await manager(visit, here)).get("/matching/weights")
    assert "Far communities first." in page.text
    assert "The way from home: 100 → 50" in page.text
    assert "Weigh anew" not in page.text
