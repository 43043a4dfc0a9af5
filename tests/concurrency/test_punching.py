"""Taps that meet: the same one twice, and two leaders for the same person."""

import asyncio
from collections.abc import Callable

from app.kit.db import value
from app.shifts.actions.turning import turn_shifts
from tests import factories as make
from tests.shifts.ground import lay, running_shift
from tests.visitor import Visitor


async def test_a_double_tap_is_one_punch(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    leader = await visit().signs_in_as(day.leader)
    await leader.get(f"/shifts/{day.shift}/board")
    tap = {"signup": day.signups[0], "direction": "in", "nonce": "nonce-tap-1"}
    answers = await asyncio.gather(*(leader.post(f"/shifts/{day.shift}/punches", tap) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {303}
    assert await value("SELECT count(*) FROM punch") == 1
    assert await value("SELECT count(*) FROM outbox WHERE event = 'punch.recorded'") == 1


async def test_two_leaders_punch_the_same_person_in_once(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    leaders = [await visit().signs_in_as(account) for account in (day.leader, ground.manager) for _ in range(3)]
    for leader in leaders:
        await leader.get(f"/shifts/{day.shift}/board")
    answers = await asyncio.gather(
        *(
            leader.post(
                f"/shifts/{day.shift}/punches",
                {"signup": day.signups[0], "direction": "in", "nonce": f"nonce-of-{number}"},
            )
            for number, leader in enumerate(leaders)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 5
    assert await value("SELECT count(*) FROM punch") == 1


async def test_the_same_nonce_for_two_people_is_taken_once(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    leader = await visit().signs_in_as(day.leader)
    await leader.get(f"/shifts/{day.shift}/board")
    answers = await asyncio.gather(
        *(
            leader.post(f"/shifts/{day.shift}/punches", {"signup": signup, "direction": "in", "nonce": "nonce-same"})
            for signup in day.signups
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await value("SELECT count(*) FROM punch") == 1


async def test_any_number_of_workers_end_a_shift_once(db: str) -> None:
    ground = await lay()
    for _ in range(5):
        await make.shift(ground.activity)
    ended = make.WHEN.replace(hour=23)
    await asyncio.gather(*(turn_shifts(now=ended) for _ in range(6)))
    await turn_shifts(now=ended)
    assert await value("SELECT count(*) FROM shift WHERE status = 'done'") == 5
    assert await value("SELECT count(*) FROM outbox WHERE event = 'shift.ended'") == 5
