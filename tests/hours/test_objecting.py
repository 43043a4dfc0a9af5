"""Someone contests their hours, both sides talk, and somebody answers: in time, or a body above does."""

import base64
from collections.abc import Awaitable
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from msgspec import Struct
from PIL import Image

from app.hours import actions
from app.hours.actions import objecting
from app.hours.objection_jobs import escalate_objections
from app.hours.queries.objecting import answered_objections, objection_for, open_objections, talk_of
from app.hours.rules import Stretch
from app.hours.rules.objecting import Claim
from app.kit import clock
from app.kit.db import execute, fetch, fetch_one, value
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.workdays import add_workdays
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, Scene, acting, attendance, close_periods, entries
from tests.settle import settle

LONGER = Stretch(STARTS, ENDS + timedelta(minutes=60))
TODAY = clock.local_day(AFTER)


class Stored(Struct):
    """An objection as it is stored."""

    status: str
    held_by: str
    due_on: date
    escalated_at: datetime | None
    decided_by: int | None
    decided_at: datetime | None


async def stored(objection_id: int) -> Stored:
    """The objection now."""
    columns = ", ".join(Stored.__struct_fields__)
    found = await fetch_one(Stored, f"SELECT {columns} FROM objection WHERE id = $1", objection_id)
    assert found is not None
    return found


async def owner_of(attendance_id: int) -> int:
    """The account of whoever served."""
    return int(await value("SELECT account_id FROM attendance WHERE id = $1", attendance_id))


async def contested(scene: Scene, *, posted: bool = True, claim: Claim = Claim.WRONG_TIMES) -> tuple[int, int, int]:
    """An attendance somebody contests: its number, the objection's, and the person's account."""
    here = await scene.attended()
    if posted:
        await actions.approve(await acting(scene.manager), here, now=AFTER)
    person = await owner_of(here)
    made = await objecting.object_to(
        await acting(person), here, claim, "我五点才走", wanted=LONGER, photo=None, now=AFTER
    )
    return here, made, person


class _Notice(Struct):
    account: int
    event: str


async def notices() -> set[tuple[int, str]]:
    """Who was told what about objections."""
    rows = await fetch(_Notice, "SELECT account, event FROM notice WHERE event LIKE 'objection.%'")
    return {(row.account, row.event) for row in rows}


async def refused(act: Awaitable[object]) -> str:
    """The code with which something is refused."""
    with pytest.raises((Conflict, Invalid)) as caught:
        await act
    return caught.value.first.code


async def test_the_agency_has_the_rule_books_working_days_and_hears_of_it(db: str) -> None:
    scene = await set_up.build()
    _here, made, person = await contested(scene)
    assert await stored(made) == Stored("raised", "agency", add_workdays(TODAY, 5), None, None, None)
    await settle()
    assert await notices() == {(scene.manager, "objection.raised"), (scene.colleague, "objection.raised")}
    [word] = await talk_of(made)
    assert (word.side, word.words, word.has_photo) == ("person", "我五点才走", False)
    row = await objection_for(await acting(person), made)
    assert (row.wanted_in, row.wanted_out) == (LONGER.starts, LONGER.ends)


async def test_a_rule_book_may_give_more_days(db: str) -> None:
    scene = await set_up.build()
    await execute(
        "INSERT INTO rule_book (contract, version, applies_from, rules, note, published_at)"
        " SELECT $1, 'slow', applies_from, rules || '{\"objection_workdays\": 8}', '', published_at FROM rule_book",
        scene.contract,
    )
    _here, made, _person = await contested(scene)
    assert (await stored(made)).due_on == add_workdays(TODAY, 8)


async def test_upheld_times_are_corrected_approved_by_a_colleague_and_posted_as_a_pair(db: str) -> None:
    scene = await set_up.build()
    here, made, person = await contested(scene)
    # The manager approved these hours, so the colleague is who may correct them.
    colleague = await acting(scene.colleague)
    await objecting.uphold(colleague, made, LONGER, "考勤表上确实是五点", now=AFTER)
    assert (await stored(made)).status == "upheld"
    assert (await attendance(here)).status == "recorded"
    assert [entry.minutes for entry in await entries(here)] == [120], "what was posted counts until the new approval"
    assert await refused(actions.approve(colleague, here, now=AFTER)) == "recorded_by_you"
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    assert [entry.minutes for entry in await entries(here)] == [120, -120, 180]
    assert [(word.side, word.words) for word in await talk_of(made)] == [
        ("person", "我五点才走"),
        ("agency", "考勤表上确实是五点"),
    ]
    await settle()
    assert (person, "objection.upheld") in await notices()


