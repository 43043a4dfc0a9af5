"""Publishing and managing on the web: dates looked over first, places kept above those taken, people told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.kit import clock
from app.kit.db import value
from tests import factories as make
from tests.settle import settle
from tests.shifts.ground import Ground, lay
from tests.visitor import Visitor


def form(first: str, **more: object) -> dict[str, object]:
    """A publishing form as typed, with a leader's and a visitors' row."""
    return {
        "on": first,
        "begins": "14:00",
        "ends": "16:00",
        "repeat": "once",
        "role-0": "组长",
        "needed-0": "1",
        "leads-0": "1",
        "capacity-0": "volunteer",
        "role-1": "探访义工",
        "needed-1": "4",
        "capacity-1": "volunteer",
        "capacity-2": "volunteer",
        "step": "check",
    } | more


def soon(days: int = 3) -> str:
    """A day of the near future, in the city."""
    return (clock.local_day(clock.now()) + timedelta(days=days)).isoformat()


async def around_now(ground: Ground) -> None:
    """Let the contract and one period cover these days, whatever the date is."""
    today = clock.local_day(clock.now())
    await make.execute("DELETE FROM period WHERE contract = $1", ground.contract)
    first, last = today - timedelta(days=30), today + timedelta(days=90)
    await make.execute(
        "UPDATE contract SET starts_on = $2, ends_before = $3 WHERE id = $1", ground.contract, first, last
    )
    await make.execute(
        "INSERT INTO period (contract, starts_on, ends_before, status) VALUES ($1, $2, $3, 'open')",
        ground.contract, first, last,
    )  # fmt: skip


async def test_a_shift_is_looked_over_then_published_once_however_often_it_is_sent(
    visit: Callable[[], Visitor],
) -> None:
    ground = await lay()
    await around_now(ground)
    manager = await visit().signs_in_as(ground.manager)
    path = f"/activities/{ground.activity}/shifts/new"
    assert (await manager.get(path)).status_code == 200
    checked = await manager.post(path, form(soon(), ends="01:00", begins="22:00"))
    assert checked.status_code == 200
    assert "It ends on the next day" in checked.text
    assert await value("SELECT count(*) FROM shift") == 0
    sent = form(soon(), step="publish", day=soon(), _once="tap-tap-tap")
    for _ in range(2):
        answer = await manager.post(path, sent)
        assert answer.status_code == 303, answer.text
    assert await value("SELECT count(*) FROM shift") == 1
    assert await value("SELECT array_agg(needed ORDER BY id) FROM seat") == [1, 4]


async def test_a_series_leaves_out_the_dates_that_were_unticked(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await around_now(ground)
    manager = await visit().signs_in_as(ground.manager)
    path = f"/activities/{ground.activity}/shifts/new"
    asked = form(soon(1), repeat="daily", count="4")
    checked = await manager.post(path, asked)
    assert checked.text.count('name="day"') == 4
    answer = await manager.post(path, asked | {"step": "publish", "day": [soon(1), soon(2), soon(4)]})
    assert answer.status_code == 303, answer.text
    assert await value("SELECT count(*) FROM shift") == 3
    assert await value("SELECT rrule FROM series") == "FREQ=DAILY;COUNT=4"
    nothing = await manager.post(path, asked | {"step": "publish"})
    assert nothing.status_code == 422
    assert "No date is chosen." in nothing.text


async def test_a_pasted_rule_shows_why_a_date_cannot_be(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await around_now(ground)
    manager = await visit().signs_in_as(ground.manager)
    path = f"/activities/{ground.activity}/shifts/new"
    checked = await manager.post(path, form(soon(88), repeat="rule", rule="RRULE:FREQ=DAILY;COUNT=4"))
    assert checked.status_code == 200
    assert checked.text.count("disabled") == 2
    assert "lies outside contract" in checked.text
    wrong = await manager.post(path, form(soon(), repeat="rule", rule="every saturday"))
    assert wrong.status_code == 422
    assert 'id="rule-error"' in wrong.text


async def test_every_wrong_field_is_named_and_more_rows_keep_what_was_typed(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    manager = await visit().signs_in_as(ground.manager)
    path = f"/activities/{ground.activity}/shifts/new"
    wrong = await manager.post(path, form("soon", **{"needed-1": "many", "ends": ""}))
    assert wrong.status_code == 422
    for field in ("on", "ends", "needed-1"):
        assert f'id="{field}-error"' in wrong.text
    more = await manager.post(path, form("soon", step="rows"))
    assert more.status_code == 200
    assert 'id="role-5"' in more.text
    assert "探访义工" in more.text
    assert "field-error" not in more.text
    empty = await manager.post(
        path, form(soon(), **{"role-0": "", "needed-0": "", "leads-0": "", "role-1": "", "needed-1": ""})
    )
    assert empty.status_code == 422
    assert 'id="role-0-error"' in empty.text


async def published(ground: Ground, people: int, days: int = 3) -> tuple[int, int, list[int]]:
    """A shift of the near future with so many people: (shift, seat, accounts)."""
    await around_now(ground)
    starts = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    shift = await make.shift(ground.activity, starts=starts)
    seat = await make.seat(shift, needed=people + 1)
    accounts = []
    for _ in range(people):
        account, person = await make.volunteer()
        await make.signup(seat, person, account)
        accounts.append(account)
    return shift, seat, accounts


async def test_places_never_fall_below_those_taken(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    shift, seat, _ = await published(ground, 2)
    manager = await visit().signs_in_as(ground.manager)
    row = {"seat-0": seat, "kept_role-0": "探访义工", "kept_leads-0": ""}
    refused = await manager.post(f"/shifts/{shift}/seats", row | {"kept_needed-0": "1"})
    assert refused.status_code == 422
    assert "More people are signed up for a role than the places you want to leave." in refused.text
    gone = await manager.post(f"/shifts/{shift}/seats", row | {"kept_needed-0": "0", "role-0": "新", "needed-0": "1"})
    assert gone.status_code == 422
    assert "it cannot be taken away" in gone.text
    done = await manager.post(f"/shifts/{shift}/seats", row | {"kept_needed-0": "2", "role-0": "翻译", "needed-0": "1"})
    assert done.status_code == 303, done.text
    assert await value("SELECT array_agg(needed ORDER BY id) FROM seat WHERE shift = $1", shift) == [2, 1]
    none = await manager.post(f"/shifts/{shift}/seats", row | {"kept_needed-0": "0"})
    assert none.status_code == 422


async def test_a_moved_shift_moves_its_people_and_tells_them(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    shift, _, accounts = await published(ground, 1)
    manager = await visit().signs_in_as(ground.manager)
    moved = {"title": "周末长者探访", "place": "二楼活动室", "on": soon(5), "begins": "09:00", "ends": "11:00"}
    answer = await manager.post(f"/shifts/{shift}/manage", moved)
    assert answer.status_code == 303, answer.text
    assert "1 person is told now." in (await manager.get(answer.headers["location"])).text
    same = "SELECT count(*) FROM signup g JOIN shift h ON h.id = g.shift WHERE g.starts = h.starts AND g.ends = h.ends"
    assert await value(same) == 1
    assert await value("SELECT to_char(starts AT TIME ZONE zone, 'HH24:MI') FROM shift WHERE id = $1", shift) == "09:00"
    await settle()
    assert await value("SELECT event FROM notice WHERE account = $1", accounts[0]) == "shift.changed"


async def test_a_move_that_would_put_people_in_two_places_names_how_many(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    shift, _, accounts = await published(ground, 2)
    other = await make.shift(ground.activity, starts=datetime.fromisoformat(f"{soon(6)}T09:30+08:00"), minutes=60)
    person = await value("SELECT id FROM person WHERE account = $1", accounts[0])
    await make.signup(await make.seat(other), person, accounts[0])
    manager = await visit().signs_in_as(ground.manager)
    moved = {"title": "探访", "place": "二楼", "on": soon(6), "begins": "09:00", "ends": "11:00"}
    refused = await manager.post(f"/shifts/{shift}/manage", moved)
    assert refused.status_code == 422
    assert "1 of the people signed up are somewhere else at the new time" in refused.text
    assert await value("SELECT title FROM shift WHERE id = $1", shift) == "周末长者探访", "nothing changed"


async def test_cancelling_ends_every_claim_and_tells_each_account_once(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    shift, seat, accounts = await published(ground, 2)
    without_account = await make.person("黄伯")
    await make.signup(seat, without_account, ground.manager)
    manager = await visit().signs_in_as(ground.manager)
    page = await manager.get(f"/shifts/{shift}/manage")
    assert "3 people lose their places" in page.text
    assert "黄伯" in page.text
    assert (await manager.post(f"/shifts/{shift}/cancel")).status_code == 422
    answer = await manager.post(f"/shifts/{shift}/cancel", {"reason": "台风预警"})
    assert answer.status_code == 303
    shown = (await manager.get(answer.headers["location"])).text
    assert "2 people are told now." in shown
    assert "台风预警" in shown
    assert await value("SELECT count(*) FROM signup WHERE shift = $1 AND status = 'cancelled'", shift) == 3
    assert await value("SELECT taken FROM seat WHERE id = $1", seat) == 0
    again = await manager.post(f"/shifts/{shift}/cancel", {"reason": "台风预警"})
    assert again.status_code == 422
    assert "already cancelled" in again.text
    await settle()
    told = "SELECT array_agg(account ORDER BY account) FROM notice WHERE event = 'shift.cancelled'"
    assert await value(told) == sorted(accounts)


async def test_a_shift_that_has_begun_is_no_longer_moved_or_cancelled(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    shift, _, _ = await published(ground, 1)
    await make.execute("UPDATE shift SET status = 'running' WHERE id = $1", shift)
    manager = await visit().signs_in_as(ground.manager)
    refused = await manager.post(f"/shifts/{shift}/cancel", {"reason": "迟了"})
    assert refused.status_code == 422
    assert "has begun" in refused.text
    assert await value("SELECT count(*) FROM signup WHERE status = 'confirmed'") == 1
