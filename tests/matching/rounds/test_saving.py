"""Saving a plan: the world is looked at again under lock, and what no longer holds is left out and named."""

import asyncio
import contextvars
from datetime import timedelta

import msgspec
import pytest

from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.matching.actions import leasing, saving
from app.matching.actions.leasing import Lost
from app.matching.actions.weights import set_weights
from app.matching.problem import Weights
from app.matching.queries.placements import standing_of
from app.matching.questions import Pair
from app.matching.rules.rounds import LeftOut
from app.shifts.actions.signing_up import sign_up
from tests import factories as make
from tests.matching.rounds import scene


async def test_a_plan_becomes_proposals_and_gaps_with_their_reasons(db: str) -> None:
    here = await scene.place(shifts=3)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0]), (here.people[1], here.seats[1])])
    assert await scene.status_of(round_id) == "ready"
    rows = await scene.placements(round_id)
    assert [(row.person, row.seat) for row in rows] == [
        (here.people[0], here.seats[0]),
        (here.people[1], here.seats[1]),
    ]
    why = msgspec.json.decode(await value("SELECT why::text FROM placement WHERE id = $1", rows[0].id), type=Pair)
    assert why.parts["fill"] == 3000
    assert sum(why.parts.values()) == why.points
    found = await standing_of(round_id)
    assert (found.placed, found.people, found.open) == (2, 2, 1)
    assert await value("SELECT heads_open - heads_filled FROM round WHERE id = $1", round_id) == 1
    assert await value("SELECT reasons ->> 'code' FROM gap WHERE round = $1", round_id) == "available"
    assert await value("SELECT sum(points)::bigint FROM placement") == await value("SELECT value::bigint FROM round")
    assert await value("SELECT count(*) FROM signup") == 0  # proposed, not assigned


async def test_who_signed_up_elsewhere_meanwhile_is_left_out_and_named(db: str) -> None:
    here, there = await scene.place(shifts=2), await scene.place(shifts=1)
    await execute("UPDATE activity SET minors_allowed = true")
    round_id = await scene.asked(here)
    lease = await scene.taken()
    found = await scene.loaded(lease)
    actor = await scene.acting(here.accounts[0])
    await sign_up(actor, there.shifts[0], there.seats[0], now=clock.now())  # at the same time as here's first
    await scene.save(lease, found, [(here.people[0], here.seats[0]), (here.people[1], here.seats[1])])
    assert [row.person for row in await scene.placements(round_id)] == [here.people[1]]
    said = await scene.so_far(round_id)
    assert said.left_out == (LeftOut(here.people[0], here.seats[0], here.shifts[0], "busy"),)
    assert await value("SELECT heads FROM gap WHERE round = $1 AND seat = $2", round_id, here.seats[0]) == 1
    assert await value("SELECT bound FROM round WHERE id = $1", round_id) is None


async def test_a_credential_that_was_revoked_meanwhile_leaves_its_owner_out(db: str) -> None:
    here = await scene.place(shifts=1)
    kind = await value("SELECT code FROM credential_kind ORDER BY code LIMIT 1")
    await execute("UPDATE seat SET credentials = ARRAY[$2]::varchar[] WHERE id = $1", here.seats[0], kind)
    credential = await make.credential(here.people[0], here.manager, kind)
    round_id = await scene.asked(here)
    lease = await scene.taken()
    found = await scene.loaded(lease)
    await execute("UPDATE credential SET revoked_at = now() WHERE id = $1", credential)
    await scene.save(lease, found, [(here.people[0], here.seats[0])])
    assert await scene.placements(round_id) == []
    assert [each.code for each in (await scene.so_far(round_id)).left_out] == ["credential"]


async def test_a_shift_that_was_cancelled_or_filled_meanwhile_is_left_out(db: str) -> None:
    here = await scene.place(shifts=2)
    round_id = await scene.asked(here)
    lease = await scene.taken()
    found = await scene.loaded(lease)
    await execute("UPDATE shift SET status = 'cancelled' WHERE id = $1", here.shifts[0])
    await make.signup(here.seats[1], here.people[3], here.manager)
    await scene.save(lease, found, [(here.people[0], here.seats[0]), (here.people[1], here.seats[1])])
    assert await scene.placements(round_id) == []
    assert {each.code for each in (await scene.so_far(round_id)).left_out} == {"gone"}


