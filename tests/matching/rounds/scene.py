"""An agency with shifts in the coming days and people who are free then; rounds of it, made by hand or really run."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import numpy as np
from msgspec import Struct

from app.accounts.actor import actor_of_account, key_digest
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, fetch, value
from app.matching.actions import leasing, rounds, saving
from app.matching.actions.leasing import Lease
from app.matching.holding import plain_plan
from app.matching.packing import pack
from app.matching.problem import Plan, Problem
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.rules.rounds import Progress
from app.matching.rules.shortages import OpenSeat, Short
from tests import factories as make

DAYS = 7


class Place(Struct):
    """An agency, its manager, its shifts with a seat each, and people who could come."""

    agency: int
    manager: int
    actor: Actor
    activity: int
    shifts: list[int]
    seats: list[int]
    people: list[int]
    accounts: list[int]


class Pair(Struct, frozen=True):
    """A proposal as it stands."""

    id: int
    seat: int
    person: int
    problem: str
    dropped: bool
    offered: bool


def tomorrow(hours: float = 0) -> datetime:
    """Ten in the morning of the city's next day, and so many hours later."""
    local = clock.local(clock.now()).replace(hour=10, minute=0, second=0, microsecond=0)
    return local + timedelta(days=1, hours=hours)


async def place(*, shifts: int = 3, people: int = 4, needed: int = 1, apart: float = 24) -> Place:
    """Shifts of two hours, `apart` hours from each other, and people who are free whenever they are."""
    agency = await make.organisation()
    manager = await make.member(agency, "agency_manager")
    officer = await make.member(await make.organisation("funder"), "funder_officer")
    program = await make.program(await make.organisation("funder"), agency, officer)
    line = await make.line(await make.contract(program, officer), target=1000)
    activity = await make.activity(agency, manager, line)
    actor = await actor_of_account(manager, None)
    assert actor is not None
    here = Place(agency, manager, actor, activity, [], [], [], [])
    for number in range(shifts):
        shift = await make.shift(activity, starts=tomorrow(number * apart))
        here.shifts.append(shift)
        here.seats.append(await make.seat(shift, needed=needed))
    for number in range(people):
        account, person = await make.volunteer(f"王{number}")
        here.accounts.append(account)
        here.people.append(person)
        await free(person)
    return here


async def free(person: int) -> None:
    """Let somebody be free at any time."""
    for day in range(7):
        await execute(
            "INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, $2, 0, 1440)", person, day
        )


def span() -> tuple[datetime, datetime]:
    """From the coming midnight on, for a week."""
    starts = tomorrow().replace(hour=0)
    return starts, starts + timedelta(days=DAYS)


async def asked(here: Place, **more: object) -> int:
    """A round that waits."""
    starts, ends = span()
    wanted = rounds.Wanted(**{"region": make.CITY, "starts": starts, "ends": ends, "seconds": 5, **more})  # type: ignore[arg-type]
    return await rounds.ask_round(here.actor, wanted, now=clock.now())


async def taken() -> Lease:
    """The next round, taken by this process."""
    lease = await leasing.take_round(now=clock.now())
    assert lease is not None
    return lease


async def loaded(lease: Lease) -> Loaded:
    """The round's problem as it is now."""
    scope = Scope(
        starts=lease.starts, ends=lease.ends, agency=lease.organisation, region=lease.region, before=lease.based_on
    )
    return await load(scope, now=clock.now())


def plan_of(found: Loaded, pairs: Sequence[tuple[int, int]]) -> Plan:
    """These people on these seats, by number."""
    person = np.array([found.person_at[person] for person, _ in pairs], dtype=np.int64)
    seat = np.array([found.seat_at[seat] for _, seat in pairs], dtype=np.int64)
    return plain_plan(found.problem, person, seat)


async def save(lease: Lease, found: Loaded, pairs: Sequence[tuple[int, int]]) -> None:
    """Save a plan made by hand."""
    plan = plan_of(found, pairs)
    await leasing.keep_problem(lease, pack(found.problem), None, now=clock.now())
    await leasing.keep_plan(lease, pack(plan), now=clock.now())
    said = msgspec.structs.replace(lease.so_far, stage="saving")
    await saving.save_plan(lease, found.problem, plan, gaps(found.problem, plan), said, now=clock.now())


def gaps(problem: Problem, plan: Plan) -> list[OpenSeat]:
    """What the plan leaves open."""
    heads = np.bincount(plan.seat, minlength=problem.seat_count)
    return [
        OpenSeat(
            seat=int(problem.seats.ids[seat]),
            shift=int(problem.shifts.ids[problem.seats.shift[seat]]),
            heads=int(problem.seats.open[seat] - heads[seat]),
            short=Short(code="available"),
        )
        for seat in range(problem.seat_count)
        if problem.seats.open[seat] > heads[seat]
    ]


async def ready(here: Place, pairs: Sequence[tuple[int, int]], **more: object) -> int:
    """A round with these proposals: (person, seat)."""
    round_id = await asked(here, **more)
    lease = await taken()
    await save(lease, await loaded(lease), pairs)
    return round_id


async def placements(round_id: int) -> list[Pair]:
    """Its proposals."""
    return await fetch(
        Pair,
        "SELECT id, seat, person, problem, dropped_at IS NOT NULL AS dropped, offer IS NOT NULL AS offered"
        " FROM placement WHERE round = $1 ORDER BY seat, person",
        round_id,
    )


async def so_far(round_id: int) -> Progress:
    """What is stored of its progress."""
    return msgspec.json.decode(await value("SELECT progress::text FROM round WHERE id = $1", round_id), type=Progress)


async def status_of(round_id: int) -> str:
    """Its state."""
    return str(await value("SELECT status FROM round WHERE id = $1", round_id))


async def until(round_id: int, status: str, seconds: float = 60) -> None:
    """Wait for a state."""
    for _ in range(int(seconds * 10)):
        if await status_of(round_id) == status:
            return
        await asyncio.sleep(0.1)
    raise AssertionError((await status_of(round_id), await so_far(round_id)))


async def acting(account: int) -> Actor:
    """The actor of an account."""
    actor = await actor_of_account(account, None)
    assert actor is not None
    return actor


async def key(here: Place) -> str:
    """An API key of the manager's."""
    text = f"lk_{here.manager:043d}"
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'agency_manager', 'test', 'lk_', $2, $3, now())",
        here.agency, key_digest(text), here.manager,
    )  # fmt: skip
    return text