async def test_an_objection_to_what_is_not_approved_yet_corrects_it_without_an_entry(db: str) -> None:
    scene = await set_up.build()
    here, made, _person = await contested(scene, posted=False)
    await objecting.uphold(await acting(scene.manager), made, LONGER, "对", now=AFTER)
    assert not await entries(here)
    await actions.approve(await acting(scene.colleague), here, now=AFTER)
    assert [entry.minutes for entry in await entries(here)] == [180]


async def test_whoever_vouched_cannot_correct_but_may_refuse_with_words(db: str) -> None:
    scene = await set_up.build()
    here, made, person = await contested(scene)
    manager = await acting(scene.manager)
    assert await refused(objecting.uphold(manager, made, LONGER, "对", now=AFTER)) == "you_vouched"
    assert (await stored(made)).status == "raised"
    assert len(await talk_of(made)) == 1, "nothing of the failed answer is kept"
    assert await refused(objecting.refuse(manager, made, "  ", now=AFTER)) == "say_why"
    await objecting.refuse(manager, made, "门卫四点看见您离开", now=AFTER)
    assert (await stored(made)).decided_by == scene.manager
    assert [entry.minutes for entry in await entries(here)] == [120]
    assert await refused(objecting.refuse(manager, made, "again", now=AFTER)) == "objection_answered"
    assert await refused(objecting.say(await acting(person), made, "但是", now=AFTER)) == "objection_answered"
    await settle()
    assert (person, "objection.refused") in await notices()


async def test_nobody_decides_about_their_own_hours_or_what_they_recorded(db: str) -> None:
    scene = await set_up.build()
    here, made, _person = await contested(scene, posted=False)
    await execute("UPDATE attendance SET account_id = $2 WHERE id = $1", here, scene.manager)
    own = objecting.uphold(await acting(scene.manager), made, LONGER, "对", now=AFTER)
    assert await refused(own) == "own_objection"
    await execute("UPDATE attendance SET recorders = recorders || $2 WHERE id = $1", here, [scene.colleague])
    assert (
        await refused(objecting.refuse(await acting(scene.colleague), made, "不", now=AFTER)) == "recorded_by_decider"
    )
    assert (await stored(made)).status == "raised"


async def test_a_closed_period_is_said_and_nothing_is_decided(db: str) -> None:
    scene = await set_up.build()
    here, made, _person = await contested(scene)
    await close_periods(scene.contract)
    code = await refused(objecting.uphold(await acting(scene.colleague), made, LONGER, "对", now=AFTER))
    assert code == "period_locked"
    assert (await stored(made)).status == "raised"
    assert [entry.minutes for entry in await entries(here)] == [120]


async def test_upholding_needs_times_that_can_be_right(db: str) -> None:
    scene = await set_up.build()
    _here, made, _person = await contested(scene)
    colleague = await acting(scene.colleague)
    assert await refused(objecting.uphold(colleague, made, None, "对", now=AFTER)) == "give_times"
    backwards = Stretch(ENDS, STARTS)
    assert await refused(objecting.uphold(colleague, made, backwards, "对", now=AFTER)) == "out_before_in"
    assert (await stored(made)).status == "raised"


async def test_that_was_not_me_takes_the_hours_back(db: str) -> None:
    scene = await set_up.build()
    here, made, person = await contested(scene, claim=Claim.NOT_MINE)
    await objecting.uphold(await acting(scene.colleague), made, None, "同名的另一位", now=AFTER)
    assert (await attendance(here)).status == "returned"
    assert [entry.minutes for entry in await entries(here)] == [120, -120]
    assert not await value("SELECT count(*) FROM held_time WHERE attendance = $1", here)
    assert (
        await value("SELECT note FROM approval WHERE attendance = $1 ORDER BY id DESC LIMIT 1", here) == "同名的另一位"
    )
    assert person


async def test_what_is_not_answered_in_time_goes_up_once_with_a_clock_of_its_own(db: str) -> None:
    scene = await set_up.build()
    _here, made, person = await contested(scene)
    due = (await stored(made)).due_on
    last = AFTER + timedelta(days=(due - TODAY).days)
    assert clock.local_day(last) == due
    assert await objecting.escalate_overdue(now=last) == 0, "the last day is theirs to its end"
    next_day = last + timedelta(days=1)
    assert await objecting.escalate_overdue(now=next_day) == 1
    assert await objecting.escalate_overdue(now=next_day) == 0
    up = await stored(made)
    assert (up.status, up.held_by, up.escalated_at) == ("raised", "parent", next_day)
    assert up.due_on == add_workdays(clock.local_day(next_day), 5)
    assert await objecting.escalate_overdue(now=next_day + timedelta(days=60)) == 0, "there is nothing above the last"
    await settle()
    told = await notices()
    assert {
        (person, "objection.escalated"),
        (scene.manager, "objection.taken_away"),
        (scene.colleague, "objection.taken_away"),
        (scene.officer, "objection.came_up"),
    } <= told
    late = objecting.refuse(await acting(scene.colleague), made, "太晚了", now=next_day)
    assert await refused(late) == "not_with_you"
    await objecting.say(await acting(scene.colleague), made, "我们当时人手不够", now=next_day)
    await objecting.uphold(await acting(scene.officer), made, LONGER, "同意", now=next_day)
    assert [word.side for word in await talk_of(made)] == ["person", "agency", "parent"]
    done = await stored(made)
    assert (done.status, done.decided_by) == ("upheld", scene.officer)


