"""A day from being asked for to its routes, with the real search: what is fixed stays, who goes in twos meets."""

import asyncio
from datetime import timedelta

import pytest

from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict
from app.matching import running_days
from app.matching.actions import day_leasing, day_routes
from app.matching.actions.day_leasing import Lost
from app.matching.queries.day_routes.drawing import Drawn
from app.matching.rules.day_routes import BROKEN_PLAN, DayPlan, Stop
from tests import factories as make
from tests.matching.day_routes import scene


def stops_of(plan: DayPlan, kind: str) -> list[tuple[int, Stop]]:
    return [(route.person, stop) for route in plan.routes for stop in route.stops if plan.items[stop.item].kind == kind]


async def test_visits_and_requests_find_somebody_within_their_times(db: str) -> None:
    here = await scene.place(workers=2)
    shift, seat = await scene.published(here, 9)
    request = await scene.handed_over(here, "afternoon", region=make.OTHER_COMMUNITY)
    _, plan = await scene.planned(here)
    [(_, fixed)] = stops_of(plan, "visit")
    assert (fixed.begins, fixed.ends) == (9 * 60, 10 * 60)
    assert (plan.items[fixed.item].shift, plan.items[fixed.item].seats) == (shift, (seat,))
    [(_, new)] = stops_of(plan, "request")
    assert plan.items[new.item].request == request
    assert 12 * 60 <= new.begins <= 18 * 60 - 90
    assert new.begins % 5 == 0
    assert plan.left == ()
    assert plan.travel == sum(route.travel for route in plan.routes) > 0


async def test_two_who_go_together_meet(db: str) -> None:
    here = await scene.place(workers=3)
    await scene.two_go()
    await scene.published(here, 10, heads=2)
    await scene.handed_over(here)
    _, plan = await scene.planned(here)
    assert len(plan.made) == 2
    for item, people in plan.made.items():
        assert len({person for person, _ in people}) == 2
        assert len({stop.begins for route in plan.routes for stop in route.stops if stop.item == item}) == 1


async def test_where_somebody_is_signed_up_they_stay(db: str) -> None:
    here = await scene.place(workers=1)
    shift = await make.shift(here.activity, starts=scene.at(13), minutes=240)
    await make.signup(await make.seat(shift, capacity="staff"), here.people[0], here.manager)
    await scene.handed_over(here)
    _, plan = await scene.planned(here)
    [(_, own)] = stops_of(plan, "own")
    assert (plan.items[own.item].shift, own.begins, own.ends) == (shift, 13 * 60, 17 * 60)
    assert not plan.items[own.item].asked
    [(_, new)] = stops_of(plan, "request")
    assert new.ends <= own.begins - own.way


async def test_who_works_across_midday_has_a_break(db: str) -> None:
    here = await scene.place(workers=1)
    for hour in (9, 10.5, 14, 16):
        await scene.published(here, hour)
    _, plan = await scene.planned(here)
    [route] = plan.routes
    assert len(route.stops) == 4
    assert route.rest is not None
    assert route.rest.begins >= 11.5 * 60
    assert route.rest.ends <= 13.5 * 60


async def test_time_off_in_the_middle_of_a_day_is_kept(db: str) -> None:
    here = await scene.place(workers=1)
    await execute("DELETE FROM availability")
    for weekday in range(7):
        await execute(
            "INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, $2, 540, 720),"
            " ($1, $2, 840, 1080)", here.people[0], weekday,
        )  # fmt: skip
    for _ in range(3):
        await scene.handed_over(here)
    _, plan = await scene.planned(here)
    times = [(stop.begins, stop.ends) for _, stop in stops_of(plan, "request")]
    assert len(times) == 3
    assert all(ends <= 720 or begins >= 840 for begins, ends in times)
    assert plan.routes[0].rest is None


async def test_who_is_away_is_not_on_the_road_and_what_nobody_can_do_says_why(db: str) -> None:
    here = await scene.place(workers=2)
    await make.absence(here.people[0], here.manager, starts=scene.at(0), days=1)
    await scene.two_go()
    request = await scene.handed_over(here)
    _, plan = await scene.planned(here)
    assert [route.person for route in plan.routes] == [here.people[1]]
    [left] = plan.left
    assert (plan.items[left.item].request, left.code) == (request, "route_one_able")
    assert plan.staff == 2


async def test_what_no_route_can_hold_is_left_out_at_once(db: str) -> None:
    here = await scene.place()
    await execute("UPDATE activity SET status = 'closed'")
    await scene.handed_over(here)
    _, plan = await scene.planned(here)
    assert [left.code for left in plan.left] == ["route_no_activity"]


async def test_nobody_works_longer_than_they_may(db: str) -> None:
    here = await scene.place(workers=1)
    await execute("UPDATE person SET day_minutes = 180")
    for _ in range(3):
        await scene.handed_over(here)
    _, plan = await scene.planned(here)
    assert len(plan.made) == 2
    assert [left.code for left in plan.left] == ["route_over_hours"]


