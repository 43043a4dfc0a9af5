"""Sending offers: everybody proposed is asked once, whoever cannot be asked is named, and a killed send goes on."""

import pytest

from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict, NotFound
from app.matching.actions import sending
from app.matching.actions.editing import drop_placement
from app.matching.queries.comparing_rounds import compared
from app.matching.queries.placements import standing_of
from app.matching.queries.rounds import round_for
from app.matching.questions import Pair
from tests import factories as make
from tests.matching.rounds import scene
from tests.settle import settle

OFFERS = "SELECT count(*) FROM offer WHERE status = $1"


async def two_proposed(needed: int = 1) -> tuple[scene.Place, int]:
    here = await scene.place(shifts=2, needed=needed)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0]), (here.people[1], here.seats[1])])
    return here, round_id


async def test_everybody_proposed_is_asked_once_however_often_it_is_sent(db: str) -> None:
    here, round_id = await two_proposed()
    await sending.send_round(here.actor, round_id, now=clock.now())
    await sending.send_round(here.actor, round_id, now=clock.now())
    await settle()
    await sending.send_round(here.actor, round_id, now=clock.now())
    await settle()
    assert await value(OFFERS, "open") == 2
    assert await value("SELECT count(*) FROM asking") == 2
    assert all(row.offered for row in await scene.placements(round_id))
    found = await standing_of(round_id)
    assert (found.unanswered, found.to_send, found.not_asked) == (2, 0, 0)
    assert await value("SELECT count(*) FROM signup WHERE status = 'confirmed'") == 0  # asked, not assigned


async def test_who_cannot_be_asked_any_more_is_named_and_stops_nobody(db: str) -> None:
    here, round_id = await two_proposed()
    await execute("UPDATE shift SET status = 'cancelled' WHERE id = $1", here.shifts[0])
    await sending.send_round(here.actor, round_id, now=clock.now())
    await settle()
    rows = {row.person: row for row in await scene.placements(round_id)}
    assert rows[here.people[0]].problem
    assert not rows[here.people[0]].offered
    assert rows[here.people[1]].offered
    assert (await standing_of(round_id)).not_asked == 1


async def test_who_signed_up_for_it_meanwhile_is_not_asked(db: str) -> None:
    here, round_id = await two_proposed(needed=2)
    await make.signup(here.seats[0], here.people[0], here.manager)
    await sending.send_round(here.actor, round_id, now=clock.now())
    await settle()
    rows = {row.person: row for row in await scene.placements(round_id)}
    assert rows[here.people[0]].problem == "offer_already_on"


async def test_a_send_that_is_killed_after_each_shift_goes_on(db: str) -> None:
    here, round_id = await two_proposed()
    await sending.send_round(here.actor, round_id, now=clock.now())
    assert await sending.next_shift(round_id) == (here.shifts[0], [here.seats[0]])
    await sending.send_shift(round_id, here.shifts[0], {}, now=clock.now())  # and then the process was no more
    await sending.send_shift(round_id, here.shifts[0], {}, now=clock.now())
    assert await value(OFFERS, "open") == 1
    await settle()  # the event is still there
    assert await value(OFFERS, "open") == 2
    assert await sending.next_shift(round_id) is None


async def test_the_next_best_wait_behind_those_proposed_unless_they_are_proposed_elsewhere(db: str) -> None:
    here, round_id = await two_proposed()
    await sending.send_round(here.actor, round_id, now=clock.now())
    others = [
        Pair(
            person_id=person, seat_id=here.seats[0], points=9, parts={"fill": 9}, metres=None, free_from=None,
            free_until=None, days_unasked=1, served_minutes=0,
        )
        for person in (here.people[0], here.people[1], here.people[2])
    ]  # fmt: skip
    await sending.send_shift(round_id, here.shifts[0], {here.seats[0]: others}, now=clock.now())
    assert await value("SELECT array_agg(person ORDER BY turn) FROM offer") == [here.people[0], here.people[2]]
    assert await value("SELECT status FROM offer WHERE person = $1", here.people[2]) == "waiting"
    assert await value("SELECT mode FROM asking") == "in_turn"


async def test_a_sender_who_lost_their_post_asks_nobody(db: str) -> None:
    here, round_id = await two_proposed()
    await sending.send_round(here.actor, round_id, now=clock.now())
    await execute("UPDATE membership SET until = now() WHERE account = $1", here.manager)
    await settle()
    assert await value("SELECT count(*) FROM offer") == 0
    assert {row.problem for row in await scene.placements(round_id)} == {"forbidden"}


async def test_only_a_ready_plan_of_ones_own_with_somebody_in_it_is_sent(db: str) -> None:
    here, there = await scene.place(shifts=1), await scene.place(shifts=1)
    waiting = await scene.asked(here)
    with pytest.raises(Conflict):
        await sending.send_round(here.actor, waiting, now=clock.now())
    lease = await scene.taken()
    await scene.save(lease, await scene.loaded(lease), [(here.people[0], here.seats[0])])
    with pytest.raises(NotFound):
        await sending.send_round(there.actor, waiting, now=clock.now())
    await drop_placement(here.actor, waiting, (await scene.placements(waiting))[0].id, "other", now=clock.now())
    with pytest.raises(Conflict) as refused:
        await sending.send_round(here.actor, waiting, now=clock.now())
    assert refused.value.first.code == "round_nothing_to_send"
    assert await value("SELECT count(*) FROM outbox WHERE event = 'round.sent'") == 0


async def test_two_plans_are_compared_person_by_person(db: str) -> None:
    here = await scene.place(shifts=3, people=4)
    old = await scene.ready(here, [(here.people[0], here.seats[0]), (here.people[1], here.seats[1])])
    new = await scene.ready(
        here,
        [(here.people[0], here.seats[0]), (here.people[2], here.seats[1]), (here.people[1], here.seats[2])],
        based_on=old,
    )
    found = await compared(await round_for(here.actor, old), await round_for(here.actor, new))
    assert found.kept == 1
    assert [(each.person, each.shift) for each in found.moved] == [(here.people[1], here.shifts[2])]
    assert [(each.person, each.shift) for each in found.new] == [(here.people[2], here.shifts[1])]
    assert [(each.person, each.shift) for each in found.lost] == [(here.people[1], here.shifts[1])]
    assert found.share_kept == 0.5
