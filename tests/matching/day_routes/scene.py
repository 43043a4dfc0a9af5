"""An agency with social workers, published visits and requests handed over for one day; plans of it, really made."""

import asyncio
from datetime import date, datetime, time, timedelta

import msgspec
from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, value
from app.matching import running_days
from app.matching.actions import day_leasing, day_routes
from app.matching.actions.day_leasing import Lease
from app.matching.queries.day_routes.drawing import Drawn
from app.matching.queries.day_routes.loading import load_day
from app.matching.rules.day_routes import DayPlan, Outcomes
from tests import factories as make

NEAR, FAR = (22.550, 114.100), (22.560, 114.110)


class Place(Struct):
    """An agency with its manager, two activities in two communities, and its social workers."""

    agency: int
    manager: int
    actor: Actor
    program: int
    line: int
    activity: int
    community: int
    people: list[int]
    accounts: list[int]


def tomorrow() -> date:
    """The day that is planned."""
    return clock.local_day(clock.now()) + timedelta(days=1)


def at(hour: float) -> datetime:
    """An hour of that day, by the city's clocks."""
    return datetime.combine(tomorrow(), time(), clock.city_zone()) + timedelta(hours=hour)


async def place(*, workers: int = 2, hours: tuple[int, int] = (8, 18)) -> Place:
    """Social workers who live in one community and are free between those hours of any day."""
    agency = await make.organisation()
    manager = await make.member(agency, "agency_manager")
    funder = await make.organisation("funder")
    officer = await make.member(funder, "funder_officer")
    program = await make.program(funder, agency, officer)
    line = await make.line(await make.contract(program, officer), target=1000)
    activity = await make.activity(agency, manager, line)
    await execute("UPDATE activity SET latitude = $2, longitude = $3 WHERE id = $1", activity, *NEAR)
    other = await make.activity(agency, manager, None)
    await execute(
        "UPDATE activity SET latitude = $2, longitude = $3, region = $4 WHERE id = $1",
        other, *FAR, make.OTHER_COMMUNITY,
    )  # fmt: skip
    actor = await actor_of_account(manager, None)
    assert actor is not None
    office = await make.organisation("community", region=make.COMMUNITY)
    here = Place(agency, manager, actor, program, line, activity, office, [], [])
    for number in range(workers):
        account = await make.member(agency, "social_worker", f"赵{number}")
        person = await make.person(f"赵{number}", account, staff_of=agency)
        for weekday in range(7):
            await execute(
                "INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4)",
                person, weekday, hours[0] * 60, hours[1] * 60,
            )  # fmt: skip
        here.accounts.append(account)
        here.people.append(person)
    return here


async def published(here: Place, hour: float, *, heads: int = 1, minutes: int = 60) -> tuple[int, int]:
    """A visit that wants staff: (shift, seat)."""
    shift = await make.shift(here.activity, starts=at(hour), minutes=minutes)
    await execute("UPDATE shift SET is_visit = true WHERE id = $1", shift)
    return shift, await make.seat(shift, needed=heads, capacity="staff", role="社工", leads=True)


async def handed_over(
    here: Place, times: str = "", *, region: str = make.COMMUNITY, wanted_on: date | None = None
) -> int:
    """A request that waits for a visit."""
    resident = await value(
        "INSERT INTO resident (short_name, region, language, sex, card_number, created_at, is_demo)"
        " VALUES ('王**', $1, '', '', 0, now(), false) RETURNING id",
        region,
    )
    return int(
        await value(
            "INSERT INTO request (resident, region, community, service_kind, channel, asked_by, status, program, line,"
            " received_at, wanted_on, wanted_times, recurs, decline_reason, is_demo) VALUES ($1, $2, $3, 'elder_visit',"
            " 'window', 'self', 'accepted', $4, $5, now() - interval '1 day', $6, $7, '', '', false) RETURNING id",
            resident, region, here.community, here.program, here.line, wanted_on, times,
        )
    )  # fmt: skip


async def two_go() -> None:
    """Nobody goes alone on elder visits."""
    await execute(
        "INSERT INTO safeguard (service_kind, applies_from, credentials, two_people, decided_at, reason)"
        " VALUES ('elder_visit', '2026-01-02', '{}', true, now(), '')"
    )


async def asked(here: Place, day: date | None = None) -> int:
    """A plan that waits."""
    return await day_routes.ask_plan(here.actor, day or tomorrow(), seconds=1, now=clock.now())


async def taken() -> Lease:
    """The next day, taken by this process."""
    lease = await day_leasing.take_day(now=clock.now())
    assert lease is not None
    return lease


async def run() -> None:
    """Plan what waits."""
    await running_days.run_day(await taken(), asyncio.Event())


async def drawn(here: Place) -> Drawn:
    """The problem of that day."""
    return await load_day(here.agency, tomorrow(), now=clock.now())


async def planned(here: Place) -> tuple[int, DayPlan]:
    """A plan made by the real search."""
    plan_id = await asked(here)
    await run()
    assert await status_of(plan_id) == "ready", await value("SELECT error FROM route_plan WHERE id = $1", plan_id)
    return plan_id, await plan_of(plan_id)


async def status_of(plan_id: int) -> str:
    """Its state."""
    return str(await value("SELECT status FROM route_plan WHERE id = $1", plan_id))


async def plan_of(plan_id: int) -> DayPlan:
    """Its routes."""
    return msgspec.json.decode(await value("SELECT result::text FROM route_plan WHERE id = $1", plan_id), type=DayPlan)


async def outcomes(plan_id: int) -> Outcomes:
    """What came of taking it over."""
    return msgspec.json.decode(
        await value("SELECT outcomes::text FROM route_plan WHERE id = $1", plan_id), type=Outcomes
    )


async def acting(account: int) -> Actor:
    """The actor of an account."""
    actor = await actor_of_account(account, None)
    assert actor is not None
    return actor
