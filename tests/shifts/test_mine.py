"""One's own shifts: the next first, then what is over; and the agency's view of one person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.kit.db import execute
from tests import factories as make
from tests.shifts.places import open_shift
from tests.visitor import Visitor

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def test_the_next_shift_comes_first_with_how_to_check_in(visit: Callable[[], Visitor]) -> None:
    account, person = await make.volunteer()
    for days in (9, 2, 5):
        place = await open_shift(NOW + days * DAY)
        await execute("UPDATE shift SET title = $2 WHERE id = $1", place.shift, f"In {days} days")
        signup = await make.signup(place.seat, person, account)
        if days == 2:
            first = signup
    visitor = await visit().signs_in_as(account)
    text = (await visitor.get("/me/shifts")).text
    assert "Next: In 2 days" in text
    assert f"/signups/{first}/punch" in text
    assert text.index("In 5 days") < text.index("In 9 days")
    fragment = (await visitor.get("/me/shifts/next")).text
    assert "<html" not in fragment
    assert fragment.index("In 2 days") < fragment.index("In 5 days")
    as_slot = (await visitor.get("/me/shifts", headers={"hx-request": "true"})).text
    assert as_slot == fragment


async def test_what_is_over_stands_below_with_its_state(visit: Callable[[], Visitor]) -> None:
    account, person = await make.volunteer()
    for days, status in ((1, "attended"), (2, "no_show"), (3, "cancelled")):
        place = await open_shift(NOW - days * DAY)
        await make.signup(place.seat, person, account, status)
    visitor = await visit().signs_in_as(account)
    text = (await visitor.get("/me/shifts")).text
    assert "You have no shift coming up." in text
    assert text.index("You were there") < text.index("You were missed") < text.index("Cancelled")


async def test_long_pasts_are_cut_into_pages(visit: Callable[[], Visitor]) -> None:
    account, person = await make.volunteer()
    for days in range(1, 24):
        place = await open_shift(NOW - days * DAY)
        await make.signup(place.seat, person, account, "attended")
    visitor = await visit().signs_in_as(account)
    first = (await visitor.get("/me/shifts")).text
    assert first.count("You were there") == 20
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert (await visitor.get(older)).text.count("You were there") == 3


async def test_nothing_yet_leads_to_the_list(visit: Callable[[], Visitor]) -> None:
    visitor = await visit().signs_in_as(await make.account())
    for path in ("/me/shifts", "/me/shifts/next"):
        assert 'href="/shifts"' in (await visitor.get(path)).text


async def test_others_do_not_see_my_shifts(visit: Callable[[], Visitor]) -> None:
    account, person = await make.volunteer()
    place = await open_shift(NOW + DAY)
    await execute("UPDATE shift SET title = 'Only mine' WHERE id = $1", place.shift)
    await make.signup(place.seat, person, account)
    stranger = await visit().signs_in_as((await make.volunteer())[0])
    assert "Only mine" not in (await stranger.get("/me/shifts")).text
    assert (await visit().get("/me/shifts")).status_code == 303


async def test_an_agency_sees_a_persons_shifts_with_itself_only(visit: Callable[[], Visitor]) -> None:
    account, person = await make.volunteer()
    ours, theirs = await open_shift(NOW - DAY), await open_shift(NOW - 2 * DAY)
    await execute("UPDATE shift SET title = 'Ours' WHERE id = $1", ours.shift)
    await execute("UPDATE shift SET title = 'Theirs' WHERE id = $1", theirs.shift)
    await make.signup(ours.seat, person, account, "attended")
    await make.signup(theirs.seat, person, account, "attended")
    manager = await visit().signs_in_as(ours.manager)
    for headers in ({}, {"hx-request": "true"}):
        text = (await manager.get(f"/people/{person}/shifts", headers=headers)).text
        assert "Ours" in text
        assert "Was there" in text
        assert "Theirs" not in text
    elsewhere = await visit().signs_in_as((await open_shift(NOW)).manager)
    assert (await elsewhere.get(f"/people/{person}/shifts")).status_code == 404
