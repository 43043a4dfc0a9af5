"""Trays, tiers, second words, the parent body's word, and taking back: on the real database, with races."""

import asyncio
from collections.abc import Callable

import pytest

from app.hours import actions
from app.hours.queries.inbox import Tray, inbox, inbox_counts
from app.hours.rules import Reason, Stretch
from app.kit.db import execute, value
from app.kit.errors import Conflict, NotFound
from tests import factories as make
from tests.counting import listening
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, Scene, acting, attendance, entries, punch, recorded
from tests.visitor import Visitor

HTMX = {"hx-request": "true", "hx-target": "inbox"}


async def keyed(scene: Scene) -> int:
    """An attendance that the social worker keyed: grade E, which asks for a second person."""
    here = await recorded(await scene.signup(await scene.shift()))
    await actions.adjust(await acting(scene.worker), here, Stretch(STARTS, ENDS), Reason.ROSTER, now=AFTER)
    return here


async def shown(scene: Scene, account: int, tray: Tray) -> list[tuple[int, bool, list[str]]]:
    """What one finds in a tray: which, whether clean, and why not."""
    found = await inbox(await acting(account), tray, None, now=AFTER)
    return [(each.row.id, each.clean, [reason.code for reason in each.reasons]) for each in found.rows]


async def ask_the_parent(attendance_id: int) -> None:
    """A rule-book asks the body above about everything from now on."""
    await execute("""
        INSERT INTO rule_book (version, applies_from, rules, note, published_at)
        SELECT 'strict', '2026-11-01', rules || '{"tiers": [{"ask": ["agency", "parent"]}]}'::jsonb, '', now()
        FROM rule_book ORDER BY id LIMIT 1
    """)
    await recorded(int(await value("SELECT signup FROM attendance WHERE id = $1", attendance_id)))


async def test_clean_rows_come_first_and_the_others_say_what_to_look_at(db: str) -> None:
    scene = await set_up.build()
    late_signup = await scene.signup(await scene.shift())
    await punch(late_signup, "in", STARTS + make.timedelta(minutes=40), scene.worker)
    await punch(late_signup, "out", ENDS, scene.worker)
    late = await recorded(late_signup)
    clean = await scene.attended()
    corrected = await scene.attended()
    to = Stretch(STARTS, ENDS - make.timedelta(minutes=5))
    await actions.adjust(await acting(scene.worker), corrected, to, Reason.BREAK, now=AFTER)
    assert await shown(scene, scene.manager, Tray.APPROVE) == [
        (clean, True, []),
        (late, False, []),
        (corrected, False, []),
    ]


