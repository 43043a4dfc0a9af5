"""The pages and the JSON of routes and of one's own day, in both languages, and what others see of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.kit import clock
from app.kit.db import execute, value
from app.matching.actions import day_leasing
from app.matching.rules.day_routes import DayPlan
from tests import factories as make
from tests.counting import listening
from tests.matching.day_routes import scene
from tests.matching.rounds.scene import key
from tests.settle import settle
from tests.visitor import Visitor

Visit = Callable[[], Visitor]


async def signed_in(visit: Visit, account: int, language: str = "en") -> Visitor:
    visitor = visit()
    visitor.browser.headers["accept-language"] = language
    return await visitor.signs_in_as(account)


async def full(workers: int = 3) -> scene.Place:
    """A day with something of everything."""
    here = await scene.place(workers=workers)
    await scene.two_go()
    await scene.published(here, 9, heads=2)
    shift = await make.shift(here.activity, starts=scene.at(14), minutes=60)
    await make.signup(await make.seat(shift, capacity="staff"), here.people[0], here.manager)
    await scene.handed_over(here, "morning", region=make.OTHER_COMMUNITY)
    await scene.handed_over(here, "evening")
    return here


async def test_a_day_is_asked_for_watched_looked_at_and_taken_over(visit: Visit) -> None:
    here = await full()
    visitor = await signed_in(visit, here.manager)
    listing = await visitor.get("/routes")
    assert "1 visit wants social workers" in listing.text
    assert "2 requests wait for a visit" in listing.text
    assert f'value="{scene.tomorrow()}"' in listing.text
    answer = await visitor.post("/routes", {"day": scene.tomorrow(), "_once": "t"})
    again = await visitor.post("/routes", {"day": scene.tomorrow(), "_once": "t"})
    assert (answer.status_code, answer.headers["location"]) == (303, again.headers["location"])
    path = answer.headers["location"]
    assert "Waiting for a matcher" in (await visitor.get(path)).text
    lease = await scene.taken()
    assert "Looking for the best routes" in (await visitor.get(path)).text
    await day_leasing.hand_back(lease)
    plan_id = int(path.rsplit("/", 1)[1])
    await scene.run()
    fragment = await visitor.get(f"{path}?was=running", headers={"hx-request": "true"})
    assert fragment.headers["hx-refresh"] == "true"
    page = await visitor.get(path)
    assert "2 of 3 visits find somebody" in page.text
    assert "together with 赵" in page.text
    assert "Has said yes" in page.text
    assert "Nobody who could make this visit can be there in time" in page.text
    assert "Plan these visits and ask" in page.text
    done = await visitor.post(f"{path}/take-over", {"_once": "o"})
    assert done.status_code == 303
    assert (await visitor.post(f"{path}/take-over", {"_once": "o"})).status_code == 303
    assert "visits are still being planned" in (await visitor.get(path)).text
    await settle()
    page = await visitor.get(path)
    assert page.text.count("Asked, no answer yet") == 4
    assert "0 of 4 places offered are accepted. 4 wait for an answer." in page.text
    assert "Plan these visits and ask" not in page.text
    assert plan_id


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_every_page_speaks_both_languages(visit: Visit, language: str) -> None:
    here = await full()
    plan_id, _ = await scene.planned(here)
    failed = await scene.asked(here)
    await day_leasing.fail(await scene.taken(), "x", now=clock.now())
    visitor = await signed_in(visit, here.manager, language)
    for path in ("/routes", f"/routes/{plan_id}", f"/routes/{failed}", "/me/day"):
        answer = await visitor.get(path)
        assert answer.status_code == 200, (path, answer.text)
    worker = await signed_in(visit, here.accounts[0], language)
    answer = await worker.get(f"/me/day?on={scene.tomorrow()}")
    assert answer.status_code == 200
    assert 'href="/me/day"' in answer.text  # in the navigation


async def test_a_refused_day_keeps_what_was_typed(visit: Visit) -> None:
    here = await scene.place()
    visitor = await signed_in(visit, here.manager)
    answer = await visitor.post("/routes", {"day": "2020-01-02"})
    assert answer.status_code == 422
    assert "Routes are planned for today or one of the next 28 days." in answer.text
    assert "2020-01-02" in answer.text


async def test_a_waiting_day_says_when_no_matcher_takes_it(visit: Visit) -> None:
    here = await scene.place()
    plan_id = await scene.asked(here)
    await execute("UPDATE route_plan SET asked_at = asked_at - interval '1 minute'")
    visitor = await signed_in(visit, here.manager)
    assert "No matcher has taken this day yet" in (await visitor.get(f"/routes/{plan_id}")).text


async def test_what_somebody_does_elsewhere_is_not_told(visit: Visit) -> None:
    here, other = await scene.place(workers=1), await scene.place(workers=0)
    await execute("UPDATE activity SET name = '别处的秘密活动' WHERE id = $1", other.activity)
    shift = await make.shift(other.activity, starts=scene.at(10))
    await make.signup(await make.seat(shift), here.people[0], here.manager)
    plan_id, _ = await scene.planned(here)
    page = await (await signed_in(visit, here.manager)).get(f"/routes/{plan_id}")
    assert "Something else they have said yes to" in page.text
    assert "别处的秘密活动" not in page.text


async def test_a_fuller_day_asks_no_more_questions(visit: Visit) -> None:
    counts: dict[str, set[int]] = {}
    for workers, visits in ((1, 1), (4, 8)):
        here = await scene.place(workers=workers)
        for hour in range(visits):
            await scene.published(here, 8.5 + hour, minutes=45)
        plan_id, _ = await scene.planned(here)
        visitor = await signed_in(visit, here.manager)
        for name, path in (("list", "/routes"), ("plan", f"/routes/{plan_id}")):
            await visitor.get(path)
            async with listening() as heard:
                await visitor.get(path)
            counts.setdefault(name, set()).add(len(heard))
    assert all(len(found) == 1 for found in counts.values()), counts


async def test_loading_a_fuller_day_asks_no_more_questions(db: str) -> None:
    counts = set()
    for workers, visits in ((1, 1), (4, 8)):
        here = await scene.place(workers=workers)
        for hour in range(visits):
            await scene.published(here, 8.5 + hour, minutes=45)
            await scene.handed_over(here)
        await scene.drawn(here)
        async with listening() as heard:
            await scene.drawn(here)
        counts.add(len(heard))
    assert len(counts) == 1


async def test_the_json_says_and_does_the_same(visit: Visit) -> None:
    here = await full()
    visitor = visit()
    token = {"authorization": f"Bearer {await key(here)}"}  # type: ignore[arg-type]
    body = {"day": scene.tomorrow().isoformat(), "seconds": 1}
    made = await visitor.browser.post("/api/v1/routes", json=body, headers=token)
    assert made.status_code == 201, made.text
    path = f"/api/v1/routes/{made.json()['id']}"
    again = await visitor.browser.post("/api/v1/routes", json=body, headers=token)
    assert (again.status_code, again.json()["code"]) == (409, "route_plan_one_at_a_time")
    await scene.run()
    found = (await visitor.get(path, headers=token)).json()
    assert found["status"] == "ready"
    stops = [stop for route in found["routes"] for stop in route["stops"]]
    assert sorted(stop["kind"] for stop in stops) == ["own", "request", "request", "visit", "visit"]
    assert [left["reason"] for left in found["left_out"]] == ["route_no_time"]
    assert found["travel_minutes"] == sum(route["travel_minutes"] for route in found["routes"])
    taken = await visitor.browser.post(f"{path}/take-over", headers=token)
    assert taken.json()["status"] == "sent"
    await settle()
    found = (await visitor.get(path, headers=token)).json()
    assert sorted(len(each["asked"]) for each in found["taken"]) == [2, 2]
    assert (await visitor.get("/api/v1/routes", headers=token)).json()[0]["id"] == found["id"]


async def test_ones_own_day_says_where_when_and_whether_there_is_time(visit: Visit) -> None:
    here = await scene.place(workers=2)
    for hour, region in ((9, make.COMMUNITY), (10, make.OTHER_COMMUNITY), (14, make.COMMUNITY)):
        shift = await make.shift(here.activity, starts=scene.at(hour), minutes=60)
        await execute("UPDATE shift SET region = $2 WHERE id = $1", shift, region)
        seat = await make.seat(shift, capacity="staff")
        for person in here.people:
            await make.signup(seat, person, here.manager)
    visitor = await signed_in(visit, here.accounts[0])
    page = await visitor.get(f"/me/day?on={scene.tomorrow()}")
    assert "3 places to be, from 09:00 to 15:00." in page.text
    assert "There is not enough time between two places" in page.text
    assert page.text.count("together with 赵1") == 3
    assert f"/me/day?on={scene.tomorrow() + timedelta(days=1)}" in page.text
    empty = await visitor.get("/me/day?on=2026-13-99")
    assert "Nobody expects you anywhere on this day." in empty.text
    assert (await visitor.get("/me/day?on=9999-12-31")).status_code == 200


async def test_a_visit_in_ones_day_leads_to_its_own_page(visit: Visit) -> None:
    here = await scene.place(workers=1)
    request = await scene.handed_over(here)
    shift, seat = await scene.published(here, 9)
    made = await value(
        "INSERT INTO visit (request, shift, planned_by, planned_at) VALUES ($1, $2, $3, now()) RETURNING id",
        request, shift, here.manager,
    )  # fmt: skip
    await make.signup(seat, here.people[0], here.manager)
    visitor = await signed_in(visit, here.accounts[0])
    page = await visitor.get(f"/me/day?on={scene.tomorrow()}")
    assert f'href="/visits/{made}"' in page.text


async def test_ones_own_fuller_day_asks_no_more_questions(visit: Visit) -> None:
    counts = set()
    for shifts in (1, 6):
        here = await scene.place(workers=1)
        for hour in range(shifts):
            shift = await make.shift(here.activity, starts=scene.at(8 + hour * 2), minutes=60)
            await make.signup(await make.seat(shift, capacity="staff"), here.people[0], here.manager)
        visitor = await signed_in(visit, here.accounts[0])
        await visitor.get("/me/day")
        async with listening() as heard:
            await visitor.get(f"/me/day?on={scene.tomorrow()}")
        counts.add(len(heard))
    assert len(counts) == 1


async def test_an_empty_day_says_so(visit: Visit) -> None:
    here = await scene.place()
    await scene.asked(here)
    lease = await scene.taken()
    await day_leasing.finish(lease, DayPlan(), now=clock.now())
    page = await (await signed_in(visit, here.manager)).get(f"/routes/{lease.id}")
    assert "There is nothing to plan on this day." in page.text
    assert "Plan these visits and ask" not in page.text
