"""Recording, correcting, approving and confirming, with real commits."""

from datetime import timedelta

import pytest

from app.hours import actions
from app.hours.rules import Reason, Stretch
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.outbox import later
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, acting, attendance, entries, punch, recorded
from tests.settle import settle


async def codes(awaiting: object) -> list[str]:
    with pytest.raises(Conflict) as refused:
        await awaiting  # type: ignore[misc]
    return [refusal.code for refusal in refused.value.refusals]


async def test_a_punch_opens_the_attendance_and_a_second_delivery_changes_nothing(db: str) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift())
    await punch(signup, "in", STARTS, scene.worker)
    async with transaction():
        await later("punch.recorded", signup_id=signup)
        await later("punch.recorded", signup_id=signup)
    await settle()
    assert await value("SELECT count(*) FROM attendance") == 1
    found = await attendance(await recorded(signup))
    assert (found.status, found.grade, found.counted_minutes) == ("present", "", None)
    assert found.recorders == [scene.worker]


async def test_both_punches_are_counted_and_graded_b(db: str) -> None:
    scene = await set_up.build()
    found = await attendance(await scene.attended())
    assert (found.status, found.grade, found.counted_minutes, found.raw_minutes) == ("recorded", "B", 120, 120)


async def test_an_undone_departure_takes_the_attendance_back_to_present(db: str) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift())
    await punch(signup, "in", STARTS, scene.worker)
    out = await punch(signup, "out", ENDS, scene.worker)
    assert (await attendance(await recorded(signup))).status == "recorded"
    await punch(signup, "out", ENDS, scene.colleague, undoes=out)
    found = await attendance(await recorded(signup))
    assert (found.status, found.counted_minutes) == ("present", None)
    assert found.recorders == sorted([scene.worker, scene.colleague]), "whoever undid it has touched it too"


async def test_everyone_expected_has_an_attendance_when_the_shift_ends(db: str) -> None:
    scene = await set_up.build()
    shift = await scene.shift()
    came, missed = await scene.signup(shift), await scene.signup(shift)
    gone = await scene.signup(shift)
    await execute("UPDATE signup SET status = 'cancelled' WHERE id = $1", gone)
    await punch(came, "in", STARTS, scene.worker)
    for _ in range(2):
        await actions.open_for_shift(shift, now=set_up.AFTER)
    assert (await attendance(await recorded(came))).status == "present"
    assert (await attendance(await recorded(missed))).status == "expected"
    assert not await value("SELECT count(*) FROM attendance WHERE signup = $1", gone)


async def test_only_a_person_says_that_someone_did_not_come(db: str) -> None:
    scene = await set_up.build()
    shift = await scene.shift()
    signup = await scene.signup(shift)
    expected = await recorded(signup)
    worker = await acting(scene.worker)
    assert await codes(actions.mark_missed(worker, expected, now=STARTS)) == ["shift_not_over"]
    await actions.mark_missed(worker, expected, now=AFTER)
    assert (await attendance(expected)).status == "no_show"
    assert await value("SELECT status FROM signup WHERE id = $1", signup) == "no_show"
    late = Stretch(STARTS, ENDS)
    await actions.adjust(worker, expected, late, Reason.ROSTER, now=AFTER)
    found = await attendance(expected)
    assert (found.status, found.grade, found.counted_minutes) == ("recorded", "E", 120)
    assert await value("SELECT status FROM signup WHERE id = $1", signup) == "attended"


async def test_someone_who_was_punched_cannot_be_marked_as_missing(db: str) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift())
    expected = await recorded(signup)
    await punch(signup, "in", STARTS, scene.worker)  # and no job has looked at it
    assert await codes(actions.mark_missed(await acting(scene.worker), expected, now=AFTER)) == ["not_absent"]


async def test_a_correction_stands_beside_the_punches_and_makes_a_recorder(db: str) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift())
    await punch(signup, "in", STARTS, scene.worker)
    here = await recorded(signup)
    to = Stretch(STARTS, ENDS)
    await actions.adjust(await acting(scene.manager), here, to, Reason.FORGOT_OUT, now=AFTER)
    found = await attendance(here)
    assert (found.status, found.grade, found.counted_minutes) == ("recorded", "C", 120)
    assert found.recorders == sorted([scene.worker, scene.manager])
    assert await value("SELECT raw_out FROM attendance WHERE id = $1", here) is None, "the raw time stays raw"
    assert await value("SELECT count(*) FROM adjustment WHERE attendance = $1", here) == 1
    refused = await codes(actions.approve(await acting(scene.manager), here, now=AFTER))
    assert refused == ["recorded_by_you"]
    assert await actions.approve(await acting(scene.colleague), here, now=AFTER) == 120


