"""Who has to vouch, what takes effect by itself, and how posted hours are corrected: always by pairs."""

from datetime import timedelta

import pytest

from app.hours import actions
from app.hours.rules import Reason, Stretch
from app.kit.db import execute, fetch_one, value
from app.kit.errors import Conflict, Invalid, NotFound
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, acting, attendance, close_periods, entries, punch, recorded
from tests.settle import settle

BOOK = (
    "INSERT INTO rule_book (contract, version, applies_from, rules, note, published_at)"
    " VALUES ($1, '2', '2026-01-01', $2::jsonb, '', now())"
)
NOBODY = '{"least_minutes": 15, "round_to_minutes": 1, "most_minutes_a_day": 480, "otherwise": []}'


async def refused(act: object) -> str:
    with pytest.raises(Conflict) as refusal:
        await act  # type: ignore[misc]
    return refusal.value.first.code


async def test_more_than_twelve_hours_need_the_body_above_the_agency_as_well(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended(starts=STARTS - timedelta(hours=8), minutes=13 * 60)
    later = AFTER + timedelta(hours=6)
    manager, officer = await acting(scene.manager), await acting(scene.officer)
    with pytest.raises(NotFound):
        await actions.approve(await acting(await make.member(scene.funder, "evaluator")), here, now=later)
    assert await refused(actions.approve(officer, here, now=later)) == "not_your_tier", "the agency speaks first"
    assert await actions.approve(manager, here, now=later) is None
    assert (await attendance(here)).status == "vouched"
    assert await entries(here) == []
    assert await refused(actions.approve(await acting(scene.colleague), here, now=later)) == "not_your_tier"
    assert await actions.approve(officer, here, now=later) == 480
    assert [entry.minutes for entry in await entries(here)] == [480]
    assert await value("SELECT verified_by FROM posting") == scene.officer


async def test_an_agencys_parent_body_goes_before_the_funder(db: str) -> None:
    scene = await set_up.build()
    above = await make.organisation("agency", "总会")
    chief = await make.member(above, "agency_manager", "总干事")
    await execute("UPDATE organisation SET parent = $2 WHERE id = $1", scene.agency, above)
    here = await scene.attended(starts=STARTS - timedelta(hours=8), minutes=13 * 60)
    later = AFTER + timedelta(hours=6)
    await actions.approve(await acting(scene.manager), here, now=later)
    with pytest.raises(NotFound):
        await actions.approve(await acting(scene.officer), here, now=later)
    assert await actions.approve(await acting(chief), here, now=later) == 480


async def test_what_the_rule_book_asks_nobody_about_takes_effect_at_check_out(db: str) -> None:
    scene = await set_up.build()
    await execute(BOOK, scene.contract, NOBODY)
    here = await scene.attended()
    await settle()
    [entry] = await entries(here)
    assert (entry.minutes, entry.grade, entry.line) == (120, "B", scene.line)
    assert await value("SELECT tier FROM approval") == "rule"
    assert await value("SELECT count(*) FROM posting WHERE verified_by IS NULL") == 1
    signup = int(await value("SELECT signup FROM attendance WHERE id = $1", here))
    await punch(signup, "in", ENDS + timedelta(minutes=20), scene.worker)
    await punch(signup, "out", ENDS + timedelta(minutes=50), scene.worker)
    await recorded(signup)
    await settle()
    assert len(await entries(here)) == 1, "coming back is unusual, so someone looks first"
    assert (await attendance(here)).status == "recorded"


async def test_an_unusual_one_does_not_take_effect_by_itself(db: str) -> None:
    scene = await set_up.build()
    await execute(BOOK, scene.contract, NOBODY)
    signup = await scene.signup(await scene.shift())
    await punch(signup, "in", STARTS, scene.worker)
    await punch(signup, "out", ENDS + timedelta(minutes=90), scene.worker)
    here = await recorded(signup)
    await settle()
    assert await entries(here) == []
    assert await refused(actions.approve(await acting(scene.manager), here, now=AFTER)) == "unsettled"


async def test_an_approval_is_taken_back_by_a_reversal_and_can_be_given_again(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    manager = await acting(scene.manager)
    await actions.approve(manager, here, now=AFTER)
    with pytest.raises(Invalid):
        await actions.undo(manager, here, "other", " ", now=AFTER)
    await actions.undo(manager, here, "by_mistake", "", now=AFTER)
    assert [entry.minutes for entry in await entries(here)] == [120, -120]
    assert await value("SELECT count(*) FROM held_time") == 0, "the time is free again"
    assert (await attendance(here)).status == "recorded"
    assert await refused(actions.undo(manager, here, "by_mistake", "", now=AFTER)) == "not_posted"
    await actions.approve(manager, here, now=AFTER)
    assert [(entry.minutes, entry.reason) for entry in await entries(here)] == [
        (120, ""), (-120, "by_mistake"), (120, "corrected"),
    ]  # fmt: skip


async def test_posted_hours_stand_until_corrected_ones_are_approved_in_their_place(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    manager, colleague = await acting(scene.manager), await acting(scene.colleague)
    await actions.approve(manager, here, now=AFTER)
    to = Stretch(STARTS, STARTS + timedelta(minutes=90))
    assert await refused(actions.reopen_with(manager, here, to, Reason.BREAK, now=AFTER)) == "you_vouched"
    await actions.reopen_with(colleague, here, to, Reason.BREAK, now=AFTER)
    assert [entry.minutes for entry in await entries(here)] == [120], "nothing changes before a word is given"
    assert await refused(actions.approve(colleague, here, now=AFTER)) == "recorded_by_you"
    assert await actions.approve(manager, here, now=AFTER) == 90
    assert [entry.minutes for entry in await entries(here)] == [120, -120, 90]
    assert [entry.allocated for entry in await entries(here)] == [120, -120, 90]
    assert await value("SELECT sum(ends - starts) FROM held_time") == timedelta(minutes=90)


async def test_nothing_is_taken_back_or_corrected_in_a_closed_period(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    await close_periods(scene.contract)
    colleague, to = await acting(scene.colleague), Stretch(STARTS, STARTS + timedelta(minutes=90))
    assert await refused(actions.undo(colleague, here, "by_mistake", "", now=AFTER)) == "period_locked"
    assert await refused(actions.reopen_with(colleague, here, to, Reason.BREAK, now=AFTER)) == "period_locked"
    assert (await attendance(here)).status == "posted"
    assert len(await entries(here)) == 1


async def test_nothing_is_posted_into_a_month_that_is_kept_elsewhere(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await execute(
        "INSERT INTO detached_month (month, postings, file, sha256, detached_at) VALUES ($1, 0, 'x', 'x', now())",
        STARTS.date().replace(day=1),
    )
    assert await refused(actions.approve(await acting(scene.manager), here, now=AFTER)) == "month_detached"
    assert await entries(here) == []


async def test_the_same_time_counts_once_whoever_records_it(db: str) -> None:
    scene = await set_up.build()
    account, person = await make.volunteer()
    other = await make.organisation("agency", "彩虹社工")
    chief = await make.member(other, "agency_manager", "郑七")
    activity = await make.activity(other, chief, None)
    found = []
    for where, by, starts in ((scene.activity, scene.worker, STARTS), (activity, account, STARTS + timedelta(hours=2))):
        signup = await make.signup(await make.seat(await make.shift(where, starts=starts)), person, account)
        # Both leaders keep the person on the list for longer than the shift.
        await punch(signup, "in", starts - timedelta(minutes=5), by)
        await punch(signup, "out", starts + timedelta(minutes=125), by)
        found.append(await recorded(signup))
    later = AFTER + timedelta(hours=3)
    await actions.approve(await acting(scene.manager), found[0], now=later)
    with pytest.raises(Conflict) as refusal:
        await actions.approve(await acting(chief), found[1], now=later)
    assert refusal.value.first.code == "time_taken"
    assert refusal.value.first.params["activity"] == "周末长者探访"
    assert "社工机构" in refusal.value.first.params["agency"]
    assert await entries(found[1]) == []
    assert (await attendance(found[1])).status == "recorded", "the refused approval left nothing behind"
    with pytest.raises(Exception, match="held_time_once"):
        await execute(
            "INSERT INTO held_time (attendance, person, starts, ends) VALUES ($1, $2, $3, $4)",
            found[1], person, STARTS, ENDS,
        )  # fmt: skip


async def test_a_volunteers_training_is_an_account_of_its_own(db: str) -> None:
    scene = await set_up.build()
    await execute("UPDATE activity SET time_kind = 'training' WHERE id = $1", scene.activity)
    here = await scene.attended()
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    assert await value("SELECT capacity || ' ' || kind FROM posting") == "training training"
    with pytest.raises(Exception, match="attendance_training_is_apart"):
        await execute("UPDATE attendance SET capacity = 'volunteer' WHERE id = $1", here)


async def test_late_entries_ask_for_a_second_person_who_is_another(db: str) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift())
    here = await recorded(signup)
    to = Stretch(STARTS, ENDS)
    eleven = AFTER + timedelta(days=17)
    await actions.adjust(await acting(scene.worker), here, to, Reason.ROSTER, now=eleven)
    assert (await attendance(here)).grade == "E"
    manager = await acting(scene.manager)
    assert await actions.approve(manager, here, now=eleven) is None
    assert await refused(actions.approve(manager, here, now=eleven)) == "second_needed"
    assert await actions.approve(await acting(scene.colleague), here, now=eleven) == 120


async def test_a_return_takes_back_the_words_given_before(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended(starts=STARTS - timedelta(hours=8), minutes=13 * 60)
    later = AFTER + timedelta(hours=6)
    await actions.approve(await acting(scene.manager), here, now=later)
    await actions.give_back(await acting(scene.officer), here, "十三个小时？请核对", now=later)
    row = await fetch_one(set_up.Attendance, "SELECT * FROM attendance WHERE id = $1", here)
    assert row is not None
    assert row.status == "returned"
    to = Stretch(STARTS, ENDS)
    await actions.adjust(await acting(scene.worker), here, to, Reason.WRONG_TIME, now=later)
    assert await actions.approve(await acting(scene.manager), here, now=later) == 120, "no parent body is asked for 2 h"
