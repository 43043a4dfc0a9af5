"""The board: an agency's own open seats, who is needed first on top, in a fixed number of questions."""

from collections.abc import Callable
from datetime import timedelta

from app.kit import clock
from app.kit.db import execute
from app.matching.actions.asking import ask_people
from app.matching.queries.board import Wanted, board
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.counting import listening
from tests.matching.board import scene as set_up
from tests.visitor import Visitor


async def ids(here: set_up.Scene, wanted: Wanted | None = None) -> list[int]:
    found = await board(here.actor, wanted or Wanted(), None, now=clock.now())
    return [row.id for row in found.rows]


async def test_a_step_of_priority_counts_like_a_day(db: str) -> None:
    here = await set_up.lay(starts=set_up.soon(5))
    sooner = await make.seat(await make.shift(here.activity, starts=set_up.soon(4)))
    urgent_shift = await make.shift(here.activity, starts=set_up.soon(6))
    urgent = await make.seat(urgent_shift)
    assert await ids(here) == [sooner, here.seat, urgent]
    await execute("UPDATE shift SET priority = 5 WHERE id = $1", urgent_shift)
    found = await board(here.actor, Wanted(), None, now=clock.now(), limit=2)
    assert sorted(row.id for row in found.rows) == sorted([sooner, urgent])
    rest = await board(here.actor, Wanted(), found.after, now=clock.now(), limit=2)
    assert [row.id for row in rest.rows] == [here.seat]
    assert rest.after is None
    assert (rest.counts.seats, rest.counts.heads, rest.counts.soon) == (3, 6, 0)


async def test_only_the_agencys_own_open_seats_stand_there(db: str) -> None:
    here, _there = await set_up.lay(), await set_up.lay()
    await make.seat(await make.shift(here.activity, starts=set_up.soon(40)))
    await make.seat(await make.shift(here.activity, starts=set_up.soon(3), status="cancelled"))
    full = await make.seat(here.shift, needed=1)
    await make.signup(full, await make.person(), here.manager)
    assert await ids(here) == [here.seat]
    staff = await make.seat(here.shift, capacity="staff")
    assert await ids(here, Wanted(capacity="staff")) == [staff]
    assert await ids(here, Wanted(kind="after_school")) == []
    assert await ids(here, Wanted(region="11")) == []
    assert await ids(here, Wanted(before=clock.local_day(clock.now()))) == []
    on = clock.local_day(set_up.soon())
    assert here.seat in await ids(here, Wanted(from_on=on, before=on + timedelta(days=1)))


async def test_a_seat_held_for_someone_asked_stays_until_they_answer(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay(needed=1)
    _account, person = await set_up.willing()
    await ask_people(here.actor, here.seat, [person], Mode.ONE, now=clock.now())
    assert await ids(here) == [here.seat]
    manager = await visit().signs_in_as(here.manager)
    assert "held for who was asked" in (await manager.get("/matching")).text
    assert "Every place is taken, or held" in (await manager.get(f"/matching/seats/{here.seat}")).text
    await execute("UPDATE offer SET status = 'accepted'")
    assert await ids(here) == []


async def test_the_page_asks_no_more_for_more_seats(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay()
    manager = await visit().signs_in_as(here.manager)
    assert "2 places are open in the next four weeks." in (await manager.get("/matching")).text
    async with listening() as few:
        await manager.get("/matching")
    for hour in range(10):
        await make.seat(await make.shift(here.activity, starts=set_up.soon(4, hour)))
    async with listening() as many:
        shown = await manager.get("/matching?capacity=volunteer")
    assert "22 places are open" in shown.text
    assert len(many) == len(few)


async def test_an_agency_without_open_places_is_told_so(visit: Callable[[], Visitor]) -> None:
    agency = await make.organisation("agency")
    manager = await visit().signs_in_as(await make.member(agency, "agency_manager"))
    assert "Everybody is found" in (await manager.get("/matching")).text
    assert "Nothing fits" in (await manager.get("/matching?kind=elder_visit")).text


async def test_another_agencys_seat_is_not_there(visit: Callable[[], Visitor]) -> None:
    here, there = await set_up.lay(), await set_up.lay()
    manager = await visit().signs_in_as(here.manager)
    for path in ("", "/why"):
        assert (await manager.get(f"/matching/seats/{there.seat}{path}")).status_code == 404
    assert (await manager.post(f"/matching/seats/{there.seat}/ask", {"only": 1})).status_code == 404


async def test_a_page_says_when_the_matcher_is_not_there(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay()
    manager = await visit().signs_in_as(here.manager)
    shown = await manager.get(f"/matching/seats/{here.seat}")
    assert shown.status_code == 200
    assert "The matcher does not answer at the moment." in shown.text
    assert 'hx-trigger="load delay:3s"' in shown.text
