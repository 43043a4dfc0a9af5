"""Many people and few places, at the same moment, through HTTP, with real commits."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.kit import clock
from app.kit.db import fetch, value
from app.shifts.actions.changing import cancel_shift
from tests import factories as make
from tests.shifts.places import open_shift
from tests.visitor import Visitor

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)

Arrive = Callable[[], Visitor]


class _Row(Struct, frozen=True):
    id: int
    account: int


async def _people(visit: Arrive, count: int) -> list[Visitor]:
    """So many signed-in people with a form open each."""
    visitors = []
    for number in range(count):
        account, _ = await make.volunteer(f"义工{number}")
        visitors.append(await visit().signs_in_as(account))
    await asyncio.gather(*(visitor.get("/privacy") for visitor in visitors))
    return visitors


def _statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def test_two_hundred_people_and_fifty_places(visit: Arrive) -> None:
    place = await open_shift(SOON, needed=50)
    visitors = await _people(visit, 200)
    form = {"seat": place.seat}
    page = f"/shifts/{place.shift}/sign-up"
    answers = await asyncio.gather(
        *(
            # Half of them read pages, half of them read JSON.
            visitor.post(page, form, headers={"accept": "application/json" if number % 2 else "text/html"})
            for number, visitor in enumerate(visitors)
        )
    )
    assert _statuses(answers) == {303: 50, 409: 150}
    for answer in answers:
        if answer.status_code == 409:
            assert "place was just taken" in answer.text or "places are taken" in answer.text
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 50
    assert await value("SELECT count(*) FROM signup WHERE status = 'confirmed'") == 50
    assert await value("SELECT count(DISTINCT person) FROM signup") == 50
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 50


async def test_one_person_and_twenty_shifts_at_overlapping_times(visit: Arrive) -> None:
    places = [await open_shift(SOON + timedelta(minutes=5 * number)) for number in range(20)]
    (visitor,) = await _people(visit, 1)
    answers = await asyncio.gather(
        *(visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat}) for place in places)
    )
    assert _statuses(answers) == {303: 1, 409: 19}
    assert all("You already have a shift at that time" in each.text for each in answers if each.status_code == 409)
    assert await value("SELECT count(*) FROM signup") == 1
    assert await value("SELECT sum(taken) FROM seat") == 1
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 1


async def test_a_form_tapped_five_times_is_one_sign_up(visit: Arrive) -> None:
    place = await open_shift(SOON, needed=5)
    (visitor,) = await _people(visit, 1)
    page = f"/shifts/{place.shift}/sign-up"
    answers = await asyncio.gather(*(visitor.post(page, {"seat": place.seat}) for _ in range(5)))
    assert _statuses(answers) == {303: 5}
    assert await value("SELECT count(*) FROM signup") == 1
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 1
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 1


async def test_someone_without_a_profile_taps_twice_and_is_one_person(visit: Arrive) -> None:
    place = await open_shift(SOON, needed=5)
    account = await make.account()
    visitor = await visit().signs_in_as(account)
    await visitor.get("/privacy")
    page = f"/shifts/{place.shift}/sign-up"
    answers = await asyncio.gather(*(visitor.post(page, {"seat": place.seat}) for _ in range(4)))
    assert _statuses(answers) == {303: 4}
    assert await value("SELECT count(*) FROM person WHERE account = $1", account) == 1
    assert await value("SELECT count(*) FROM signup") == 1


async def test_the_last_place_goes_to_one_of_two(visit: Arrive) -> None:
    place = await open_shift(SOON, needed=1)
    visitors = await _people(visit, 2)
    answers = await asyncio.gather(
        *(visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat}) for visitor in visitors)
    )
    assert _statuses(answers) == {303: 1, 409: 1}
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 1


async def test_cancelling_and_signing_up_keep_the_count_true(visit: Arrive) -> None:
    place = await open_shift(SOON, needed=10)
    visitors = await _people(visit, 20)
    page = f"/shifts/{place.shift}/sign-up"
    await asyncio.gather(*(visitor.post(page, {"seat": place.seat}) for visitor in visitors[:10]))
    rows = await fetch(_Row, "SELECT u.id, p.account FROM signup u JOIN person p ON p.id = u.person")
    accounts = await fetch(_Row, "SELECT id, account FROM person ORDER BY id")
    by_account = dict(zip((row.account for row in accounts), visitors, strict=True))
    leaving = [
        by_account[row.account].post(f"/signups/{row.id}/cancel", {"reason": "ill"})
        for row in rows
        for _tap in range(2)
    ]
    coming = [visitor.post(page, {"seat": place.seat}) for visitor in visitors[10:]]
    answers = await asyncio.gather(*leaving, *coming)
    assert set(_statuses(answers)) <= {303, 409}
    held = await value("SELECT count(*) FROM signup WHERE status = 'confirmed'")
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == held
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.cancelled'") == 10


async def test_a_shift_that_is_cancelled_meanwhile_keeps_nobody(visit: Arrive) -> None:
    place = await open_shift(SOON, needed=30)
    visitors = await _people(visit, 30)
    manager = await actor_of_account(place.manager, None)
    assert manager
    page = f"/shifts/{place.shift}/sign-up"
    waiting = [visitor.post(page, {"seat": place.seat}) for visitor in visitors]
    await asyncio.gather(*waiting[:15], cancel_shift(manager, place.shift, "台风", now=clock.now()), *waiting[15:])
    assert await value("SELECT status FROM shift WHERE id = $1", place.shift) == "cancelled"
    assert await value("SELECT count(*) FROM signup WHERE status <> 'cancelled'") == 0


async def test_when_only_the_constraint_sees_the_clash_it_is_still_named(visit: Arrive, db: str) -> None:
    place, other = await open_shift(SOON), await open_shift(SOON)
    account, person = await make.volunteer()
    visitor = await visit().signs_in_as(account)
    await visitor.get("/privacy")
    elsewhere = await asyncpg.connect(db)
    async with elsewhere.transaction():
        await elsewhere.execute(
            "INSERT INTO signup (seat, shift, person, capacity, starts, ends, status, created_by, created_at, reason)"
            " SELECT $1, id, $2, 'volunteer', starts, ends, 'confirmed', $3, now(), '' FROM shift WHERE id = $4",
            other.seat,
            person,
            account,
            other.shift,
        )
        waiting = asyncio.create_task(visitor.post(f"/shifts/{place.shift}/sign-up", {"seat": place.seat}))
        await asyncio.sleep(0.5)
        assert not waiting.done()
    refused = await waiting
    await elsewhere.close()
    assert refused.status_code == 409
    assert "You already have a shift at that time: 周末长者探访" in refused.text
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 0
