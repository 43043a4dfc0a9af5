"""Half a team is never asked: an edited plan says which shifts lack people, and sending leaves these alone."""

from collections.abc import Callable
from datetime import date

import pytest

from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict
from app.matching.actions import sending
from app.matching.actions.editing import add_placement, drop_placement
from app.matching.queries.teams import half_teams
from app.matching.rules.teams import TeamSeat, TeamShift, lack_of
from tests import factories as make
from tests.matching.rounds import scene
from tests.settle import settle
from tests.visitor import Visitor

OFFERS = "SELECT count(*) FROM offer"
SAFEGUARD = """
    INSERT INTO safeguard (service_kind, applies_from, credentials, adults_only, two_people, staff_present, same_sex,
                           reason, decided_at)
    SELECT service_kind, $3, '{}', false, $1, $2, false, 'test', now() FROM shift LIMIT 1
"""


def shift(**more: object) -> TeamShift:
    plain: dict[str, object] = {"two_people": False, "staff_present": False, "staff_there": 0, "volunteers_there": 0}
    return TeamShift(**plain | more)  # type: ignore[arg-type]


def seat(placed: int, least: int = 0, *, needed: int = 3, taken: int = 0, capacity: str = "volunteer") -> TeamSeat:
    return TeamSeat(capacity=capacity, needed=needed, taken=taken, least=least, placed=placed)


@pytest.mark.parametrize(
    ("there", "seats", "lack"),
    [
        (shift(), [seat(1)], None),
        (shift(), [seat(1, 2)], "team"),
        (shift(), [seat(1, 2, taken=1)], None),
        (shift(), [seat(2, 2), seat(0, 1)], "team"),
        (shift(two_people=True), [seat(1)], "team"),
        (shift(two_people=True), [seat(2)], None),
        (shift(two_people=True), [seat(1), seat(0)], "team"),
        (shift(two_people=True), [seat(1), seat(1)], None),
        (shift(two_people=True, volunteers_there=1), [seat(1, taken=1)], None),
        (shift(two_people=True), [seat(1, needed=1)], "team"),
        (shift(staff_present=True), [seat(2)], "staffed"),
        (shift(staff_present=True, staff_there=1), [seat(2)], None),
        (shift(staff_present=True), [seat(2), seat(1, capacity="staff")], None),
        (shift(staff_present=True), [seat(0), seat(1, capacity="staff")], None),
    ],
)
def test_when_people_are_no_whole_team(there: TeamShift, seats: list[TeamSeat], lack: str | None) -> None:
    assert lack_of(there, seats) == lack


async def team_of_two() -> tuple[scene.Place, int]:
    """A shift that two have to come to, and one for anybody, both filled by a round."""
    here = await scene.place(shifts=2, people=5, needed=2)
    await execute("UPDATE seat SET least = 2 WHERE id = $1", here.seats[0])
    pairs = [(here.people[0], here.seats[0]), (here.people[1], here.seats[0]), (here.people[2], here.seats[1])]
    return here, await scene.ready(here, pairs)


async def taken_out(here: scene.Place, round_id: int, person: int) -> str | None:
    row = next(row for row in await scene.placements(round_id) if row.person == person)
    return await drop_placement(here.actor, round_id, row.id, "said_no", now=clock.now())


async def test_who_is_taken_out_leaves_half_a_team_until_somebody_is_put_in(db: str) -> None:
    here, round_id = await team_of_two()
    assert await half_teams(round_id) == {}
    assert await taken_out(here, round_id, here.people[0]) == "team"
    assert await half_teams(round_id) == {here.shifts[0]: "team"}
    added = await add_placement(here.actor, round_id, here.seats[0], here.people[3], now=clock.now())
    assert added.lack is None
    assert await half_teams(round_id) == {}
    for person in (here.people[1], here.people[3]):
        last = await taken_out(here, round_id, person)
    assert last is None  # nobody at all is no half a team


async def test_of_half_a_team_nobody_is_asked_and_the_others_are(db: str) -> None:
    here, round_id = await team_of_two()
    await taken_out(here, round_id, here.people[0])
    await sending.send_round(here.actor, round_id, now=clock.now())
    await settle()
    rows = {row.person: row for row in await scene.placements(round_id)}
    assert (rows[here.people[1]].problem, rows[here.people[1]].offered) == ("team", False)
    assert rows[here.people[2]].offered
    assert await value("SELECT array_agg(person) FROM offer") == [here.people[2]]


async def test_a_plan_without_a_whole_team_is_not_sent(db: str) -> None:
    here, round_id = await team_of_two()
    await taken_out(here, round_id, here.people[0])
    await taken_out(here, round_id, here.people[2])
    with pytest.raises(Conflict) as refused:
        await sending.send_round(here.actor, round_id, now=clock.now())
    assert refused.value.first.code == "round_no_whole_team"


async def test_when_one_of_a_team_cannot_be_asked_any_more_nobody_of_it_is(db: str) -> None:
    here, round_id = await team_of_two()
    await execute("UPDATE person SET refuses = '{elder_visit}' WHERE id = $1", here.people[1])
    await sending.send_round(here.actor, round_id, now=clock.now())
    await settle()
    rows = {row.person: row for row in await scene.placements(round_id)}
    assert rows[here.people[0]].problem == "team"
    assert rows[here.people[1]].problem == "offer_refused_kind"
    assert await value(OFFERS) == 1
    assert await value("SELECT taken FROM seat WHERE id = $1", here.seats[0]) == 0
    assert await value("SELECT count(*) FROM notice WHERE event LIKE 'offer.%'") == 1  # only the other shift's


async def test_nobody_goes_alone_nor_volunteers_without_staff_where_the_city_says_so(db: str) -> None:
    here = await scene.place(shifts=1, people=3, needed=2)
    round_id = await scene.ready(here, [(here.people[0], here.seats[0]), (here.people[1], here.seats[0])])
    await execute(SAFEGUARD, True, False, date(2026, 1, 1))
    assert await half_teams(round_id) == {}
    assert await taken_out(here, round_id, here.people[0]) == "team"
    await execute(SAFEGUARD, False, True, date(2026, 2, 1))
    assert await half_teams(round_id) == {here.shifts[0]: "staffed"}
    colleague = await make.person("社工", await make.member(here.agency, "social_worker"))
    await make.signup(await make.seat(here.shifts[0], capacity="staff"), colleague, here.manager)
    assert await half_teams(round_id) == {}


async def test_the_page_says_which_shifts_and_what_to_do(visit: Callable[[], Visitor]) -> None:
    here, round_id = await team_of_two()
    manager = await visit().signs_in_as(here.manager)
    row = next(row for row in await scene.placements(round_id) if row.person == here.people[0])
    assert "half a team" not in (await manager.get(f"/rounds/{round_id}")).text
    done = await manager.post(f"/rounds/{round_id}/placements/{row.id}/drop", {"reason": "said_no"})
    assert done.status_code == 303
    shown = (await manager.get(f"/rounds/{round_id}")).text
    assert "1 shift would get half a team" in shown
    assert shown.count("Team not complete") == 1
    assert "1 person is asked at once" in shown
    only = (await manager.get(f"/rounds/{round_id}?half=1")).text
    assert f"/shifts/{here.shifts[0]}" in only
    assert f"/shifts/{here.shifts[1]}" not in only
