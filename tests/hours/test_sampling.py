"""The sample for call-backs: drawn again by anyone, asked by someone without a part, and what differs is seen."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.hours import actions
from app.hours.actions.sampling import draw_samples, note_answer
from app.hours.rules import Reason, Stretch
from app.hours.rules.sampling import Heard, draw
from app.kit.db import execute, value
from app.kit.errors import Conflict, Invalid, NotFound
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, Scene, acting, recorded
from tests.visitor import Visitor


@given(ids=some.sets(some.integers(1, 10**9)), permille=some.integers(0, 1000), seed=some.text(max_size=8))
def test_a_draw_is_a_part_of_the_right_size_that_anyone_can_repeat(ids: set[int], permille: int, seed: str) -> None:
    drawn = draw(ids, permille, seed)
    assert drawn == draw(sorted(ids, reverse=True), permille, seed)
    assert set(drawn) <= ids
    assert len(drawn) * 1000 >= len(ids) * permille > (len(drawn) - 1) * 1000 or not drawn
    # As somebody with no knowledge of this code would draw it.
    ranked = sorted(ids, key=lambda each: sha256(f"{seed}:{each}".encode()).hexdigest())
    assert set(drawn) == set(ranked[: len(drawn)])


def test_a_draw_is_pinned() -> None:
    assert draw(range(1, 21), 100, "linli") == draw(range(1, 21), 100, "linli")
    assert draw(range(1, 21), 100, "linli") != draw(range(1, 21), 100, "other")


async def posted(scene: Scene, count: int) -> list[int]:
    """Clean attendances that the manager approved."""
    made = [await scene.attended() for _ in range(count)]
    for each in made:
        await actions.approve(await acting(scene.manager), each, now=AFTER)
    return made


async def test_the_night_draws_from_what_was_clean_and_only_once(db: str) -> None:
    scene = await set_up.build()
    clean = await posted(scene, 3)
    corrected, waiting = await scene.attended(), await scene.attended()
    to = Stretch(STARTS, ENDS - timedelta(minutes=5))
    await actions.adjust(await acting(scene.worker), corrected, to, Reason.BREAK, now=AFTER)
    await actions.approve(await acting(scene.manager), corrected, now=AFTER)
    assert await draw_samples(now=AFTER + timedelta(hours=5)) == 1
    assert await value("SELECT among FROM sample_draw") == clean
    seed, permille = await value("SELECT seed FROM sample_draw"), await value("SELECT permille FROM sample_draw")
    assert permille == 50
    assert await value("SELECT drawn FROM sample_draw") == list(draw(clean, permille, seed))
    assert waiting not in await value("SELECT among FROM sample_draw")
    assert await draw_samples(now=AFTER + timedelta(hours=6)) == 0, "the same night again"
    assert await draw_samples(now=AFTER + timedelta(days=1)) == 0, "nothing is drawn from twice"
    later_on = await posted_later(scene)
    assert await draw_samples(now=AFTER + timedelta(days=2, hours=1)) == 1
    assert await value("SELECT among FROM sample_draw ORDER BY id DESC LIMIT 1") == [later_on]


async def posted_later(scene: Scene) -> int:
    here = await scene.attended()
    await actions.approve(await acting(scene.manager), here, now=AFTER + timedelta(days=2))
    return here


async def drawn(scene: Scene) -> tuple[int, int]:
    """A call-back and its attendance."""
    [here] = await posted(scene, 1)
    await draw_samples(now=AFTER + timedelta(hours=5))
    return int(await value("SELECT id FROM call_back WHERE attendance = $1", here)), here


async def test_nobody_with_a_part_in_it_asks(db: str) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    call, here = await drawn(scene)
    person = int(await value("SELECT account_id FROM attendance WHERE id = $1", here))
    await execute(
        "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, 'social_worker', now())",
        person, scene.agency,
    )  # fmt: skip
    for account in (scene.manager, scene.worker, person):  # approved, punched, served
        with pytest.raises(Conflict) as refused:
            await note_answer(await acting(account), call, Heard.AGREES, now=AFTER)
        assert refused.value.first.code == "had_a_part"
    with pytest.raises(NotFound):
        await note_answer(await acting(elsewhere.manager), call, Heard.AGREES, now=AFTER)
    assert await value("SELECT status FROM call_back") == "waiting"
    await note_answer(await acting(scene.colleague), call, Heard.AGREES, now=AFTER)
    assert await value("SELECT asked_by FROM call_back") == scene.colleague
    with pytest.raises(Conflict) as late:
        await note_answer(await acting(scene.officer), call, Heard.DIFFERS, "no", now=AFTER)
    assert late.value.first.code == "answered_already"


async def test_whoever_is_not_reached_is_tried_again(db: str) -> None:
    scene = await set_up.build()
    call, _ = await drawn(scene)
    colleague = await acting(scene.colleague)
    for _try in range(2):
        await note_answer(colleague, call, Heard.UNREACHABLE, now=AFTER)
    assert await value("SELECT tries FROM call_back") == 2
    with pytest.raises(Invalid):
        await note_answer(colleague, call, Heard.DIFFERS, " ", now=AFTER)
    await note_answer(await acting(scene.officer), call, Heard.DIFFERS, "only half an hour", now=AFTER)
    assert await value("SELECT status || ' ' || tries FROM call_back") == "differs 3"


async def test_what_differs_is_seen_on_the_attendance_and_can_be_taken_back(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    call, here = await drawn(scene)
    manager = await visit().signs_in_as(scene.manager)
    assert "You recorded, approved or served these hours yourself." in (await manager.get("/call-backs")).text
    colleague = await visit().signs_in_as(scene.colleague)
    assert "It was different" in (await colleague.get("/call-backs")).text
    silent = await colleague.post(f"/call-backs/{call}", {"heard": "differs"})
    assert silent.status_code == 422
    assert "Say in a few words what was different." in silent.text
    done = await colleague.post(f"/call-backs/{call}", {"heard": "differs", "words": "nobody came"})
    assert done.status_code == 303
    proof = await colleague.get(f"/attendances/{here}")
    assert "nobody came" in proof.text
    assert 'href="#undo"' in proof.text
    assert "nobody came" in (await colleague.get("/call-backs?show=answered")).text
    draw_page = await colleague.get(f"/call-backs/draws/{await value('SELECT id FROM sample_draw')}")
    assert "Drawing again from the same seed gives the same." in draw_page.text
    assert await recorded(int(await value("SELECT signup FROM attendance WHERE id = $1", here))) == here
