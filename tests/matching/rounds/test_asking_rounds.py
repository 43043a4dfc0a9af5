"""Asking for a round, one at a time for a region; stopping and dropping it; whose round it is."""

import asyncio
from datetime import timedelta

import pytest

from app.accounts.actor import actor_of_account
from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.matching.actions import leasing, rounds
from app.matching.actions.leasing import Lost
from app.matching.rules.rounds import KEPT_DYING, Progress
from tests import factories as make
from tests.matching.rounds import scene


async def test_a_second_round_for_the_same_region_is_refused_while_one_is_at_work(db: str) -> None:
    here = await scene.place()
    first = await scene.asked(here)
    with pytest.raises(Conflict) as refused:
        await scene.asked(here)
    assert refused.value.first.code == "round_one_at_a_time"
    await scene.asked(here, region=make.DISTRICT)  # another region may
    await rounds.drop_round(here.actor, first, now=clock.now())
    await scene.asked(here)
    assert await value("SELECT count(*) FROM round") == 3


async def test_two_who_ask_at_the_same_moment_start_one_round(db: str) -> None:
    here = await scene.place()
    answers = await asyncio.gather(*(scene.asked(here) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 3


async def test_another_agency_asks_for_the_same_region_at_the_same_time(db: str) -> None:
    here, there = await scene.place(), await scene.place()
    assert await scene.asked(here) != await scene.asked(there)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ends": clock.now() - timedelta(days=1), "starts": clock.now() - timedelta(days=2)}, "round_in_the_past"),
        ({"ends": clock.now(), "starts": clock.now() + timedelta(days=1)}, "round_ends_after_start"),
        ({"ends": clock.now() + timedelta(days=40), "starts": clock.now()}, "round_too_long"),
    ],
)
async def test_days_that_make_no_sense_are_refused(db: str, more: dict[str, object], code: str) -> None:
    here = await scene.place()
    with pytest.raises(Conflict) as refused:
        await scene.asked(here, **more)
    assert refused.value.first.code == code
    assert await value("SELECT count(*) FROM round") == 0


async def test_an_unknown_region_or_an_unfinished_base_is_refused(db: str) -> None:
    here = await scene.place()
    with pytest.raises(Invalid):
        await scene.asked(here, region="9999")
    with pytest.raises(Invalid):
        await scene.asked(here, seconds=4000)
    waiting = await scene.asked(here)
    with pytest.raises(Invalid):
        await scene.asked(here, region=make.DISTRICT, based_on=waiting)
    there = await scene.place()
    with pytest.raises(NotFound):
        await scene.asked(there, based_on=waiting)


async def test_only_who_runs_rounds_asks_for_one(db: str) -> None:
    here = await scene.place()
    worker = await actor_of_account(await make.member(here.agency, "social_worker"), None)
    assert worker is not None
    starts, ends = scene.span()
    with pytest.raises(Forbidden):
        await rounds.ask_round(worker, rounds.Wanted(region=make.CITY, starts=starts, ends=ends), now=clock.now())


async def test_a_round_is_taken_once_and_taken_over_after_silence(db: str) -> None:
    here = await scene.place()
    round_id = await scene.asked(here)
    first = await scene.taken()
    assert (first.id, first.tries) == (round_id, 1)
    assert await leasing.take_round(now=clock.now()) is None
    later = clock.now() + timedelta(seconds=30)
    second = await leasing.take_round(now=later)
    assert second is not None
    assert second.tries == 2
    with pytest.raises(Lost):  # the first was only asleep
        await leasing.beat(first, first.so_far, now=later)
    with pytest.raises(Lost):
        await leasing.keep_plan(first, b"", now=later)
    assert await leasing.beat(second, second.so_far, now=later) is False


async def test_four_who_take_at_once_take_it_once(db: str) -> None:
    here = await scene.place()
    await scene.asked(here)
    leases = await asyncio.gather(*(leasing.take_round(now=clock.now()) for _ in range(4)))
    assert sum(lease is not None for lease in leases) == 1


async def test_a_round_that_killed_three_processes_fails_with_a_sentence(db: str) -> None:
    here = await scene.place()
    round_id = await scene.asked(here)
    now = clock.now()
    for number in range(3):
        assert await leasing.take_round(now=now + timedelta(minutes=number)) is not None
    assert await leasing.take_round(now=now + timedelta(minutes=9)) is None
    assert await scene.status_of(round_id) == "failed"
    assert await value("SELECT error FROM round WHERE id = $1", round_id) == KEPT_DYING


async def test_a_process_told_to_end_hands_back_and_that_is_no_failed_try(db: str) -> None:
    here = await scene.place()
    round_id = await scene.asked(here)
    for _ in range(5):
        lease = await scene.taken()
        await leasing.hand_back(lease, lease.so_far)
        assert await scene.status_of(round_id) == "waiting"
    said = await scene.so_far(round_id)
    assert (said.tries, said.calm) == (5, 5)
    assert await scene.taken()


async def test_stopping_is_said_to_the_process_with_its_next_beat(db: str) -> None:
    here, there = await scene.place(), await scene.place()
    round_id = await scene.asked(here)
    lease = await scene.taken()
    with pytest.raises(NotFound):
        await rounds.stop_round(there.actor, round_id)
    await rounds.stop_round(here.actor, round_id)
    await rounds.stop_round(here.actor, round_id)
    progress = Progress(tries=1, stage="exchanges", value=10, bound=12)
    assert await leasing.beat(lease, progress, now=clock.now()) is True
    assert await value("SELECT bound FROM round WHERE id = $1", round_id) == 12
    await execute("UPDATE round SET status = 'ready' WHERE id = $1", round_id)
    with pytest.raises(Conflict):
        await rounds.stop_round(here.actor, round_id)


async def test_by_district_the_whole_waits_for_its_parts(db: str) -> None:
    here = await scene.place()
    whole = await scene.asked(here, by_district=True)
    part = await scene.taken()
    assert part.part_of == whole
    assert part.region == make.DISTRICT
    while (more := await leasing.take_round(now=clock.now())) is not None:
        assert more.part_of == whole
        await execute("UPDATE round SET status = 'ready' WHERE id = $1", more.id)
    await execute("UPDATE round SET status = 'ready' WHERE id = $1", part.id)
    assert (await scene.taken()).id == whole
