"""Asking people from the board: hard rules once more, wishes only by name, strangers' reasons to themselves."""

from collections.abc import Callable

import pytest
from msgspec import Struct

from app.kit import clock
from app.kit.db import execute, fetch, value
from app.kit.errors import Conflict, Forbidden, NotFound
from app.matching.actions.asking import ask_people
from app.matching.eligibility import Rule
from app.matching.rules.overruling import named, names, stands_against
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.matching.board import scene as set_up
from tests.visitor import Visitor


class Offered(Struct):
    person: int
    status: str
    turn: int


async def offers() -> list[Offered]:
    return await fetch(Offered, "SELECT person, status, turn FROM offer ORDER BY turn")


def test_wishes_can_be_set_aside_by_name_and_nothing_else() -> None:
    assert stands_against(Rule.AVAILABLE | Rule.REACH, Rule.AVAILABLE) == Rule.REACH
    assert stands_against(Rule.BARRED | Rule.CREDENTIAL | Rule.REFUSED, ~Rule(0)) == (
        Rule.BARRED | Rule.CREDENTIAL | Rule.REFUSED
    )
    assert named(["available", "nonsense"]) == Rule.AVAILABLE
    assert names(Rule.REACH | Rule.SKILL) == ["skill", "reach"]


async def test_several_are_asked_in_turn_and_the_places_held(db: str) -> None:
    here = await set_up.lay(needed=2)
    people = [(await set_up.willing(name))[1] for name in ("甲一", "乙二", "丙三")]
    outcome = await ask_people(here.actor, here.seat, people, Mode.IN_TURN, now=clock.now())
    assert (outcome.opened, outcome.waiting, outcome.left_out) == (2, 1, [])
    assert [(each.person, each.status) for each in await offers()] == [
        (people[0], "open"), (people[1], "open"), (people[2], "waiting"),
    ]  # fmt: skip
    assert await value("SELECT taken FROM seat WHERE id = $1", here.seat) == 2


async def test_one_person_in_turn_is_one_person_asked(db: str) -> None:
    here = await set_up.lay(needed=3)
    _account, person = await set_up.willing()
    await ask_people(here.actor, here.seat, [person], Mode.IN_TURN, now=clock.now())
    assert await value("SELECT mode FROM asking") == "one"
    assert await value("SELECT taken FROM seat WHERE id = $1", here.seat) == 1


async def test_who_cannot_come_by_now_is_left_out_with_why_and_the_others_asked(db: str) -> None:
    here = await set_up.lay(skill="first_aid")
    _account, able = await set_up.willing(skills=["first_aid"])
    _account, unable = await set_up.willing("赵六")
    outcome = await ask_people(here.actor, here.seat, [unable, able], Mode.IN_TURN, now=clock.now())
    assert (outcome.opened, outcome.waiting) == (1, 0)
    assert [(each.person_id, each.failing) for each in outcome.left_out] == [(unable, Rule.SKILL)]
    assert [each.person for each in await offers()] == [able]


async def test_who_is_not_free_is_asked_only_all_the_same_by_name(db: str) -> None:
    here = await set_up.lay()
    _account, busy = await make.volunteer()
    refused = await ask_people(here.actor, here.seat, [busy], Mode.ONE, now=clock.now())
    assert refused.asking_id is None
    assert refused.left_out[0].failing == Rule.AVAILABLE
    assert await offers() == []
    other_wish = await ask_people(here.actor, here.seat, [busy], Mode.ONE, overruled=Rule.REACH, now=clock.now())
    assert other_wish.asking_id is None
    asked = await ask_people(here.actor, here.seat, [busy], Mode.ONE, overruled=Rule.AVAILABLE, now=clock.now())
    assert asked.opened == 1
    assert [each.person for each in await offers()] == [busy]


async def test_whoever_does_not_want_this_kind_is_never_asked(db: str) -> None:
    here = await set_up.lay()
    _account, person = await set_up.willing()
    await execute("UPDATE person SET refuses = '{elder_visit}' WHERE id = $1", person)
    outcome = await ask_people(here.actor, here.seat, [person], Mode.ONE, overruled=~Rule(0), now=clock.now())
    assert outcome.left_out[0].failing == Rule.REFUSED
    assert await offers() == []


async def test_another_agencys_seat_is_not_there_and_others_may_not_ask(db: str) -> None:
    here, there = await set_up.lay(), await set_up.lay()
    account, person = await set_up.willing()
    with pytest.raises(NotFound):
        await ask_people(here.actor, there.seat, [person], Mode.ONE, now=clock.now())
    with pytest.raises(Forbidden):
        await ask_people(await set_up.acting(account), here.seat, [person], Mode.ONE, now=clock.now())
    with pytest.raises(Conflict) as nobody:
        await ask_people(here.actor, here.seat, [], Mode.ONE, now=clock.now())
    assert nobody.value.first.code == "nobody_chosen"
    await execute("UPDATE shift SET status = 'cancelled' WHERE id = $1", here.shift)
    with pytest.raises(Conflict) as closed:
        await ask_people(here.actor, here.seat, [person], Mode.ONE, now=clock.now())
    assert closed.value.first.code == "seat_closed"
    assert await offers() == []


