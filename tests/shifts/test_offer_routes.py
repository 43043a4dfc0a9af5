"""Offers as pages and as JSON: for whoever is asked, and for the agency."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.accounts.actor import key_digest
from app.kit import clock
from app.kit.db import execute, value
from app.shifts.actions.offering import Candidate, ask
from app.shifts.actions.signing_up import sign_up
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.counting import listening
from tests.settle import settle
from tests.shifts.offered import SOON, Offering, lay_offering, leaks, outcome, statuses
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("db")

Arrive = Callable[[], Visitor]


def today() -> datetime:
    return clock.now()


async def volunteer(visit: Arrive, laid: Offering, number: int = 0) -> Visitor:
    return await visit().signs_in_as(laid.people[number][0])


async def manager(visit: Arrive, laid: Offering) -> Visitor:
    return await visit().signs_in_as(laid.ground.manager)


async def test_someone_who_is_asked_finds_it_reads_why_and_says_yes(visit: Arrive) -> None:
    laid = await lay_offering(1)
    await execute("UPDATE person SET latitude = 22.540, longitude = 114.115")
    await execute("UPDATE activity SET latitude = 22.550, longitude = 114.115")
    await laid.ask(Mode.ONE, now=today())
    asked = await volunteer(visit, laid)
    for path in ("/me/shifts", "/me/shifts/next"):
        assert "You have 1 offer waiting" in (await asked.get(path)).text
    assert "1 offer waits for your answer" in (await asked.get("/me/offers")).text
    page = (await asked.get(f"/offers/{await laid.offer(0)}")).text
    assert "Please answer by" in page
    assert "You know the people served." in page
    assert "It is 1.1 km from where you start." in page
    assert "A place is held for you" in (await asked.get(f"/shifts/{laid.shift}")).text

    answered = await asked.post(f"/offers/{await laid.offer(0)}/accept")
    assert answered.headers["location"] == f"/shifts/{laid.shift}"
    assert "You have a place" in (await asked.get(f"/shifts/{laid.shift}")).text
    assert "offer waiting" not in (await asked.get("/me/shifts")).text
    assert "You said yes" in (await asked.get("/me/offers")).text


async def test_a_no_needs_a_reason_and_is_thanked(visit: Arrive) -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.IN_TURN, now=today())
    person = await volunteer(visit, laid)
    path = f"/offers/{await laid.offer(0)}/decline"
    assert "Do not ask me for" in (await person.get(path)).text
    missing = await person.post(path, {})
    assert missing.status_code == 422
    assert "Choose a reason" in missing.text
    done = await person.post(path, {"reason": "kind", "not_again": "1", "note": "太远"})
    assert done.headers["location"] == "/me/offers"
    assert await statuses(asked.asking_id) == ["declined", "open"]
    assert "not asked for" in (await person.get(f"/offers/{await laid.offer(0)}")).text
    assert "offered" not in (await person.get("/me/shifts")).text.lower().replace("my offers", "")


async def test_too_late_the_page_says_what_became_of_the_place(visit: Arrive) -> None:
    laid = await lay_offering(2)
    await laid.ask(Mode.AT_ONCE, now=today())
    first, second = await volunteer(visit, laid, 0), await volunteer(visit, laid, 1)
    await first.post(f"/offers/{await laid.offer(0)}/accept")
    late = await second.post(f"/offers/{await laid.offer(1)}/accept")
    assert late.status_code == 409
    assert "the place is filled or no longer needed" in late.text
    assert "Thank you for being ready" in (await second.get(f"/offers/{await laid.offer(1)}")).text
    assert (await second.get(f"/offers/{await laid.offer(1)}/decline")).status_code == 200


async def test_the_agency_sees_the_order_answers_for_someone_and_stops(visit: Arrive) -> None:
    laid = await lay_offering(3)
    asked = await laid.ask(Mode.IN_TURN, now=today())
    agency = await manager(visit, laid)
    assert (
        "0 of 1 place accepted; 1 to answer, 2 to be asked after them."
        in (await agency.get(f"/shifts/{laid.shift}/manage")).text
    )
    page = await agency.get(f"/askings/{asked.asking_id}")
    assert page.text.index("义工0") < page.text.index("义工1") < page.text.index("义工2")
    assert "knows the people served" in page.text
    led = await agency.get(f"/offers/{await laid.offer(0)}")
    assert led.headers["location"] == f"/askings/{asked.asking_id}"

    await agency.post(f"/offers/{await laid.offer(0)}/decline", {"reason": "ill"})
    assert "written down by" in (await agency.get(f"/askings/{asked.asking_id}")).text
    await agency.post(f"/offers/{await laid.offer(1)}/withdraw")
    assert await statuses(asked.asking_id) == ["declined", "withdrawn", "open"]
    await agency.post(f"/askings/{asked.asking_id}/stop")
    assert await outcome(asked.asking_id) == "stopped"
    assert "Stopped" in (await agency.get(f"/shifts/{laid.shift}/askings")).text
    assert await leaks() == []


async def test_signing_up_oneself_is_a_yes_to_what_was_asked(visit: Arrive) -> None:
    laid = await lay_offering(2, needed=2)
    other = await make.seat(laid.shift, role="组长")
    first = await laid.ask(Mode.AT_ONCE, now=today())
    second = await ask(laid.manager, other, [Candidate(person_id=laid.people[0][1])], Mode.AT_ONCE, now=today())
    await sign_up(await laid.actor(0), laid.shift, laid.seat, now=today())
    await settle()
    assert await statuses(first.asking_id) == ["accepted", "withdrawn"]
    assert await statuses(second.asking_id) == ["withdrawn"]
    assert "No offer waits" in (await (await volunteer(visit, laid)).get("/me/offers")).text
    assert await value("SELECT count(*) FROM notice WHERE event = 'offer.withdrawn'") == 1, "only the other one"


async def test_notices_say_until_when(visit: Arrive) -> None:
    laid = await lay_offering(1)
    await laid.ask(Mode.ONE, now=today())
    await settle()
    page = (await (await volunteer(visit, laid)).get("/me/notices")).text
    assert "Can you come? 周末长者探访" in page
    assert "Please answer by" in page


async def test_a_list_of_offers_asks_the_database_no_more_for_more_rows(visit: Arrive) -> None:
    laid = await lay_offering(2)
    await laid.ask(Mode.AT_ONCE, now=today())
    person = await volunteer(visit, laid)

    async def said() -> int:
        async with listening() as heard:
            assert (await person.get("/me/offers")).status_code == 200
        return len(heard)

    few = await said()
    for day in range(1, 5):
        more = await make.seat(await make.shift(laid.ground.activity, starts=SOON + timedelta(days=day)))
        await ask(laid.manager, more, [Candidate(person_id=laid.people[0][1])], Mode.ONE, now=today())
    assert await said() == few


async def key_of(laid: Offering) -> dict[str, str]:
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'agency_manager', 'k', 'lk', $2, $3, now())",
        laid.ground.agency, key_digest("lk_offers"), laid.ground.manager,
    )  # fmt: skip
    return {"authorization": "Bearer lk_offers"}


async def test_the_whole_way_through_the_json_api(visit: Arrive) -> None:
    laid = await lay_offering(3)
    await execute("UPDATE person SET refuses = '{elder_visit}' WHERE id = $1", laid.people[2][1])
    key, browser = await key_of(laid), visit().browser

    body = {
        "mode": "in_turn",
        "people": [
            {"person": person, "points": 90, "why": {"fill": 50, "preference": 40}} for _, person in laid.people
        ],
    }
    asked = await browser.post(f"/api/v1/seats/{laid.seat}/askings", json=body, headers=key)
    assert asked.status_code == 200, asked.text
    answer = asked.json()
    assert [person["status"] for person in answer["people"]] == ["open", "waiting"]
    assert answer["skipped"][0]["person"] == laid.people[2][1]
    assert answer["skipped"][0]["reason"]["code"] == "offer_refused_kind"

    first, second = (person["offer"] for person in answer["people"])
    no = await browser.post(f"/api/v1/offers/{first}/decline", json={"reason": "busy"}, headers=key)
    assert no.json()["status"] == "declined"
    yes = await browser.post(f"/api/v1/offers/{second}/accept", headers=key)
    assert yes.json() == {"offer": second, "asking": answer["asking"]["id"], "shift": laid.shift, "status": "accepted"}
    late = await browser.post(f"/api/v1/offers/{first}/accept", headers=key)
    assert (late.status_code, late.json()["code"]) == (409, "offer_declined")
    (listed,) = (await browser.get(f"/api/v1/shifts/{laid.shift}/askings", headers=key)).json()
    assert (listed["outcome"], listed["accepted"]) == ("filled", 1)
    unknown = await browser.post(f"/api/v1/seats/{laid.seat}/askings", json={**body, "mood": 1}, headers=key)
    assert unknown.status_code in (400, 422)


async def test_the_makers_own_offers_through_a_key(visit: Arrive) -> None:
    laid = await lay_offering(0)
    laid.people.append((laid.ground.manager, await make.person("经理", laid.ground.manager)))
    staff = await make.seat(laid.shift, role="社工", capacity="staff")
    await ask(laid.manager, staff, [Candidate(person_id=laid.people[0][1])], Mode.ONE, now=today())
    (mine,) = (await visit().browser.get("/api/v1/me/offers", headers=await key_of(laid))).json()
    assert (mine["status"], mine["held"], mine["capacity"]) == ("open", True, "staff")