async def test_shifts_too_close_together_are_kept_and_marked(db: str) -> None:
    here = await scene.place(workers=1)
    for hour, region in ((9, make.COMMUNITY), (10, make.OTHER_COMMUNITY)):
        shift = await make.shift(here.activity, starts=scene.at(hour), minutes=60)
        await execute("UPDATE shift SET region = $2 WHERE id = $1", shift, region)
        await make.signup(await make.seat(shift, capacity="staff"), here.people[0], here.manager)
    _, plan = await scene.planned(here)
    assert [stop.tight for _, stop in stops_of(plan, "own")] == [False, True]


async def test_an_agency_without_anything_gets_an_empty_day(db: str) -> None:
    here = await scene.place(workers=0)
    _, plan = await scene.planned(here)
    assert (plan.routes, plan.items, plan.left, plan.staff) == ((), (), (), 0)


async def test_a_day_is_planned_once_at_a_time(db: str) -> None:
    here = await scene.place()
    await scene.asked(here)
    with pytest.raises(Conflict) as refused:
        await scene.asked(here)
    assert refused.value.first.code == "route_plan_one_at_a_time"
    for days in (-1, 40):
        with pytest.raises(Conflict):
            await scene.asked(here, scene.tomorrow() + timedelta(days=days - 1))


async def test_a_day_whose_process_fell_silent_is_taken_by_another(db: str) -> None:
    here = await scene.place()
    plan_id = await scene.asked(here)
    first = await scene.taken()
    assert await day_leasing.take_day(now=clock.now()) is None
    second = await day_leasing.take_day(now=clock.now() + timedelta(minutes=1))
    assert second is not None
    with pytest.raises(Lost):
        await day_leasing.finish(first, DayPlan(), now=clock.now())
    await day_leasing.finish(second, DayPlan(), now=clock.now())
    assert await scene.status_of(plan_id) == "ready"


async def test_a_day_that_kills_its_processes_is_failed(db: str) -> None:
    here = await scene.place()
    plan_id = await scene.asked(here)
    for minutes in range(3):
        assert await day_leasing.take_day(now=clock.now() + timedelta(minutes=minutes))
    assert await day_leasing.take_day(now=clock.now() + timedelta(minutes=9)) is None
    assert await scene.status_of(plan_id) == "failed"


async def test_a_process_told_to_end_hands_its_day_back(db: str) -> None:
    here = await scene.place()
    plan_id = await scene.asked(here)
    stopping = asyncio.Event()
    stopping.set()
    await running_days.run_day(await scene.taken(), stopping)
    assert await scene.status_of(plan_id) == "waiting"


async def test_routes_that_break_a_rule_are_never_kept(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await scene.place()
    plan_id = await scene.asked(here)

    def wrong(drawn: Drawn, **given: object) -> DayPlan:
        raise running_days.BrokenRoutes("worker 0 is in two places")

    monkeypatch.setattr(running_days, "routes_of", wrong)
    await running_days.run_day(await scene.taken(), asyncio.Event())
    assert await scene.status_of(plan_id) == "failed"
    assert await value("SELECT error FROM route_plan") == BROKEN_PLAN


async def test_others_may_not_have_days_planned(db: str) -> None:
    here = await scene.place()
    with pytest.raises(Exception, match="forbidden"):
        await day_routes.ask_plan((await scene.acting(here.accounts[0])), scene.tomorrow(), now=clock.now())


async def test_a_visit_that_was_promised_comes_before_one_that_was_not(db: str) -> None:
    here = await scene.place(workers=1, hours=(9, 11))
    await scene.handed_over(here, "morning", wanted_on=scene.tomorrow())
    shift, _ = await scene.published(here, 9.5)
    _, plan = await scene.planned(here)
    assert [plan.items[item].shift for item in plan.made] == [shift]
    assert [left.code for left in plan.left] == ["route_day_full"]


async def test_today_is_planned_from_now_on(db: str) -> None:
    here = await scene.place(workers=1, hours=(0, 24))
    await scene.handed_over(here)
    today = scene.tomorrow() - timedelta(days=1)
    plan_id = await scene.asked(here, today)
    await scene.run()
    plan = await scene.plan_of(plan_id)
    local = clock.local(clock.now())
    now = local.hour * 60 + local.minute
    assert all(stop.begins >= now + 59 for _, stop in stops_of(plan, "request"))
    assert len(plan.made) + len(plan.left) == 1


async def test_a_visit_with_one_place_where_nobody_goes_alone_is_left_out_with_that_reason(db: str) -> None:
    here = await scene.place(workers=2)
    await scene.two_go()
    shift, _ = await scene.published(here, 9)
    _, plan = await scene.planned(here)
    assert [(plan.items[left.item].shift, left.code) for left in plan.left] == [(shift, "route_one_place_only")]
