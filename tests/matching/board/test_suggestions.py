"""Shifts for one person, best first with why; and what would open more."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from app.kit import clock
from app.kit.db import execute, value
from app.matching.eligibility import Rule
from app.matching.openings import Standing, standing
from app.matching.queries import suggestions as queries
from app.matching.rules.crowding import MOST, crowding
from tests import factories as make
from tests.counting import listening
from tests.matching.board import scene as set_up
from tests.visitor import Visitor


def next_weekday(weekday: int, hour: int) -> datetime:
    """That hour by the city's clocks on the first such weekday that is more than a day ahead."""
    today = clock.local_day(clock.now())
    days = (weekday - today.weekday() - 2) % 7 + 2
    wall = datetime.combine(today + timedelta(days=days), time(hour), clock.city_zone())
    return wall.astimezone(UTC)


async def standing_of(account: int) -> Standing:
    me = await queries.me(account)
    assert me
    found = await queries.choices(me, now=clock.now())
    return standing(found.loaded.problem, found.arrays, found.person, found.bits)


async def suggested(account: int) -> list[int]:
    me = await queries.me(account)
    assert me
    return [row.shift_id for row in (await queries.suggestions(me, now=clock.now())).rows]


def test_a_shift_that_fills_by_itself_drops() -> None:
    assert crowding(10, 0, 0) == 0
    assert crowding(10, 9, 0) > crowding(10, 5, 0) > crowding(10, 0, 5) > 0
    assert crowding(2, 2, 9) == MOST


