"""Approvals at the same moment: one posting, whoever wins, and every loser hears why."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from app.hours import actions
from app.hours.rules import Reason, Stretch
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, acting, entries, punch, recorded
from tests.visitor import Visitor


async def test_two_approvals_of_one_attendance_post_it_once(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    first = await visit().signs_in_as(scene.manager)
    second = await visit().signs_in_as(scene.colleague)
    for visitor in (first, second):
        await visitor.get("/approvals")
    answers = await asyncio.gather(
        *(visitor.post(f"/attendances/{here}/approve") for visitor in (first, second)),
        *(
            visitor.post("/approvals", {"chosen": [here]}, headers={"hx-request": "true"})
            for visitor in (first, second)
        ),
    )
    won = [answer for answer in answers if answer.status_code == 303 or "1 attendance approved" in answer.text]
    lost = [answer for answer in answers if answer not in won]
    assert (len(won), len(lost)) == (1, 3)
    for answer in lost:
        assert "Someone else approved this a moment ago." in answer.text
    [entry] = await entries(here)
    assert (entry.minutes, entry.allocated) == (120, 120)
    assert await value("SELECT count(*) FROM approval") == 1


async def test_two_shifts_of_one_day_never_count_more_than_the_day_may(db: str) -> None:
    scene = await set_up.build()
    _, person = await make.volunteer()
    here = []
    for offset in (-300, 0):
        starts = STARTS + timedelta(minutes=offset)
        signup = await scene.signup(await scene.shift(starts=starts, minutes=290), person)
        await punch(signup, "in", starts, scene.worker)
        await punch(signup, "out", starts + timedelta(minutes=290), scene.worker)
        here.append(await recorded(signup))
    approvers = [await acting(scene.manager), await acting(scene.colleague)]
    late = AFTER + timedelta(hours=3)
    await asyncio.gather(*(actions.approve(who, each, now=late) for who, each in zip(approvers, here, strict=True)))
    assert await value("SELECT sum(minutes) FROM posting") == 480


async def test_a_period_that_is_being_submitted_lets_no_hour_slip_in(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    submitted = asyncio.Event()

    async def submit() -> None:
        async with transaction():
            await execute("UPDATE period SET status = 'submitted' WHERE contract = $1", scene.contract)
            submitted.set()
            await asyncio.sleep(0.2)  # the approval has reached the period's row by now, and waits

    async def approve() -> str:
        await submitted.wait()
        try:
            await actions.approve(await acting(scene.manager), here, now=AFTER)
        except Conflict as refused:
            return refused.first.code
        return "approved"

    _, answer = await asyncio.gather(submit(), approve())
    assert answer == "period_locked"
    assert not await entries(here)


async def test_an_approval_and_a_confirmation_at_once_end_in_grade_a(db: str) -> None:
    scene = await set_up.build()
    here = [await scene.attended() for _ in range(6)]
    for each in here:
        shift = await value("SELECT shift FROM attendance WHERE id = $1", each)
        await asyncio.gather(
            actions.approve(await acting(scene.manager), each, now=AFTER),
            actions.resident_confirmed(shift, now=AFTER),
        )
        found = await entries(each)
        assert found[-1].grade == "A"
        assert sum(entry.minutes for entry in found) == 120
        assert len(found) in (1, 3)


async def test_a_correction_and_an_approval_at_once_never_post_what_the_corrector_approved(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    to = Stretch(STARTS, ENDS - timedelta(minutes=30))
    outcomes = await asyncio.gather(
        actions.adjust(await acting(scene.manager), here, to, Reason.BREAK, now=AFTER),
        actions.approve(await acting(scene.manager), here, now=AFTER),
        return_exceptions=True,
    )
    codes = [outcome.first.code for outcome in outcomes if isinstance(outcome, Conflict)]
    assert codes in (["posted"], ["recorded_by_you"]), outcomes
    posted = await entries(here)
    assert len(posted) == (1 if codes == ["posted"] else 0)
