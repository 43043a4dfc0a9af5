"""From a shared link to a confirmed place, over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.kit.db import execute, value
from tests import factories as make
from tests.shifts.places import Place, open_shift
from tests.visitor import Visitor

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)


async def test_a_link_leads_to_a_place_in_one_tap(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    visitor = await visit().signs_in_as(await make.account("陈一"))
    shown = await visitor.get(f"/shifts/{place.shift}")
    assert shown.status_code == 200
    assert "Sign up" in shown.text
    taken = await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat})
    assert taken.status_code == 303
    after = await visitor.get(taken.headers["location"])
    assert "You have a place" in after.text
    assert "I cannot come" in after.text
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 1
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 1


async def test_signing_up_makes_the_person_from_the_account(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    account = await make.account("陈一")
    visitor = await visit().signs_in_as(account)
    await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat})
    assert await value("SELECT name FROM person WHERE account = $1", account) == "陈一"


async def test_a_new_visitor_is_led_through_an_account_back_to_the_shift(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    shown = await visit().get(f"/shifts/{place.shift}")
    assert f"/sign-up?next=/shifts/{place.shift}" in shown.text
    assert f"/sign-in?next=/shifts/{place.shift}" in shown.text
    assert '<form method="post" action="/shifts/' not in shown.text


async def test_an_adults_only_shift_asks_for_the_missing_birth_date_on_the_same_page(
    visit: Callable[[], Visitor],
) -> None:
    place = await open_shift(SOON, minors_allowed=False)
    account = await make.account()
    visitor = await visit().signs_in_as(account)
    shown = await visitor.get(f"/shifts/{place.shift}")
    assert 'name="born"' in shown.text
    without = await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat})
    assert without.status_code == 422
    assert "do not know your date of birth" in without.text
    impossible = await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat, "born": "1690-01-01"})
    assert impossible.status_code == 422
    assert "Check the year" in impossible.text
    young = f"{SOON.year - 16}-01-01"
    child = await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat, "born": young})
    assert child.status_code == 409
    assert "only for adults; on that day you are 1" in child.text
    assert await value("SELECT count(*) FROM person WHERE account = $1", account) == 0
    grown = await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat, "born": "1990-05-04"})
    assert grown.status_code == 303
    sealed = await value("SELECT born FROM person WHERE account = $1", account)
    assert sealed
    assert b"1990" not in sealed


async def test_every_reason_is_named_with_its_fix(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON, minors_allowed=False, skill="first_aid")
    account, person = await make.volunteer(born=f"{SOON.year - 15}-01-01")
    other = await open_shift(SOON + timedelta(hours=1))
    signup = await make.signup(other.seat, person, account)
    visitor = await visit().signs_in_as(account)
    shown = await visitor.get(f"/shifts/{place.shift}")
    for reason in ("only for adults", "This place needs: First aid", "You already have a shift at that time"):
        assert reason in shown.text
    assert f"/signups/{signup}/cancel" in shown.text
    assert f"/me/profile?next=/shifts/{place.shift}#skills" in shown.text
    refused = await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat})
    assert refused.status_code == 409
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 0


async def test_a_full_shift_says_so_and_changes_nothing(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON, needed=1)
    account, person = await make.volunteer()
    await make.signup(place.seat, person, account)
    visitor = await visit().signs_in_as(await make.account())
    assert "All places are taken" in (await visitor.get(f"/shifts/{place.shift}")).text
    refused = await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat})
    assert refused.status_code == 409
    as_json = await visitor.post(
        f"/shifts/{place.shift}/sign-up", {"seat": place.seat}, headers={"accept": "application/json"}
    )
    assert as_json.json()["code"] == "seat_full"
    assert await value("SELECT count(*) FROM signup") == 1
    assert await value("SELECT count(*) FROM outbox") == 0


async def test_cancelling_frees_the_place_once_and_tells_the_agency(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON, needed=1)
    account, person = await make.volunteer()
    signup = await make.signup(place.seat, person, account)
    visitor = await visit().signs_in_as(account)
    page = f"/signups/{signup}/cancel"
    assert "I am ill" in (await visitor.get(page)).text
    unsaid = await visitor.post(page, {})
    assert unsaid.status_code == 422
    assert "Choose a reason" in unsaid.text
    for _again in range(2):
        done = await visitor.post(page, {"reason": "ill", "note": "flu"})
        assert done.status_code == 303
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 0
    assert await value("SELECT reason FROM signup WHERE id = $1", signup) == "ill: flu"
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.cancelled'") == 1


async def test_a_shift_that_has_begun_keeps_its_people(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(datetime.now(UTC) - timedelta(minutes=30))
    account, person = await make.volunteer()
    signup = await make.signup(place.seat, person, account)
    visitor = await visit().signs_in_as(account)
    refused = await visitor.post(f"/signups/{signup}/cancel", {"reason": "ill"})
    assert refused.status_code == 422
    assert "This shift has begun" in refused.text
    late = await visit().signs_in_as(await make.account())
    assert "Sign-up is closed" in (await late.get(f"/shifts/{place.shift}")).text
    assert (await late.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat})).status_code == 409
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 1


async def test_someone_elses_sign_up_is_not_there(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    account, person = await make.volunteer()
    signup = await make.signup(place.seat, person, account)
    stranger = await visit().signs_in_as(await make.account())
    assert (await stranger.get(f"/signups/{signup}/cancel")).status_code == 404
    assert (await stranger.post(f"/signups/{signup}/cancel", {"reason": "ill"})).status_code == 404
    assert await value("SELECT status FROM signup WHERE id = $1", signup) == "confirmed"


async def test_staff_take_staff_places_and_never_volunteer_for_their_own_agency(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    staff_seat = await make.seat(place.shift, role="社工", capacity="staff")
    worker = await make.member(place.agency, "social_worker")
    visitor = await visit().signs_in_as(worker)
    shown = await visitor.get(f"/shifts/{place.shift}")
    assert "paid time is never volunteer time" in shown.text
    assert (await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat})).status_code == 409
    assert (await visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": staff_seat})).status_code == 303
    assert await value("SELECT capacity FROM signup") == "staff"
    assert await value("SELECT staff_of FROM person WHERE account = $1", worker) == place.agency
    outsider = await visit().signs_in_as(await make.account())
    assert "社工" not in (await outsider.get(f"/shifts/{place.shift}")).text.replace("社工机构", "").replace(
        "和风社工", ""
    )
    assert (await outsider.post(f"/shifts/{place.shift}/sign-up", {"seat": staff_seat})).status_code == 409
    elsewhere = await open_shift(SOON + timedelta(days=1))
    assert (await visitor.post(f"/shifts/{elsewhere.shift}/sign-up", {"seat": elsewhere.seat})).status_code == 303


async def test_a_cancelled_shift_says_so_and_a_planned_one_is_not_there(visit: Callable[[], Visitor]) -> None:
    place: Place = await open_shift(SOON)
    await execute("UPDATE shift SET status = 'cancelled', cancelled_reason = '台风' WHERE id = $1", place.shift)
    shown = await visit().get(f"/shifts/{place.shift}")
    assert "The agency cancelled this shift" in shown.text
    assert "台风" in shown.text
    await execute("UPDATE shift SET status = 'planned' WHERE id = $1", place.shift)
    assert (await visit().get(f"/shifts/{place.shift}")).status_code == 404


async def test_a_visit_shows_only_its_community(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    await execute("UPDATE shift SET is_visit = true, place = '3 Lane, door 4' WHERE id = $1", place.shift)
    for path in (f"/shifts/{place.shift}", "/shifts"):
        text = (await visit().get(path)).text
        assert "3 Lane" not in text
        assert "Datanglong" in text