async def test_what_fits_stands_there_best_first(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay(starts=set_up.soon(5))
    liked = await make.shift(here.activity, starts=set_up.soon(6))
    await make.seat(liked)
    await execute("UPDATE shift SET service_kind = 'disability_rehab' WHERE id = $1", liked)
    hard = await make.shift(here.activity, starts=set_up.soon(7))
    await make.seat(hard, skill="first_aid")
    account, person = await set_up.willing()
    await execute("UPDATE person SET likes = '{disability_rehab}' WHERE id = $1", person)
    assert await suggested(account) == [liked, here.shift]
    page = await (await visit().signs_in_as(account)).get("/me/suggestions")
    assert "2 shifts of the next four weeks fit you; the best first." in page.text
    assert "you like this" in page.text
    assert f'name="seat" value="{here.seat}"' in page.text
    assert "points" not in page.text.lower()


async def test_a_shift_that_is_nearly_full_comes_after_an_empty_one(db: str) -> None:
    here = await set_up.lay(needed=10, starts=set_up.soon(5))
    empty = await make.shift(here.activity, starts=set_up.soon(6))
    await make.seat(empty, needed=10)
    account, _person = await set_up.willing()
    assert await suggested(account) == [here.shift, empty]
    await execute("UPDATE seat SET taken = 8 WHERE id = $1", here.seat)
    assert await suggested(account) == [empty, here.shift]


async def test_what_someone_is_on_already_is_not_suggested(db: str) -> None:
    here = await set_up.lay()
    account, person = await set_up.willing()
    await make.signup(here.seat, person, account)
    assert await suggested(account) == []


async def test_paid_places_are_for_the_agencys_own_staff(db: str) -> None:
    here = await set_up.lay(capacity="staff")
    account, _person = await set_up.willing()
    worker, _person = await set_up.willing("工一", staff_of=here.agency)
    assert await suggested(account) == []
    assert await suggested(worker) == [here.shift]


async def test_the_number_of_questions_does_not_grow(db: str) -> None:
    here = await set_up.lay()
    account, _person = await set_up.willing()
    await suggested(account)  # a connection's first array asks what arrays are
    async with listening() as few:
        await suggested(account)
    for hour in range(8):
        await make.seat(await make.shift(here.activity, starts=set_up.soon(4, hour)))
    async with listening() as many:
        assert len(await suggested(account)) == 9
    assert len(many) == len(few)


async def test_the_hours_that_would_open_most_are_named_and_do(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay(needed=14, starts=next_weekday(1, 14))
    await make.seat(await make.shift(here.activity, starts=next_weekday(3, 9)), needed=3)
    account, person = await make.volunteer()
    await set_up.free(person, weekday=5)
    found = await standing_of(account)
    assert (found.places, found.could, found.barred) == (17, 0, {"available": 17})
    best = found.changes[0]
    assert (best.rule, best.weekday, best.from_minute, best.to_minute, best.places) == ("available", 1, 840, 960, 14)
    page = await (await visit().signs_in_as(account)).get("/me/suggestions/why")
    assert "Be free on Tuesdays, 14:00–16:00." in page.text
    assert "That would open 14 places." in page.text
    await set_up.free(person, weekday=best.weekday, from_minute=best.from_minute, to_minute=best.to_minute)
    assert (await standing_of(account)).could == 14


async def test_every_other_change_is_true_as_well(db: str) -> None:
    here = await set_up.lay(needed=4, skill="first_aid")
    speaking = await make.seat(here.shift, needed=3)
    await execute("UPDATE seat SET language = 'yue' WHERE id = $1", speaking)
    account, person = await set_up.willing()
    await execute("UPDATE person SET refuses = '{disability_rehab}', day_minutes = 60 WHERE id = $1", person)
    other = await make.shift(here.activity, starts=set_up.soon(6), minutes=30)
    await execute("UPDATE shift SET service_kind = 'disability_rehab' WHERE id = $1", other)
    await make.seat(other, needed=2)
    long = await make.shift(here.activity, starts=set_up.soon(8))
    await make.seat(long, needed=9)
    changes = {change.rule: change for change in (await standing_of(account)).changes}
    assert (changes["day"].amount, changes["day"].places) == (120, 9)
    assert (changes["refused"].code, changes["refused"].places) == ("disability_rehab", 2)
    await execute("UPDATE person SET refuses = '{}', day_minutes = 120 WHERE id = $1", person)
    found = await standing_of(account)
    assert found.could == 11
    assert {change.code: change.places for change in found.changes} == {"first_aid": 4, "yue": 3}
    await execute("UPDATE person SET skills = '{first_aid}', languages = '{cmn,yue}' WHERE id = $1", person)
    assert (await standing_of(account)).could == 18


async def test_going_a_little_farther_is_counted_as_it_is(db: str) -> None:
    here = await set_up.lay(needed=5)
    account, person = await set_up.willing()
    await execute("UPDATE activity SET latitude = 22.55, longitude = 114.12 WHERE id = $1", here.activity)
    await execute("UPDATE person SET latitude = 22.575, longitude = 114.12, reach_metres = 1000 WHERE id = $1", person)
    [change] = (await standing_of(account)).changes
    assert (change.rule, change.amount, change.places) == ("reach", 3000, 5)
    await execute("UPDATE person SET reach_metres = $2 WHERE id = $1", person, change.amount)
    assert (await standing_of(account)).could == 5


async def test_nothing_is_said_of_a_person_served(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay()
    account, person = await set_up.willing()
    me = await queries.me(account)
    assert me
    found = await queries.choices(me, now=clock.now())
    barred = standing(found.loaded.problem, found.arrays, found.person, [int(Rule.BARRED)])
    assert barred.changes == []
    assert barred.barred == {"barred": 2}
    del here, person


async def test_pages_without_a_profile_or_places_say_what_to_do(visit: Callable[[], Visitor]) -> None:
    nobody = await visit().signs_in_as(await make.account())
    for path in ("/me/suggestions", "/me/suggestions/why"):
        assert "No profile yet" in (await nobody.get(path)).text
    account, _person = await make.volunteer(born=str(date(2020, 1, 1)))
    child = await visit().signs_in_as(account)
    assert "Nothing fits yet" in (await child.get("/me/suggestions")).text
    assert "It is not about you." in (await child.get("/me/suggestions/why")).text
    assert await value("SELECT count(*) FROM signup") == 0
