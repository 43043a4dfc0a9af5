"""Places given back because a proof lapsed, while somebody else holds one of the shifts or takes another place."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.kit.db import execute, transaction, value
from app.shifts.actions.releasing import release_uncovered
from app.shifts.queries.asking import lock_people
from tests import factories as make
from tests.settle import settle
from tests.shifts.offered import leaks
from tests.shifts.places import Place, open_shift

pytestmark = pytest.mark.usefixtures("db")

NOW = datetime.now(UTC)
SOON = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
SHIFT_OF_ANOTHER = "SELECT id FROM shift WHERE id = $1 FOR NO KEY UPDATE"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"
RELEASED = "SELECT count(*) FROM signup WHERE status = 'released'"


async def asking_for_a_proof(days: int) -> Place:
    """A shift so many days later that asks for a health check."""
    place = await open_shift(SOON + timedelta(days=days))
    await execute("UPDATE seat SET credentials = '{health_check}' WHERE id = $1", place.seat)
    return place


async def until_somebody_waits() -> None:
    """Until a transaction waits for another's lock."""
    for _ in range(200):
        if await value(WAITS):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_every_shift_is_locked_before_the_person() -> None:
    account, person = await make.volunteer()
    places = [await asking_for_a_proof(days) for days in range(2)]
    for place in places:
        await make.signup(place.seat, person, account)
    held = asyncio.Event()

    async def in_the_houses_order() -> None:
        async with transaction():
            await value(SHIFT_OF_ANOTHER, places[1].shift)
            held.set()
            await until_somebody_waits()
            await lock_people([person])  # a deadlock, if the one who waits for the shift had the person already

    other = asyncio.create_task(in_the_houses_order())
    await held.wait()
    await asyncio.gather(release_uncovered(person, "health_check", now=NOW), other)
    assert await value(RELEASED) == 2
    assert await leaks() == []


async def test_a_place_taken_meanwhile_is_looked_at_next() -> None:
    account, person = await make.volunteer()
    first, second = [await asking_for_a_proof(days) for days in range(2)]
    await make.signup(first.seat, person, account)
    held = asyncio.Event()

    async def taking_another() -> None:
        async with transaction():
            await value("SELECT id FROM shift WHERE id = $1 FOR SHARE", second.shift)
            await lock_people([person])
            held.set()
            await until_somebody_waits()
            await make.signup(second.seat, person, account)

    other = asyncio.create_task(taking_another())
    await held.wait()
    await asyncio.gather(release_uncovered(person, "health_check", now=NOW), other)
    assert await value(RELEASED) == 1
    await settle()
    assert await value(RELEASED) == 2
    assert await leaks() == []