async def test_a_team_that_lost_somebody_meanwhile_is_left_out_whole(db: str) -> None:
    here = await scene.place(shifts=1, needed=2)
    await execute("UPDATE seat SET least = 2 WHERE id = $1", here.seats[0])
    round_id = await scene.asked(here)
    lease = await scene.taken()
    found = await scene.loaded(lease)
    await execute("DELETE FROM availability WHERE person = $1", here.people[0])
    await execute(
        "INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, 0, 0, 15)", here.people[0]
    )
    await scene.save(lease, found, [(here.people[0], here.seats[0]), (here.people[1], here.seats[0])])
    assert await scene.placements(round_id) == []
    assert sorted(each.code for each in (await scene.so_far(round_id)).left_out) == ["available", "team"]


async def test_weights_that_changed_meanwhile_are_applied_and_said(db: str) -> None:
    here = await scene.place(shifts=1)
    admin = await scene.acting(await make.member(await make.organisation("platform"), "platform_admin"))
    round_id = await scene.asked(here)
    lease = await scene.taken()
    found = await scene.loaded(lease)
    amounts = msgspec.structs.asdict(Weights()) | {"fill": 2000}
    await set_weights(admin, amounts, clock.local_day(clock.now()), "priority counts twice", now=clock.now())
    await scene.save(lease, found, [(here.people[0], here.seats[0])])
    said = await scene.so_far(round_id)
    assert said.weights_changed
    assert await value("SELECT bound FROM round WHERE id = $1", round_id) is None
    assert await value("SELECT (why #>> '{parts,fill}')::bigint FROM placement") == 6000


async def test_whoever_lost_the_round_saves_nothing(db: str) -> None:
    here = await scene.place(shifts=1)
    round_id = await scene.asked(here)
    first = await scene.taken()
    found = await scene.loaded(first)
    second = await leasing.take_round(now=clock.now() + timedelta(minutes=1))
    assert second is not None
    plan = scene.plan_of(found, [(here.people[0], here.seats[0])])
    with pytest.raises(Lost):
        await saving.save_plan(first, found.problem, plan, [], first.so_far, now=clock.now())
    assert await scene.placements(round_id) == []
    await scene.save(second, found, [(here.people[0], here.seats[0])])
    with pytest.raises(Lost):
        await saving.save_plan(second, found.problem, plan, [], second.so_far, now=clock.now())
    assert len(await scene.placements(round_id)) == 1


class _Waits(msgspec.Struct):
    waits: bool


async def test_while_a_plan_is_saved_nobody_takes_its_seats(db: str) -> None:
    here = await scene.place(shifts=1)
    await scene.asked(here)
    lease = await scene.taken()
    found = await scene.loaded(lease)
    actor = await scene.acting(here.accounts[1])
    outside = contextvars.copy_context()  # a task would share this task's transaction
    async with transaction():
        await value(saving.HOLD_SHIFTS, here.shifts)
        await value(saving.HOLD_PEOPLE, here.people[:1])
        await value(saving.HOLD_SEATS, here.shifts)
        taking = sign_up(actor, here.shifts[0], here.seats[0], now=clock.now())
        signing = asyncio.create_task(taking, context=outside)
        await asyncio.sleep(0.5)
        waiting = await fetch(_Waits, "SELECT NOT granted AS waits FROM pg_locks WHERE NOT granted")
        assert waiting
        assert not signing.done()
    await signing
    await scene.save(lease, found, [(here.people[0], here.seats[0])])
    assert [each.code for each in (await scene.so_far(lease.id)).left_out] == ["gone"]


async def test_who_stays_where_they_were_is_marked_as_kept(db: str) -> None:
    here = await scene.place(shifts=2)
    first = await scene.ready(here, [(here.people[0], here.seats[0]), (here.people[1], here.seats[1])])
    second = await scene.ready(here, [(here.people[0], here.seats[0]), (here.people[2], here.seats[1])], based_on=first)
    assert (await standing_of(second)).kept == 1