async def test_a_correction_refuses_times_that_cannot_be(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    worker = await acting(scene.worker)
    assert await codes(actions.adjust(worker, here, Stretch(ENDS, STARTS), Reason.WRONG_TIME, now=AFTER)) == [
        "out_before_in"
    ]
    ahead = Stretch(STARTS, AFTER + timedelta(hours=1))
    assert await codes(actions.adjust(worker, here, ahead, Reason.WRONG_TIME, now=AFTER)) == ["in_the_future"]
    far = Stretch(STARTS - timedelta(days=3), ENDS - timedelta(days=3))
    assert await codes(actions.adjust(worker, here, far, Reason.WRONG_TIME, now=AFTER)) == ["far_from_plan"]
    with pytest.raises(Invalid):
        await actions.adjust(worker, here, Stretch(STARTS, ENDS), Reason.OTHER, now=AFTER)
    assert not await value("SELECT count(*) FROM adjustment")


async def test_an_approval_posts_once_and_counts_for_the_line(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    manager = await acting(scene.manager)
    assert await actions.approve(manager, here, now=AFTER) == 120
    [entry] = await entries(here)
    assert (entry.entry, entry.minutes, entry.grade, entry.line, entry.allocated) == (1, 120, "B", scene.line, 120)
    assert (await attendance(here)).status == "posted"
    assert await codes(actions.approve(await acting(scene.colleague), here, now=AFTER)) == ["approved_already"]
    assert await codes(actions.adjust(manager, here, Stretch(STARTS, ENDS), Reason.WRONG_TIME, now=AFTER)) == ["posted"]
    assert len(await entries(here)) == 1


async def test_nobody_approves_what_they_recorded_or_their_own_hours(db: str) -> None:
    scene = await set_up.build()
    own = await make.person("李二", scene.manager)
    signup = await scene.signup(await scene.shift(starts=STARTS + timedelta(hours=5)), own)
    for direction, at in (("in", STARTS + timedelta(hours=5)), ("out", ENDS + timedelta(hours=5))):
        await punch(signup, direction, at, scene.worker)
    mine = await recorded(signup)
    later_on = AFTER + timedelta(hours=8)
    assert await codes(actions.approve(await acting(scene.manager), mine, now=later_on)) == ["own_hours"]
    assert await actions.approve(await acting(scene.colleague), mine, now=later_on) == 120


async def test_the_database_itself_keeps_recorder_verifier_and_allocator_apart(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    owner = int(await value("SELECT account_id FROM attendance WHERE id = $1", here))
    vouch = (
        "INSERT INTO approval (attendance, turn, step, tier, decision, approved_by, part, note, at)"
        " VALUES ($1, 1, 1, 'agency', 'approved', $2, 'verifier', '', now())"
    )
    take = "INSERT INTO part (attendance, account, part) VALUES ($1, $2, $3)"
    for account in (scene.worker, owner, scene.manager):
        with pytest.raises(Exception, match="approval_by_verifier"):  # a recorder, the person, someone without a part
            await execute(vouch, here, account)
    for account in (scene.worker, owner):
        with pytest.raises(Exception, match="part_one_each"):
            await execute(take, here, account, "verifier")
    with pytest.raises(Exception, match="approval_part_is_verifier"):
        await execute(vouch.replace("'verifier'", "NULL"), here, scene.manager)
    await execute(take, here, scene.manager, "verifier")
    await execute(vouch, here, scene.manager)
    for part in ("recorder", "allocator"):
        with pytest.raises(Exception, match="part_one_each"):
            await execute(take, here, scene.manager, part)
    with pytest.raises(Exception, match="approval_by_another"):
        await execute(vouch.replace("1, 1, 'agency'", "1, 2, 'agency'"), here, scene.manager)


async def test_a_strangers_attendance_is_not_there(db: str) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    here = await scene.attended()
    stranger = await acting(elsewhere.manager)
    for act in (
        actions.approve(stranger, here, now=AFTER),
        actions.give_back(stranger, here, "?", now=AFTER),
        actions.adjust(stranger, here, Stretch(STARTS, ENDS), Reason.WRONG_TIME, now=AFTER),
        actions.mark_missed(stranger, here, now=AFTER),
    ):
        with pytest.raises(NotFound):
            await act
    assert not await entries(here)


async def test_a_closed_period_takes_no_hours(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await set_up.close_periods(scene.contract)
    assert await codes(actions.approve(await acting(scene.manager), here, now=AFTER)) == ["period_locked"]
    assert not await entries(here)
    assert not await value("SELECT count(*) FROM approval")
    assert (await attendance(here)).status == "recorded"
    await set_up.close_periods(scene.contract, "returned")
    assert await actions.approve(await acting(scene.manager), here, now=AFTER) == 120


async def test_a_return_says_why_and_is_corrected_before_it_is_approved(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    manager = await acting(scene.manager)
    with pytest.raises(Invalid):
        await actions.give_back(manager, here, "  ", now=AFTER)
    await actions.give_back(manager, here, "离开时间不对", now=AFTER)
    assert await codes(actions.approve(manager, here, now=AFTER)) == ["returned"]
    signup = await value("SELECT signup FROM attendance WHERE id = $1", here)
    await recorded(signup)
    assert (await attendance(here)).status == "returned", "an old event does not take it out of its return"
    to = Stretch(STARTS, ENDS - timedelta(minutes=30))
    await actions.adjust(await acting(scene.colleague), here, to, Reason.BREAK, now=AFTER)
    found = await attendance(here)
    assert (found.status, found.counted_minutes, found.grade) == ("recorded", 90, "B")
    assert await actions.approve(manager, here, now=AFTER) == 90


async def test_too_short_a_stay_is_posted_with_nothing(db: str) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift(minutes=20))
    await punch(signup, "in", STARTS, scene.worker)
    await punch(signup, "out", STARTS + timedelta(minutes=14), scene.worker)
    here = await recorded(signup)
    assert await actions.approve(await acting(scene.manager), here, now=AFTER) == 0
    [entry] = await entries(here)
    assert (entry.minutes, entry.allocated) == (0, 0)
    assert "too_short" in await value("SELECT counted_trace::text FROM attendance WHERE id = $1", here)


async def test_a_day_counts_at_most_what_the_rule_book_says_over_all_its_shifts(db: str) -> None:
    scene = await set_up.build()
    _, person = await make.volunteer()
    manager = await acting(scene.manager)
    counted = []
    for start in (0, 300):
        starts = STARTS - timedelta(hours=5) + timedelta(minutes=start)
        signup = await scene.signup(await scene.shift(starts=starts, minutes=290), person)
        await punch(signup, "in", starts, scene.worker)
        await punch(signup, "out", starts + timedelta(minutes=290), scene.worker)
        counted.append(await recorded(signup))
    assert (await attendance(counted[1])).counted_minutes == 290
    assert await actions.approve(manager, counted[0], now=AFTER + timedelta(hours=3)) == 290
    await settle()
    assert (await attendance(counted[1])).counted_minutes == 190, "the inbox shows what is left of the day"
    assert await actions.approve(manager, counted[1], now=AFTER + timedelta(hours=3)) == 190


async def test_a_confirmation_before_the_approval_makes_grade_a_and_stays(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    shift, signup = await value("SELECT shift FROM attendance"), await value("SELECT signup FROM attendance")
    await actions.resident_confirmed(shift, now=AFTER)
    assert (await attendance(here)).grade == "A"
    await recorded(signup)
    assert (await attendance(here)).grade == "A"
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    assert [entry.grade for entry in await entries(here)] == ["A"]


async def test_a_confirmation_after_the_approval_is_a_reversal_and_a_new_entry(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    shift = await value("SELECT shift FROM attendance")
    for _ in range(2):
        await actions.resident_confirmed(shift, now=AFTER)
    found = [(e.entry, e.minutes, e.grade, e.reason, e.line, e.allocated) for e in await entries(here)]
    assert found == [
        (1, 120, "B", "", scene.line, 120),
        (2, -120, "B", "confirmed", scene.line, -120),
        (3, 120, "A", "confirmed", scene.line, 120),
    ]
    assert (await attendance(here)).grade == "A"


async def test_a_confirmation_after_the_period_closed_is_kept_and_moves_no_hour(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    await set_up.close_periods(scene.contract, "accepted")
    await actions.resident_confirmed(await value("SELECT shift FROM attendance"), now=AFTER)
    found = await attendance(here)
    assert (found.grade, found.confirmed_at) == ("B", AFTER)
    assert len(await entries(here)) == 1


async def test_one_punch_is_not_raised_by_a_confirmation(db: str) -> None:
    scene = await set_up.build()
    shift = await scene.shift()
    signup = await scene.signup(shift)
    await punch(signup, "in", STARTS, scene.worker)
    here = await recorded(signup)
    await actions.adjust(await acting(scene.worker), here, Stretch(STARTS, ENDS), Reason.FORGOT_OUT, now=AFTER)
    await actions.resident_confirmed(shift, now=AFTER)
    assert (await attendance(here)).grade == "C"


async def test_staff_time_and_volunteer_time_never_mix(db: str) -> None:
    scene = await set_up.build()
    worker = await make.person("吴六", scene.worker, staff_of=scene.agency)
    signup = await scene.signup(await scene.shift(), worker, capacity="staff")
    await punch(signup, "in", STARTS, scene.worker)
    await punch(signup, "out", ENDS, scene.worker)
    here = await recorded(signup)
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    assert await value("SELECT capacity FROM posting WHERE attendance_id = $1", here) == "staff"