async def test_what_is_unusual_waits_elsewhere_until_it_is_settled(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await execute(
        "INSERT INTO time_exception (attendance, code, facts, found_at, standing, action, reason, note)"
        " VALUES ($1, 'overnight', '{}', now(), true, '', '', '')",
        here,
    )
    assert await shown(scene, scene.manager, Tray.APPROVE) == []
    counts = await inbox_counts(await acting(scene.manager))
    assert (counts[Tray.APPROVE], counts[Tray.UNUSUAL]) == (0, 1)
    await execute("UPDATE time_exception SET standing = false")
    assert [row[0] for row in await shown(scene, scene.manager, Tray.APPROVE)] == [here]


async def test_the_second_word_is_another_persons(db: str) -> None:
    scene = await set_up.build()
    here = await keyed(scene)
    assert await shown(scene, scene.manager, Tray.APPROVE) == [(here, False, [])]
    assert await actions.approve(await acting(scene.manager), here, now=AFTER) is None
    assert (await attendance(here)).status == "vouched"
    assert not await entries(here)
    assert await shown(scene, scene.manager, Tray.APPROVE) == []
    assert await shown(scene, scene.manager, Tray.ANOTHER) == [(here, False, ["second_needed"])]
    assert await shown(scene, scene.colleague, Tray.ANOTHER) == [(here, False, [])]
    found = await inbox(await acting(scene.colleague), Tray.ANOTHER, None, now=AFTER)
    assert found.rows[0].vouchers == ["李二"]
    assert [step.code for step in found.rows[0].tier_steps]
    with pytest.raises(Conflict) as refused:
        await actions.approve(await acting(scene.manager), here, now=AFTER)
    assert refused.value.first.code == "second_needed"
    assert await actions.approve(await acting(scene.colleague), here, now=AFTER) == 120
    assert len(await entries(here)) == 1


async def test_two_second_persons_at_once_make_one_posting(db: str) -> None:
    scene = await set_up.build()
    here = await keyed(scene)
    third = await make.member(scene.agency, "agency_manager", "郑七")
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    both = [actions.approve(await acting(account), here, now=AFTER) for account in (scene.colleague, third)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "int"]
    assert len(await entries(here)) == 1


async def test_the_funder_gives_the_last_word_where_the_rule_book_asks_it(visit: Callable[[], Visitor]) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    here = await scene.attended()
    await ask_the_parent(here)
    officer = await visit().signs_in_as(scene.officer)
    assert "Nothing to vouch for" in (await officer.get("/vouching")).text, "the agency has not spoken yet"
    with pytest.raises(Conflict) as early:
        await actions.approve(await acting(scene.officer), here, now=AFTER)
    assert early.value.first.code == "not_your_tier"
    assert await actions.approve(await acting(scene.manager), here, now=AFTER) is None
    assert await shown(scene, scene.manager, Tray.ANOTHER) == [(here, False, ["not_your_tier"])]
    page = await officer.get("/vouching")
    assert f"pick-{here}" in page.text
    assert "李二" in page.text
    stranger = await visit().signs_in_as(elsewhere.officer)
    assert f"pick-{here}" not in (await stranger.get("/vouching")).text
    with pytest.raises(NotFound):
        await actions.approve(await acting(elsewhere.officer), here, now=AFTER)
    answer = await officer.post("/vouching", {"chosen": [here]}, headers=HTMX)
    assert "1 attendance approved: 2 h count." in answer.text
    assert [entry.minutes for entry in await entries(here)] == [120]
    assert await value("SELECT verified_by FROM posting WHERE attendance_id = $1", here) == scene.officer


async def test_the_parent_body_returns_and_takes_back_as_well(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, other = await scene.attended(), await scene.attended()
    await ask_the_parent(here)
    await recorded(int(await value("SELECT signup FROM attendance WHERE id = $1", other)))
    for each in (here, other):
        await actions.approve(await acting(scene.manager), each, now=AFTER)
    officer = await visit().signs_in_as(scene.officer)
    assert "Vouch for it" in (await officer.get(f"/attendances/{here}")).text
    assert (await officer.post(f"/attendances/{here}/return", {"note": "Who served?"})).status_code == 303
    assert (await attendance(here)).status == "returned"
    assert (await officer.post(f"/attendances/{other}/approve")).status_code == 303
    assert (await officer.post(f"/attendances/{other}/undo", {"reason": "by_mistake"})).status_code == 303
    assert [entry.minutes for entry in await entries(other)] == [120, -120]
    assert await value("SELECT tier FROM approval WHERE attendance = $1 AND decision = 'undone'", other) == "parent"


async def test_what_was_just_approved_is_taken_back_right_there(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    both = [await scene.attended(), await scene.attended()]
    visitor = await visit().signs_in_as(scene.manager)
    done = await visitor.post("/approvals", {"chosen": both}, headers=HTMX)
    assert 'action="/approvals/undo"' in done.text
    silent = await visitor.post("/approvals/undo", {"posted": both}, headers=HTMX)
    assert "Choose why it is taken back." in silent.text
    assert 'action="/approvals/undo"' in silent.text, "and it is still offered"
    unexplained = await visitor.post("/approvals/undo", {"posted": both, "reason": "other"}, headers=HTMX)
    assert "Say in a few words why this is taken back." in unexplained.text
    assert [len(await entries(each)) for each in both] == [1, 1]
    back = await visitor.post("/approvals/undo", {"posted": both, "reason": "by_mistake"}, headers=HTMX)
    assert "2 attendances were taken back and wait for approval again." in back.text
    for each in both:
        assert [(entry.minutes, entry.reason) for entry in await entries(each)] == [(120, ""), (-120, "by_mistake")]
        assert (await attendance(each)).status == "recorded"
    assert not await value("SELECT count(*) FROM held_time")
    assert await actions.approve(await acting(scene.colleague), both[0], now=AFTER) == 120


async def test_the_clean_rows_are_chosen_with_one_button_without_script(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    for _ in range(3):
        await scene.attended()
    visitor = await visit().signs_in_as(scene.manager)
    page = await visitor.get("/approvals")
    assert "Choose the 3 clean rows" in page.text
    assert " checked" not in page.text
    chosen = await visitor.get("/approvals?choose=clean")
    assert chosen.text.count(" checked") == 3
    assert "3 rows are chosen, 6 h together." in chosen.text


async def test_the_inbox_asks_the_database_no_more_for_more_rows(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.manager)
    asked = []
    for _ in range(2):
        for _more in range(4):
            await scene.attended()
        await visitor.get("/approvals")
        async with listening() as heard:
            assert (await visitor.get("/approvals")).status_code == 200
        asked.append(len(heard))
    assert asked[0] == asked[1]