async def test_the_officers_correction_is_approved_by_the_agency(db: str) -> None:
    scene = await set_up.build()
    here, made, _person = await contested(scene)
    later_on = AFTER + timedelta(days=30)
    await objecting.escalate_overdue(now=later_on)
    await objecting.uphold(await acting(scene.officer), made, LONGER, "同意", now=later_on)
    await actions.approve(await acting(scene.manager), here, now=later_on)
    # Entered so late, the rule-book asks for a second person.
    assert [entry.minutes for entry in await entries(here)] == [120]
    await actions.approve(await acting(scene.colleague), here, now=later_on)
    assert [entry.minutes for entry in await entries(here)] == [120, -120, 180]


async def test_it_goes_to_the_agencys_own_parent_body_when_there_is_one(db: str) -> None:
    scene = await set_up.build()
    above = await make.organisation("agency", "总会")
    head = await make.member(above, "agency_manager")
    await execute("UPDATE organisation SET parent = $2 WHERE id = $1", scene.agency, above)
    _here, made, _person = await contested(scene)
    with pytest.raises(NotFound):
        await objection_for(await acting(head), made)
    await objecting.escalate_overdue(now=AFTER + timedelta(days=30))
    assert (await objection_for(await acting(head), made)).parent_id == above
    with pytest.raises(NotFound):
        await objection_for(await acting(scene.officer), made)


async def test_without_a_body_above_it_stays_with_the_agency(db: str) -> None:
    scene = await set_up.build()
    scene.activity = await make.activity(scene.agency, scene.manager, None)
    _here, made, _person = await contested(scene)
    assert await objecting.escalate_overdue(now=AFTER + timedelta(days=30)) == 0
    assert (await stored(made)).held_by == "agency"


async def test_the_clock_of_the_worker_escalates_what_is_overdue(db: str) -> None:
    scene = await set_up.build()
    _here, made, _person = await contested(scene)
    await execute("UPDATE objection SET due_on = '2020-01-01' WHERE id = $1", made)
    await escalate_objections()
    await escalate_objections()
    assert (await stored(made)).held_by == "parent"
    assert await value("SELECT count(*) FROM outbox WHERE event = 'objection.escalated'") == 1


async def test_after_a_refusal_the_next_objection_goes_up_and_its_answer_is_final(db: str) -> None:
    scene = await set_up.build()
    here, made, person = await contested(scene)
    again = (here, Claim.WRONG_TIMES, "真的是五点")
    me = await acting(person)
    assert await refused(objecting.object_to(me, *again, now=AFTER)) == "objection_open_already"
    await objecting.refuse(await acting(scene.manager), made, "不", now=AFTER)
    second = await objecting.object_to(me, *again, now=AFTER)
    assert (await stored(second)).held_by == "parent"
    await settle()
    assert (scene.officer, "objection.came_up") in await notices()
    await objecting.refuse(await acting(scene.officer), second, "看过打卡记录", now=AFTER)
    assert await refused(objecting.object_to(me, *again, now=AFTER)) == "objection_decided_for_good"


async def test_only_whoever_raised_it_withdraws_it_and_then_may_contest_again(db: str) -> None:
    scene = await set_up.build()
    here, made, person = await contested(scene)
    with pytest.raises(NotFound):
        await objecting.withdraw(await acting(scene.manager), made, now=AFTER)
    await objecting.withdraw(await acting(person), made, now=AFTER)
    row = await stored(made)
    assert (row.status, row.decided_by, row.decided_at) == ("withdrawn", None, AFTER)
    assert await refused(objecting.withdraw(await acting(person), made, now=AFTER)) == "objection_answered"
    anew = await objecting.object_to(await acting(person), here, Claim.TOO_LITTLE, "少了", now=AFTER)
    assert (await stored(anew)).held_by == "agency"


