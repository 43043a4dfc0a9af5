"""Profiles and people through keys."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests import factories as make
from tests.shifts.places import open_shift
from tests.shifts.test_volunteers_api import key_of, volunteer_key
from tests.visitor import Visitor


async def test_a_profile_is_written_and_read(visit: Callable[[], Visitor]) -> None:
    key = await volunteer_key()
    browser = visit().browser
    assert (await browser.get("/api/v1/me/profile", headers=key)).status_code == 404
    wanted = {
        "name": "陈一",
        "born": "1990-05-04",
        "home": make.COMMUNITY,
        "skills": ["music", "first_aid"],
        "free": [{"weekday": 5, "from_minute": 480, "to_minute": 720}],
    }
    written = await browser.put("/api/v1/me/profile", json=wanted, headers=key)
    assert written.status_code == 200, written.text
    read = (await browser.get("/api/v1/me/profile", headers=key)).json()
    assert read == written.json()
    assert read["skills"] == ["first_aid", "music"]
    assert read["free"] == wanted["free"]
    unknown = await browser.put("/api/v1/me/profile", json={**wanted, "skills": ["flying"]}, headers=key)
    assert unknown.status_code == 422
    assert "skills" in unknown.json()["fields"]
    backwards = {"weekday": 1, "from_minute": 700, "to_minute": 600}
    refused = await browser.put("/api/v1/me/profile", json={**wanted, "free": [backwards]}, headers=key)
    assert refused.status_code == 409
    assert refused.json()["code"] == "availability_out_of_day"
    assert (await browser.get("/api/v1/me/profile", headers=key)).json() == read


async def test_an_agencys_key_reads_its_people_and_nobody_elses(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(datetime.now(UTC) + timedelta(days=3))
    account, known = await make.volunteer("安一", skills=["music"])
    await make.signup(place.seat, known, account)
    key = await key_of(place.agency, place.manager, "agency_manager")
    browser = visit().browser
    found = (await browser.get("/api/v1/people", headers=key)).json()
    assert [(row["id"], row["shifts"]) for row in found["people"]] == [(known, 1)]
    assert found["after_id"] is None
    assert "phone" not in found["people"][0]
    one = (await browser.get(f"/api/v1/people/{known}", headers=key)).json()
    assert one["name"] == "安一"
    other = await open_shift(datetime.now(UTC) + timedelta(days=3))
    theirs = await key_of(other.agency, other.manager, "agency_manager")
    assert (await browser.get(f"/api/v1/people/{known}", headers=theirs)).status_code == 404
    assert (await browser.get("/api/v1/people", headers=theirs)).json()["people"] == []
    community = await volunteer_key()
    assert (await browser.get("/api/v1/people", headers=community)).status_code == 403
