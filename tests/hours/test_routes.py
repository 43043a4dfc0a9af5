"""The inbox, the proof and one's own hours, as pages."""

from collections.abc import Callable

from app.hours import actions
from app.kit.db import execute, value
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, acting, attendance, entries, punch, recorded
from tests.visitor import Visitor

HTMX = {"hx-request": "true"}


async def test_one_button_approves_one_and_the_page_says_so(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    first, second = await scene.attended(), await scene.attended()
    visitor = await visit().signs_in_as(scene.manager)
    shown = await visitor.get("/approvals")
    assert shown.status_code == 200
    assert shown.text.count('name="only"') == 2
    answer = await visitor.post("/approvals", {"only": first, "chosen": [second]})
    assert answer.status_code == 303
    after = await visitor.get(answer.headers["location"])
    assert "1 attendance approved: 2 h count." in after.text
    assert (await attendance(first)).status == "posted"
    assert (await attendance(second)).status == "recorded", "its box was ticked, but its button was not pressed"


async def test_many_are_approved_in_one_post_without_a_reload(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    good = [await scene.attended() for _ in range(3)]
    mine = await scene.attended()
    await execute("UPDATE attendance SET account_id = $2 WHERE id = $1", mine, scene.manager)
    await execute(
        "UPDATE person SET account = $2 WHERE id = (SELECT person FROM attendance WHERE id = $1)", mine, scene.manager
    )
    visitor = await visit().signs_in_as(scene.manager)
    answer = await visitor.post("/approvals", {"chosen": [*good, mine]}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "3 attendances approved: 6 h count." in answer.text
    assert "These are your own hours." in answer.text
    assert [len(await entries(each)) for each in good] == [1, 1, 1]
    assert not await entries(mine)
    assert f'value="{mine}"' not in answer.text, "what one may not approve cannot be chosen"


async def test_choosing_nothing_is_said(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.manager)
    answer = await visitor.post("/approvals", {}, headers=HTMX)
    assert "Nothing was chosen." in answer.text


async def test_what_one_recorded_says_why_it_cannot_be_approved(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift())
    await punch(signup, "in", STARTS, scene.manager)
    await punch(signup, "out", ENDS, scene.manager)
    here = await recorded(signup)
    visitor = await visit().signs_in_as(scene.manager)
    shown = await visitor.get("/approvals")
    assert "You punched or corrected this yourself." in shown.text
    assert 'name="chosen"' not in shown.text
    answer = await visitor.post(f"/attendances/{here}/approve")
    assert answer.status_code == 409
    assert not await entries(here)


async def test_a_return_from_the_inbox_needs_a_note(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    visitor = await visit().signs_in_as(scene.manager)
    empty = await visitor.post(f"/attendances/{here}/return", {"note": ""}, headers=HTMX)
    assert "Say in a few words what has to be put right." in empty.text
    assert (await attendance(here)).status == "recorded"
    assert (await visitor.post(f"/attendances/{here}/return", {"note": ""})).status_code == 422
    done = await visitor.post(f"/attendances/{here}/return", {"note": "Who opened the door?"}, headers=HTMX)
    assert "Returned." in done.text
    tray = await visitor.get("/approvals?show=returned")
    assert "Who opened the door?" in tray.text


async def test_missing_punches_wait_with_what_can_be_done(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    shift = await scene.shift(starts=make.datetime(2026, 3, 2, 6, 0, tzinfo=make.UTC))
    signup = await scene.signup(shift)
    await actions.open_for_shift(shift, now=set_up.AFTER)
    here = await recorded(signup)
    visitor = await visit().signs_in_as(scene.manager)
    tray = await visitor.get("/exceptions")
    assert "Nothing was punched" in tray.text
    assert "Did not come" in tray.text
    answer = await visitor.post(
        f"/attendances/{here}/correct",
        {
            "came_on": "2026-03-02", "came_at": "14:05", "left_on": "2026-03-02", "left_at": "16:00",
            "reason": "roster", "note": "",
        },
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    found = await attendance(here)
    assert (found.status, found.grade, found.counted_minutes) == ("recorded", "E", 115)


async def test_a_correction_with_errors_keeps_what_was_typed(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    visitor = await visit().signs_in_as(scene.worker)
    answer = await visitor.post(
        f"/attendances/{here}/correct",
        {"came_on": "2026-11-28", "came_at": "18:00", "left_on": "2026-11-28", "left_at": "17:00", "note": "kept"},
    )
    assert answer.status_code == 422
    assert "A correction needs its reason." in answer.text
    assert "kept" in answer.text
    assert not await value("SELECT count(*) FROM adjustment")


async def test_the_proof_opens_to_those_it_concerns_and_to_nobody_else(visit: Callable[[], Visitor]) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    here = await scene.attended()
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    person = await value("SELECT account_id FROM attendance WHERE id = $1", here)
    evaluator = await make.organisation("evaluator", "评估机构")
    await execute("UPDATE program SET evaluator = $2 WHERE id = $1", scene.program, evaluator)
    sees = [scene.manager, scene.worker, scene.officer, person, await make.member(evaluator, "evaluator")]
    for account in sees:
        visitor = await visit().signs_in_as(account)
        shown = await visitor.get(f"/attendances/{here}")
        assert shown.status_code == 200
        assert "Approved by 李二" in shown.text
        assert "2 h of Sat 28 Nov" in shown.text
    other, _ = await make.volunteer()
    for account in (elsewhere.manager, elsewhere.officer, other):
        visitor = await visit().signs_in_as(account)
        assert (await visitor.get(f"/attendances/{here}")).status_code == 404


async def test_an_undone_punch_stays_on_the_record(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    signup = await scene.signup(await scene.shift())
    wrong = await punch(signup, "in", STARTS, scene.worker)
    await punch(signup, "in", STARTS, scene.colleague, undoes=wrong)
    visitor = await visit().signs_in_as(scene.manager)
    shown = await visitor.get(f"/attendances/{await recorded(signup)}")
    assert "<s>In</s>" in shown.text
    assert "Undone by 周五" in shown.text


async def test_my_hours_say_where_each_one_is_and_why(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    account, person = await make.volunteer()
    for offset, minutes in ((0, 120), (240, 10)):
        starts = STARTS + make.timedelta(minutes=offset)
        signup = await scene.signup(await scene.shift(starts=starts), person)
        await punch(signup, "in", starts, scene.worker)
        await punch(signup, "out", starts + make.timedelta(minutes=minutes), scene.worker)
        last = await recorded(signup)
        if offset == 0:
            await actions.approve(await acting(scene.manager), last, now=AFTER)
    visitor = await visit().signs_in_as(account)
    shown = await visitor.get("/me/hours")
    assert "2 h count." in shown.text
    assert "Approved by 李二" in shown.text
    assert "Less than 15 min does not count" in shown.text
    assert "for approval" in shown.text
    home = await visitor.get("/me/hours", headers=HTMX)
    assert "<html" not in home.text
    assert "2 h" in home.text


async def test_nobody_sees_another_agencys_inbox(visit: Callable[[], Visitor]) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    here = await scene.attended()
    visitor = await visit().signs_in_as(elsewhere.manager)
    assert "Nothing to approve" in (await visitor.get("/approvals")).text
    answer = await visitor.post("/approvals", {"chosen": [here]}, headers=HTMX)
    assert "1 was not approved." in answer.text
    assert (await visitor.get(f"/attendances/{here}/correct")).status_code == 404
    assert not await entries(here)
