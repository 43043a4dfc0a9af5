"""Posted hours without a contract line come to count for one: once, by somebody who had no other part in them."""

import asyncio
from collections.abc import Callable

import pytest

from app.hours import actions
from app.hours.actions.allocating import allocate_to
from app.kit.db import execute, value
from app.kit.errors import Conflict, DomainError, Invalid, NotFound
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, Scene, acting, entries
from tests.visitor import Visitor


async def posted_without_line(scene: Scene) -> int:
    """As an imported activity leaves it: approved, and counting for nothing."""
    activity = await make.activity(scene.agency, scene.manager, None)
    shift = await make.shift(activity)
    signup = await scene.signup(shift)
    starts, ends = await set_up.span(shift)
    await set_up.punch(signup, "in", starts, scene.worker)
    await set_up.punch(signup, "out", ends, scene.worker)
    here = await set_up.recorded(signup)
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    return here


async def code(awaiting: object) -> str:
    with pytest.raises(DomainError) as refused:
        await awaiting  # type: ignore[misc]
    return refused.value.first.code


async def test_a_third_person_chooses_the_line_and_the_entry_is_written_anew(db: str) -> None:
    scene = await set_up.build()
    here = await posted_without_line(scene)
    assert await allocate_to(await acting(scene.colleague), here, scene.line, now=AFTER) == 120
    found = [(e.entry, e.minutes, e.reason, e.line, e.allocated) for e in await entries(here)]
    assert found == [
        (1, 120, "", None, None),
        (2, -120, "allocated", None, None),
        (3, 120, "allocated", scene.line, 120),
    ]
    assert await value("SELECT allocated_by FROM allocation") == scene.colleague
    assert await value("SELECT count(*) FROM held_time WHERE attendance = $1", here) == 1
    assert await value("SELECT line FROM attendance WHERE id = $1", here) == scene.line


async def test_recorder_and_verifier_do_not_choose(db: str) -> None:
    scene = await set_up.build()
    here = await posted_without_line(scene)
    for account in (scene.manager, scene.worker):
        refused = await code(allocate_to(await acting(account), here, scene.line, now=AFTER))
        assert refused == "verifier_allocates"
    assert len(await entries(here)) == 1


async def test_an_hour_that_counts_already_names_by_what(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    with pytest.raises(Conflict) as refused:
        await allocate_to(await acting(scene.colleague), here, scene.line, now=AFTER)
    assert refused.value.first.code == "allocated_already"
    number = await value("SELECT number FROM contract WHERE id = $1", scene.contract)
    assert refused.value.first.params["contract"] == number
    assert len(await entries(here)) == 1


async def test_only_a_line_in_force_for_the_same_kind_and_capacity_takes_them(db: str) -> None:
    scene, other = await set_up.build(), await set_up.build()
    here = await posted_without_line(scene)
    colleague = await acting(scene.colleague)
    for line in (
        await make.line(scene.contract, kind="after_school"),
        await make.line(await make.contract(scene.program, scene.officer, make.date(2027, 1, 1))),
        other.line,
    ):
        with pytest.raises(Invalid):
            await allocate_to(colleague, here, line, now=AFTER)
    await execute("UPDATE line SET capacity = 'staff' WHERE id = $1", scene.line)
    with pytest.raises(Invalid):
        await allocate_to(colleague, here, scene.line, now=AFTER)
    with pytest.raises(NotFound):
        await allocate_to(await acting(other.colleague), here, other.line, now=AFTER)
    await execute("UPDATE line SET capacity = 'either' WHERE id = $1", scene.line)
    await set_up.close_periods(scene.contract)
    assert await code(allocate_to(colleague, here, scene.line, now=AFTER)) == "period_locked"
    assert len(await entries(here)) == 1
    assert not await value("SELECT count(*) FROM part WHERE part = 'allocator'")


async def test_two_who_choose_at_once_make_one_allocation(db: str) -> None:
    scene = await set_up.build()
    here = await posted_without_line(scene)
    third = await make.member(scene.agency, "agency_manager")
    second_line = await make.line(scene.contract)
    outcomes = await asyncio.gather(
        allocate_to(await acting(scene.colleague), here, scene.line, now=AFTER),
        allocate_to(await acting(third), here, second_line, now=AFTER),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "int"]
    assert await value("SELECT count(*) FROM allocation") == 1


async def test_taken_back_and_approved_again_it_still_counts_for_the_chosen_line(db: str) -> None:
    scene = await set_up.build()
    here = await posted_without_line(scene)
    await allocate_to(await acting(scene.colleague), here, scene.line, now=AFTER)
    await actions.undo(await acting(scene.manager), here, "by_mistake", "", now=AFTER)
    assert await code(actions.approve(await acting(scene.colleague), here, now=AFTER)) == "recorded_by_you"
    await actions.approve(await acting(scene.manager), here, now=AFTER)
    assert await value("SELECT sum(minutes)::int FROM allocation WHERE line = $1", scene.line) == 120
    assert await value("SELECT array_agg(DISTINCT allocated_by) FROM allocation") == [scene.colleague]


async def test_the_page_offers_the_lines_that_fit(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here = await posted_without_line(scene)
    colleague = await visit().signs_in_as(scene.colleague)
    assert "Count for a contract line" in (await colleague.get(f"/attendances/{here}")).text
    none = await colleague.post(f"/attendances/{here}/allocate", {})
    assert none.status_code == 422
    assert "Choose a line." in none.text
    manager = await visit().signs_in_as(scene.manager)
    verifier = await manager.post(f"/attendances/{here}/allocate", {"line": scene.line})
    assert verifier.status_code == 422
    assert "Whoever approved hours does not choose which line they count for." in verifier.text
    done = await colleague.post(f"/attendances/{here}/allocate", {"line": scene.line})
    assert done.status_code == 303
    assert "Count for a contract line" not in (await colleague.get(f"/attendances/{here}")).text
