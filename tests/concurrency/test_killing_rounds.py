"""A matcher killed with -9 in the middle of a round: another goes on from its plan; and no two ever run one round."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import msgspec
import pytest

from app.kit import clock
from app.kit.db import close_pool, execute, open_pool, value
from app.matching.rules.rounds import Progress
from tests import factories as make
from tests.concurrency.conftest import served
from tests.installation import Installation
from tests.matching.rounds import scene

SHIFTS, PEOPLE, SECONDS = 280, 91, 14
SOON = 0.1


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """One for all tests here: only its matcher is killed, and its supervisor brings that back."""
    with served() as made:
        yield made


@pytest.fixture
async def city(installation: Installation) -> AsyncIterator[scene.Place]:
    """An odd number of people, who come once each, and shifts where nobody goes alone.

    Half a pair too many keeps the bound above every plan, so the search goes on for as long as it may.
    """
    await open_pool(installation.database_url, "public", None, 4)
    await execute("DELETE FROM availability")  # nobody of an earlier test can come
    here = await scene.place(shifts=SHIFTS, people=PEOPLE, needed=2, apart=0.5)
    await execute("UPDATE person SET week_minutes = 120")
    await execute(
        "INSERT INTO safeguard (service_kind, applies_from, credentials, adults_only, two_people, staff_present,"
        " same_sex, decided_at, reason) SELECT DISTINCT service_kind, DATE '2026-01-01', '{}'::text[], false, true,"
        " false, false, now(), 'test' FROM shift ON CONFLICT DO NOTHING"
    )
    yield here
    await close_pool()


async def progress(round_id: int) -> Progress:
    """What its process last said."""
    return msgspec.json.decode(await value("SELECT progress::text FROM round WHERE id = $1", round_id), type=Progress)


async def until_it_has_a_plan(round_id: int) -> None:
    """Wait until a plan to go on from is stored."""
    for _ in range(3000):  # matchers of an empty machine compile first
        if await value("SELECT incumbent IS NOT NULL FROM round WHERE id = $1", round_id):
            return
        await asyncio.sleep(SOON)
    raise AssertionError(await progress(round_id))


async def test_a_round_whose_matcher_was_killed_is_finished_by_the_next(
    installation: Installation, city: scene.Place
) -> None:
    round_id = await scene.asked(city, seconds=SECONDS)
    await until_it_has_a_plan(round_id)
    before = await value("SELECT snapshot FROM round WHERE id = $1", round_id)
    held = (await progress(round_id)).value
    installation.child("matcher").kill()
    await scene.until(round_id, "ready", 120)  # the supervisor started another, which found the round silent
    said = await progress(round_id)
    assert said.tries == 2
    assert await value("SELECT snapshot FROM round WHERE id = $1", round_id) == before
    assert (await value("SELECT value FROM round WHERE id = $1", round_id)) >= held
    assert await value("SELECT count(*) FROM placement WHERE round = $1", round_id) > 0
    overfilled = await value(
        "SELECT count(*) FROM (SELECT e.id FROM placement l JOIN seat e ON e.id = l.seat"
        " GROUP BY e.id HAVING count(*) > e.needed) over"
    )
    assert overfilled == 0


async def test_a_matcher_stopped_in_good_order_hands_its_round_back(
    installation: Installation, city: scene.Place
) -> None:
    round_id = await scene.asked(city, seconds=SECONDS)
    await until_it_has_a_plan(round_id)
    began = clock.now()
    installation.child("matcher").terminate()
    await scene.until(round_id, "ready", 120)
    said = await progress(round_id)
    assert (said.tries, said.calm) == (2, 1)
    assert clock.now() - began < timedelta(seconds=90)


async def test_rounds_of_two_agencies_are_each_run_once(installation: Installation, city: scene.Place) -> None:
    there = await scene.place(shifts=5)
    both = [await scene.asked(city, seconds=2), await scene.asked(there, seconds=2, region=make.CITY)]
    for round_id in both:
        await scene.until(round_id, "ready", 120)
        assert (await progress(round_id)).tries == 1
