"""Changing a plan by hand: out with a reason, in only if every rule lets them."""

import pytest

from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict, NotFound
from app.matching.actions.editing import add_placement, drop_placement
from app.matching.queries.placements import standing_of
from tests import factories as make
from tests.matching.rounds import scene


async def known(here: scene.Place, person: int) -> None:
    """Let the agency know somebody: they served there."""
    shift = await make.shift(here.activity, starts=scene.tomorrow(-24 * 30), status="done")
    await make.signup(await make.seat(shift), person, here.manager, "attended")


async def test_taken_out_leaves_a_gap_and_put_in_fills_it(db: str) -> None:
    here = await scene.place(shifts=1)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    first = (await scene.placements(round_id))[0]
    await drop_placement(here.actor, round_id, first.id, "said_no", now=clock.now())
    await drop_placement(here.actor, round_id, first.id, "said_no", now=clock.now())
    found = await standing_of(round_id)
    assert (found.placed, found.dropped, found.open) == (0, 1, 1)
    await add_placement(here.actor, round_id, here.seats[0], here.people[1], now=clock.now())
    found = await standing_of(round_id)
    assert (found.placed, found.open) == (1, 0)
    assert await value("SELECT heads_filled FROM round WHERE id = $1", round_id) == 1
    with pytest.raises(Conflict) as refused:
        await add_placement(here.actor, round_id, here.seats[0], here.people[1], now=clock.now())
    assert refused.value.first.code == "placement_once"


async def test_taken_out_can_be_put_back(db: str) -> None:
    here = await scene.place(shifts=1)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    first = (await scene.placements(round_id))[0]
    await drop_placement(here.actor, round_id, first.id, "other", now=clock.now())
    added = await add_placement(here.actor, round_id, here.seats[0], here.people[0], now=clock.now())
    assert added.placement_id == first.id


async def test_every_rule_that_stands_against_somebody_is_named(db: str) -> None:
    here = await scene.place(shifts=1, needed=2)
    await known(here, here.people[1])
    await execute("UPDATE person SET refuses = '{elder_visit}' WHERE id = $1", here.people[1])
    await execute("DELETE FROM availability WHERE person = $1", here.people[1])
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    with pytest.raises(Conflict) as refused:
        await add_placement(here.actor, round_id, here.seats[0], here.people[1], now=clock.now())
    assert {each.code for each in refused.value.refusals} == {"round_refused", "round_available"}
    assert len(await scene.placements(round_id)) == 1


async def test_of_somebody_unknown_to_the_agency_no_reason_is_told(db: str) -> None:
    here = await scene.place(shifts=1, needed=2)
    await execute("UPDATE person SET refuses = '{elder_visit}' WHERE id = $1", here.people[1])
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    with pytest.raises(Conflict) as refused:
        await add_placement(here.actor, round_id, here.seats[0], here.people[1], now=clock.now())
    assert [each.code for each in refused.value.refusals] == ["round_cannot_come"]


async def test_nobody_is_put_in_two_places_of_one_plan_at_once(db: str) -> None:
    here = await scene.place(shifts=2, apart=1)
    await known(here, here.people[0])
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    with pytest.raises(Conflict) as refused:
        await add_placement(here.actor, round_id, here.seats[1], here.people[0], now=clock.now())
    assert [each.code for each in refused.value.refusals] == ["round_overlap"]


async def test_nobody_more_than_are_wanted(db: str) -> None:
    here = await scene.place(shifts=1)
    await known(here, here.people[1])
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    with pytest.raises(Conflict) as refused:
        await add_placement(here.actor, round_id, here.seats[0], here.people[1], now=clock.now())
    assert [each.code for each in refused.value.refusals] == ["round_full"]


async def test_a_team_is_put_together_one_by_one(db: str) -> None:
    here = await scene.place(shifts=1, needed=2)
    await execute("UPDATE seat SET least = 2 WHERE id = $1", here.seats[0])
    round_id = await scene.ready(here, [])
    for person in here.people[:2]:
        await add_placement(here.actor, round_id, here.seats[0], person, now=clock.now())
    assert (await standing_of(round_id)).placed == 2


async def test_anothers_plan_seat_or_a_sent_plan_cannot_be_changed(db: str) -> None:
    here, there = await scene.place(shifts=1), await scene.place(shifts=1)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0])])
    first = (await scene.placements(round_id))[0]
    with pytest.raises(NotFound):
        await drop_placement(there.actor, round_id, first.id, "other", now=clock.now())
    with pytest.raises(NotFound):
        await add_placement(here.actor, round_id, there.seats[0], here.people[1], now=clock.now())
    await execute("UPDATE round SET status = 'sent' WHERE id = $1", round_id)
    with pytest.raises(Conflict) as refused:
        await drop_placement(here.actor, round_id, first.id, "other", now=clock.now())
    assert refused.value.first.code == "round_not_ready"