async def test_only_ones_own_hours_can_be_contested_and_only_when_the_shift_is_over(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    for other in (scene.manager, scene.worker, scene.officer):
        with pytest.raises(NotFound):
            await objecting.object_to(await acting(other), here, Claim.WRONG_TIMES, "x", now=AFTER)
    me = await acting(await owner_of(here))
    early = objecting.object_to(me, here, Claim.WRONG_TIMES, "x", now=STARTS)
    assert await refused(early) == "objection_too_early"
    unfit = objecting.object_to(me, here, Claim.NOT_COME, "x", now=AFTER)
    assert await refused(unfit) == "claim_does_not_fit"
    silent = objecting.object_to(me, here, Claim.WRONG_TIMES, "  ", now=AFTER)
    assert await refused(silent) == "say_what_happened"
    backwards = objecting.object_to(me, here, Claim.WRONG_TIMES, "x", wanted=Stretch(ENDS, STARTS), now=AFTER)
    assert await refused(backwards) == "out_before_in"
    assert not await value("SELECT count(*) FROM objection")


async def test_i_did_come_makes_a_no_show_count_after_all(db: str) -> None:
    scene = await set_up.build()
    shift = await scene.shift()
    signup = await scene.signup(shift)
    await actions.open_for_shift(shift, now=AFTER)
    here = await set_up.recorded(signup)
    await actions.mark_missed(await acting(scene.colleague), here, now=AFTER)
    me = await acting(await owner_of(here))
    made = await objecting.object_to(me, here, Claim.NOT_COME, "我来了", wanted=Stretch(STARTS, ENDS), now=AFTER)
    await objecting.uphold(await acting(scene.manager), made, Stretch(STARTS, ENDS), "签到表上有", now=AFTER)
    assert (await attendance(here)).status == "recorded"
    assert await value("SELECT status FROM signup WHERE id = $1", signup) == "attended"


async def test_a_photo_is_kept_sealed_and_shown_to_its_two_sides_with_a_look(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    person = await owner_of(here)
    sent = BytesIO()
    Image.new("RGB", (3000, 2000), (10, 200, 10)).save(sent, "JPEG", comment=b"secret place")
    made = await objecting.object_to(
        await acting(person), here, Claim.WRONG_TIMES, "看照片", photo=sent.getvalue(), now=AFTER
    )
    [word] = await talk_of(made)
    kept = await value("SELECT photo FROM objection_word WHERE id = $1", word.id)
    assert b"JFIF" not in kept
    assert base64.b64encode(b"\xff\xd8\xff")[:4] not in kept
    shown = await objecting.look_at_photo(await acting(person), made, word.id, now=AFTER)
    with Image.open(BytesIO(shown)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1600, 1067))
        assert "comment" not in picture.info
    assert not await value("SELECT count(*) FROM look"), "one's own photo is no look at somebody else's"
    assert await objecting.look_at_photo(await acting(scene.manager), made, word.id, now=AFTER) == shown
    assert await value("SELECT count(*) FROM look WHERE account = $1 AND fields = '{photo}'", scene.manager) == 1
    for stranger in (scene.worker, scene.officer):
        with pytest.raises(NotFound):
            await objecting.look_at_photo(await acting(stranger), made, word.id, now=AFTER)
    with pytest.raises(NotFound):
        await objecting.look_at_photo(await acting(person), made, word.id + 1, now=AFTER)


async def test_each_side_sees_its_own_objections_and_no_others(db: str) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    _here, made, _person = await contested(scene)
    assert [row.id for row in await open_objections(await acting(scene.manager))] == [made]
    for other in (scene.officer, elsewhere.manager, elsewhere.officer):
        assert not await open_objections(await acting(other))
        with pytest.raises(NotFound):
            await objection_for(await acting(other), made)
    await objecting.refuse(await acting(scene.manager), made, "不", now=AFTER)
    assert not await open_objections(await acting(scene.manager))
    assert [row.id for row in await answered_objections(await acting(scene.manager), None)] == [made]


async def test_a_message_tells_the_other_side(db: str) -> None:
    scene = await set_up.build()
    _here, made, person = await contested(scene)
    await objecting.say(await acting(scene.manager), made, "哪一天？", now=AFTER)
    assert await refused(objecting.say(await acting(person), made, " ", now=AFTER)) == "nothing_said"
    await settle()
    told = await notices()
    assert (person, "objection.said") in told
    assert (scene.manager, "objection.said") not in told
    await objecting.say(await acting(person), made, "周六", now=AFTER)
    await settle()
    assert (scene.manager, "objection.said") in await notices()


async def test_a_job_that_comes_late_tells_nobody(db: str) -> None:
    scene = await set_up.build()
    _here, made, person = await contested(scene)
    await objecting.withdraw(await acting(person), made, now=AFTER)
    await settle()
    assert await notices() == {(scene.manager, "objection.withdrawn"), (scene.colleague, "objection.withdrawn")}
