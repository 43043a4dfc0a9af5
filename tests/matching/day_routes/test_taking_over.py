"""Taking routes over: visits are planned, everybody named is asked once, and what no longer goes is told."""

import pytest

from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict, Forbidden, NotFound
from app.matching.actions import day_routes
from tests import factories as make
from tests.matching.day_routes import scene
from tests.settle import settle

OPEN = "SELECT count(*) FROM offer WHERE status = 'open'"


async def over(here: scene.Place, plan_id: int) -> None:
    await day_routes.take_over(here.actor, plan_id, now=clock.now())


async def test_visits_are_planned_and_everybody_is_asked_once(db: str) -> None:
    here = await scene.place(workers=2)
    shift, _ = await scene.published(here, 9)
    request = await scene.handed_over(here, "afternoon")
    plan_id, plan = await scene.planned(here)
    for _ in range(2):
        await over(here, plan_id)
        await settle()
    assert await value("SELECT status FROM request WHERE id = $1", request) == "planned"
    assert await value(OPEN) == await value("SELECT count(*) FROM asking") == 2
    assert await value("SELECT count(*) FROM signup WHERE status = 'confirmed'") == 0  # asked, not assigned
    made = await value("SELECT shift FROM visit WHERE request = $1", request)
    found = {plan.items[int(number)].kind: taken for number, taken in (await scene.outcomes(plan_id)).items()}
    assert (found["visit"].shift, found["request"].shift) == (shift, made)
    assert not found["visit"].problems
    assert not found["request"].problems
    _, again = await scene.planned(here)
    own = [again.items[stop.item] for route in again.routes for stop in route.stops]
    assert [(item.kind, item.asked) for item in own] == [("own", True)] * 2  # it is held for them until they answer
    begins = await value("SELECT starts FROM shift WHERE id = $1", made)
    item = next(number for number, each in enumerate(plan.items) if each.kind == "request")
    local = clock.local(begins)
    assert local.hour * 60 + local.minute == plan.begins(item)


async def test_two_who_go_together_are_asked_for_one_visit(db: str) -> None:
    here = await scene.place(workers=2)
    await scene.two_go()
    request = await scene.handed_over(here)
    plan_id, _ = await scene.planned(here)
    await over(here, plan_id)
    await settle()
    assert await value(OPEN) == 2
    assert await value("SELECT count(*) FROM visit WHERE request = $1", request) == 1
    assert await value("SELECT needed FROM seat") == 2


async def test_what_no_longer_goes_is_told_and_the_rest_goes_on(db: str) -> None:
    here = await scene.place(workers=2)
    cancelled, _ = await scene.published(here, 9)
    gone, fine = await scene.handed_over(here, "afternoon"), await scene.handed_over(here, "morning")
    plan_id, plan = await scene.planned(here)
    await execute("UPDATE shift SET status = 'cancelled' WHERE id = $1", cancelled)
    await execute("UPDATE request SET status = 'planned' WHERE id = $1", gone)
    await over(here, plan_id)
    await settle()
    found = {}
    for number, taken in (await scene.outcomes(plan_id)).items():
        item = plan.items[int(number)]
        found[item.shift or -item.request] = taken
    assert found[cancelled].problems
    assert found[-gone].problems[0].text.startswith("This request was planned")
    assert found[-gone].shift == 0
    assert not found[-fine].problems
    assert await value(OPEN) == 1
    assert await value("SELECT count(*) FROM visit WHERE request = $1", gone) == 0


async def test_who_cannot_come_any_more_keeps_nobody_else_away(db: str) -> None:
    here = await scene.place(workers=2)
    await scene.published(here, 10, heads=2)
    plan_id, _ = await scene.planned(here)
    await make.absence(here.people[0], here.manager, starts=scene.at(0), days=1)
    await over(here, plan_id)
    await settle()
    [taken] = (await scene.outcomes(plan_id)).values()
    assert taken.asked == (here.people[1],)
    assert [each.person for each in taken.problems] == [here.people[0]]


async def test_a_taking_over_that_was_killed_goes_on(db: str) -> None:
    here = await scene.place(workers=2)
    for times in ("morning", "afternoon"):
        await scene.handed_over(here, times)
    plan_id, _ = await scene.planned(here)
    await over(here, plan_id)
    assert await day_routes.take_next(plan_id, now=clock.now())  # and then the process was no more
    assert await value(OPEN) == 1
    await settle()  # the event is still there
    assert await value(OPEN) == 2
    assert not await day_routes.take_next(plan_id, now=clock.now())


async def test_who_took_over_must_still_hold_the_post(db: str) -> None:
    here = await scene.place()
    await scene.published(here, 9)
    plan_id, _ = await scene.planned(here)
    await over(here, plan_id)
    await execute("UPDATE membership SET until = now() WHERE account = $1", here.manager)
    await settle()
    [taken] = (await scene.outcomes(plan_id)).values()
    assert taken.problems
    assert await value("SELECT count(*) FROM offer") == 0


async def test_only_ones_own_ready_routes_with_somebody_in_them_are_taken_over(db: str) -> None:
    here, other = await scene.place(), await scene.place()
    plan_id, _ = await scene.planned(here)
    with pytest.raises(Conflict) as refused:
        await over(here, plan_id)
    assert refused.value.first.code == "route_plan_nothing_to_send"
    with pytest.raises(NotFound):
        await over(other, plan_id)
    with pytest.raises(Forbidden):
        await day_routes.take_over(await scene.acting(here.accounts[0]), plan_id, now=clock.now())
    waiting = await scene.asked(here)
    with pytest.raises(Conflict) as refused:
        await over(here, waiting)
    assert refused.value.first.code == "route_plan_not_ready"