async def test_the_page_asks_and_says_until_when(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay()
    _account, person = await set_up.willing()
    manager = await visit().signs_in_as(here.manager)
    path = f"/matching/seats/{here.seat}"
    sent = await manager.post(f"{path}/ask", {"chosen": [person]})
    assert sent.status_code == 303
    assert sent.headers["location"] == path
    shown = await manager.get(path)
    assert "1 person is asked now." in shown.text
    assert "Asked, no answer yet" in shown.text
    nobody = await manager.post(f"{path}/ask", {})
    assert nobody.status_code == 422
    assert "Nobody was chosen." in nobody.text


async def test_reasons_of_people_the_agency_does_not_know_stay_theirs(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay(skill="first_aid")
    _account, stranger = await set_up.willing("欧阳明")
    known = await make.person("赵六", staff_of=here.agency)
    manager = await visit().signs_in_as(here.manager)
    sent = await manager.post(f"/matching/seats/{here.seat}/ask", {"chosen": [stranger, known]})
    assert sent.status_code == 422
    assert "欧**: cannot take this place any more" in sent.text
    assert "欧阳明" not in sent.text
    assert "赵六: Places of the other kind: paid or volunteer, Do not have the skill" in sent.text


async def test_why_not_names_every_reason_and_asks_all_the_same(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay()
    _account, met = await make.volunteer("赵六")
    _account, stranger = await make.volunteer("钱七")
    before = await make.shift(here.activity, starts=set_up.soon(-9), status="done")
    await make.signup(await make.seat(before), met, here.manager, status="attended")
    manager = await visit().signs_in_as(here.manager)
    path = f"/matching/seats/{here.seat}/why"
    assert "钱七" not in (await manager.get(f"{path}?q=钱")).text
    assert (await manager.get(f"{path}?person={stranger}")).status_code == 404
    shown = await manager.get(f"{path}?q=赵")
    assert "Ask all the same: Has not said that they are free from 10:00 to 12:00." in shown.text
    assert "has served here before" in shown.text
    assert "kept 1 of 1 promise" in shown.text
    ask = f"/matching/seats/{here.seat}/ask"
    assert (await manager.post(ask, {"only": met})).status_code == 422
    assert (await manager.post(ask, {"only": met, "overrule": "available"})).status_code == 303
    assert [each.person for each in await offers()] == [met]


async def test_who_cannot_come_is_told_of_with_what_would_do(visit: Callable[[], Visitor]) -> None:
    here = await set_up.lay(skill="first_aid")
    person = await make.person("赵六", staff_of=here.agency)
    await execute("UPDATE person SET refuses = '{elder_visit}', day_minutes = 60 WHERE id = $1", person)
    manager = await visit().signs_in_as(here.manager)
    shown = await manager.get(f"/matching/seats/{here.seat}/why?person={person}")
    for said in (
        "Places of the other kind: paid or volunteer. You can add a place of the other kind to the shift.",
        "Has not this skill: First aid. They can add it, if they have it.",
        "Does not want to be asked for this: Elder visit.",
        "Would serve 2 h that day, and 1 h is the most.",
    ):
        assert said in shown.text
    assert "disabled" in shown.text
    assert 'name="overrule"' not in shown.text


async def test_commitments_credentials_caps_and_contracts_are_told_with_their_figures(
    visit: Callable[[], Visitor],
) -> None:
    here = await set_up.lay(capacity="staff", starts=set_up.soon(5, 2))
    person = await make.person("赵六", staff_of=here.agency)
    elsewhere = await make.shift(here.activity, starts=set_up.soon(5, 3))
    await make.signup(await make.seat(elsewhere), person, here.manager)
    await execute("UPDATE seat SET credentials = '{health_check}' WHERE id = $1", here.seat)
    await execute("UPDATE person SET week_minutes = 120 WHERE id = $1", person)
    await set_up.free(person, from_minute=0, to_minute=660)
    manager = await visit().signs_in_as(here.manager)
    shown = await manager.get(f"/matching/seats/{here.seat}/why?q=赵")
    for said in (
        "Is on another shift or away",
        "Has not this credential: Health check.",
        "Would serve 4 h that week, and 2 h is the most.",
        "Has not said that they are free from 10:00 to 12:00. Free 11:00–12:00 would do.",
    ):
        assert said in shown.text
    await execute(
        "INSERT INTO credential (person, kind_code, number, issued_on, ends_before, entered_by, entered_at,"
        " verified_by, verified_at) VALUES ($1, 'health_check', $2, $3, $4, $5, now(), $5, now())",
        person, b"", clock.local_day(clock.now()), clock.local_day(set_up.soon(4)), here.manager,
    )  # fmt: skip
    again = await manager.get(f"/matching/seats/{here.seat}/why?person={person}")
    assert "Their credential ends before the shift does: Health check (" in again.text
    assert "it would do." in again.text
