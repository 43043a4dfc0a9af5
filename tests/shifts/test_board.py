"""The board on the day, as its leader and a volunteer with the code see it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.kit.db import value
from app.shifts.rules.punching import code_at
from tests.counting import listening
from tests.shifts.ground import lay, running_shift
from tests.visitor import Visitor

FRAGMENT = {"hx-request": "true"}


async def test_a_leader_taps_someone_in_and_takes_it_back(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    leader = await visit().signs_in_as(day.leader)
    path = f"/shifts/{day.shift}/board"
    board = await leader.get(path)
    assert board.status_code == 200
    assert "0 of 3 are here, 3 late" in board.text
    tap = {"signup": day.signups[0], "direction": "in", "nonce": "nonce-tap-1"}
    row = await leader.post(f"/shifts/{day.shift}/punches", tap, headers=FRAGMENT)
    assert row.status_code == 200
    assert "<html" not in row.text
    assert "Here since" in row.text
    assert 'hx-swap-oob="true"' in row.text
    assert "1 of 3 is here, 2 late" in row.text or "1 of 3 are here, 2 late" in row.text
    again = await leader.post(f"/shifts/{day.shift}/punches", tap)
    assert again.status_code == 303, "without a script the board is loaded anew"
    punch = await value("SELECT id FROM punch")
    undone = await leader.post(
        f"/shifts/{day.shift}/punches/undo", {"punch": punch, "nonce": "nonce-undo"}, headers=FRAGMENT
    )
    assert "min late" in undone.text
    assert await value("SELECT count(*) FROM punch") == 2


async def test_everyone_is_here_with_one_tap(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground, people=3)
    manager = await visit().signs_in_as(ground.manager)
    board = await manager.post(f"/shifts/{day.shift}/everyone", {"nonce": "nonce-all"}, headers=FRAGMENT)
    assert "4 of 4 are here" in board.text
    assert "Everyone is here" not in board.text


async def test_only_who_leads_sees_the_board_and_the_code(visit: Callable[[], Visitor]) -> None:
    ground, other = await lay(), await lay()
    day = await running_shift(ground)
    for account in (day.accounts[0], other.manager, ground.officer):
        visitor = await visit().signs_in_as(account)
        for path in ("board", "code"):
            assert (await visitor.get(f"/shifts/{day.shift}/{path}")).status_code == 404
        tap = {"signup": day.signups[0], "direction": "in", "nonce": "nonce-tap-1"}
        assert (await visitor.post(f"/shifts/{day.shift}/punches", tap)).status_code == 404
    assert await value("SELECT count(*) FROM punch") == 0


async def test_the_day_counts_each_shift_and_asks_no_more_for_more_shifts(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await running_shift(ground)
    manager = await visit().signs_in_as(ground.manager)
    await manager.get("/board")  # each new connection asks once what the types are called
    async with listening() as one:
        page = await manager.get("/board")
    assert "0 of 3 here" in page.text
    assert "3 late" in page.text
    for _ in range(3):
        await running_shift(ground)
    async with listening() as four:
        await manager.get("/board")
    assert len(four) == len(one)
    tomorrow = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    assert "No shift on this day" in (await manager.get(f"/board?on={tomorrow}")).text


async def test_the_code_turns_and_its_qr_code_leads_to_ones_own_page(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    leader = await visit().signs_in_as(day.leader)
    secret = await value("SELECT code_secret FROM shift WHERE id = $1", day.shift)
    before = code_at(secret, datetime.now(UTC))
    shown = await leader.get(f"/shifts/{day.shift}/code", headers=FRAGMENT)
    digits = {before, code_at(secret, datetime.now(UTC))}
    assert any(f"{code[:3]} {code[3:]}" in shown.text for code in digits)
    assert "<svg" in shown.text
    volunteer = await visit().signs_in_as(day.accounts[0])
    led = await volunteer.get(f"/shifts/{day.shift}/punch?code={before}")
    assert led.headers["location"] == f"/signups/{day.signups[0]}/punch?code={before}"
    assert f'value="{before}"' in (await volunteer.get(led.headers["location"])).text
    stranger = await visit().signs_in_as(ground.officer)
    assert (await stranger.get(f"/shifts/{day.shift}/punch")).headers["location"] == f"/shifts/{day.shift}"


async def test_a_volunteer_punches_in_and_out_with_the_code(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    volunteer = await visit().signs_in_as(day.accounts[0])
    path = f"/signups/{day.signups[0]}/punch"
    wrong = await volunteer.post(path, {"code": "000000", "direction": "in", "nonce": "nonce-code-1"})
    assert wrong.status_code == 422
    assert 'id="code-error"' in wrong.text
    secret = await value("SELECT code_secret FROM shift WHERE id = $1", day.shift)
    for direction, said in (("in", "You are punched in at"), ("out", "You are punched out at")):
        code = code_at(secret, datetime.now(UTC))
        sent = {"code": code, "direction": direction, "nonce": f"nonce-{direction}-1"}
        answer = await volunteer.post(path, sent)
        assert answer.status_code == 303, answer.text
        assert said in (await volunteer.get(path)).text
    assert await value("SELECT array_agg(how) FROM punch") == ["code", "code"]
    other = await visit().signs_in_as(day.accounts[1])
    assert (await other.get(path)).status_code == 404


async def test_codes_cannot_be_guessed_at_speed(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    volunteer = await visit().signs_in_as(day.accounts[0])
    sent = {"code": "000000", "direction": "in", "nonce": "nonce-code-1"}
    statuses = [(await volunteer.post(f"/signups/{day.signups[0]}/punch", sent)).status_code for _ in range(21)]
    assert statuses[-1] == 429
