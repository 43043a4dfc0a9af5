"""Punching: by the leader, by the code; once, in order, and undone by another punch."""

from datetime import UTC, datetime, timedelta

import pytest

from app.kit.db import value
from app.kit.errors import Conflict, NotFound
from app.shifts.actions.changing import cancel_shift
from app.shifts.actions.punching import everyone_is_here, punch, punch_with_code, undo
from app.shifts.actions.turning import mark_missed, turn_shifts
from app.shifts.rules.punching import Direction, code_at
from tests import factories as make
from tests.shifts.ground import acting, lay, running_shift

IN, OUT = Direction.IN, Direction.OUT


def now() -> datetime:
    """The real time: the shift of these tests began a while ago."""
    return datetime.now(UTC)


async def punches() -> int:
    """How many punches there are."""
    return int(await value("SELECT count(*) FROM punch"))


async def test_the_first_in_makes_a_sign_up_attended_and_tells_the_hours(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground)
    made = await punch(ground.actor, day.signups[0], IN, now(), "nonce-1", now=now())
    assert made.direction == "in"
    assert await value("SELECT status FROM signup WHERE id = $1", day.signups[0]) == "attended"
    assert await value("SELECT status FROM signup WHERE id = $1", day.signups[1]) == "confirmed"
    assert await value("SELECT count(*) FROM outbox WHERE event = 'punch.recorded'") == 1


async def test_the_same_nonce_is_the_same_punch_and_nobody_elses(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground)
    first = await punch(ground.actor, day.signups[0], IN, now(), "nonce-1", now=now())
    again = await punch(ground.actor, day.signups[0], IN, now(), "nonce-1", now=now())
    assert again.id == first.id
    for signup, direction in ((day.signups[1], IN), (day.signups[0], OUT)):
        with pytest.raises(Conflict) as refused:
            await punch(ground.actor, signup, direction, now(), "nonce-1", now=now())
        assert refused.value.first.code == "punch_nonce_taken"
    assert await punches() == 1


async def test_a_leader_of_the_shift_punches_and_nobody_else_does(db: str) -> None:
    ground, other = await lay(), await lay()
    day = await running_shift(ground)
    await punch(await acting(day.leader), day.signups[0], IN, now(), "nonce-1", now=now())
    for stranger in (await acting(day.accounts[0]), other.actor, await acting(ground.officer)):
        with pytest.raises(NotFound):
            await punch(stranger, day.signups[0], OUT, now(), "nonce-2", now=now())
    assert await punches() == 1


async def test_an_undo_is_a_punch_that_names_the_one_it_undoes(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground)
    first = await punch(ground.actor, day.signups[0], IN, now(), "nonce-1", now=now())
    last = await punch(ground.actor, day.signups[0], OUT, now(), "nonce-2", now=now())
    with pytest.raises(Conflict) as refused:
        await undo(ground.actor, first.id, "nonce-3", now=now())
    assert refused.value.first.code == "not_the_last_punch"
    undone = await undo(ground.actor, last.id, "nonce-4", now=now())
    assert undone.undoes == last.id
    assert (await undo(ground.actor, last.id, "nonce-4", now=now())).id == undone.id
    await undo(ground.actor, first.id, "nonce-5", now=now())
    assert await punches() == 4, "nothing is deleted"
    assert await value("SELECT status FROM signup WHERE id = $1", day.signups[0]) == "confirmed"
    await punch(ground.actor, day.signups[0], IN, now(), "nonce-6", now=now())


async def test_the_code_punches_oneself_and_an_old_or_wrong_one_does_not(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground)
    secret = await value("SELECT code_secret FROM shift WHERE id = $1", day.shift)
    volunteer, at = await acting(day.accounts[0]), now()
    for code in ("000000", code_at(secret, at - timedelta(minutes=3))):
        with pytest.raises(Conflict) as refused:
            await punch_with_code(volunteer, day.signups[0], IN, code, "nonce-1", now=at)
        assert refused.value.first.code == "wrong_code"
    made = await punch_with_code(volunteer, day.signups[0], IN, code_at(secret, at), "nonce-1", now=at)
    assert made.how == "code"
    with pytest.raises(NotFound):
        await punch_with_code(volunteer, day.signups[1], IN, code_at(secret, at), "nonce-2", now=at)


async def test_everyone_is_here_takes_those_who_are_expected_and_only_once(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground, people=3)
    await punch(ground.actor, day.signups[0], IN, now(), "nonce-1", now=now())
    await punch(ground.actor, day.signups[0], OUT, now(), "nonce-2", now=now())
    assert await everyone_is_here(ground.actor, day.shift, "nonce-all", now=now()) == 3
    assert await everyone_is_here(ground.actor, day.shift, "nonce-all", now=now()) == 0
    assert await punches() == 5, "whoever has left is not called back"
    with pytest.raises(NotFound):
        await everyone_is_here(await acting(day.accounts[0]), day.shift, "nonce-new", now=now())


async def test_nobody_is_punched_in_to_a_cancelled_shift_or_sign_up(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground, since=timedelta(minutes=-30))
    await make.execute("UPDATE shift SET status = 'published' WHERE id = $1", day.shift)
    await make.execute("UPDATE signup SET status = 'cancelled' WHERE id = $1", day.signups[0])
    with pytest.raises(Conflict) as refused:
        await punch(ground.actor, day.signups[0], IN, now(), "nonce-1", now=now())
    assert refused.value.first.code == "signup_ended"
    await cancel_shift(ground.actor, day.shift, "台风", now=now())
    with pytest.raises(Conflict) as refused:
        await punch(ground.actor, day.signups[1], IN, now(), "nonce-2", now=now())
    assert refused.value.first.code == "shift_cancelled"
    assert await punches() == 0


async def test_shifts_begin_and_end_by_the_clock_and_say_so_once(db: str) -> None:
    ground = await lay()
    starts = make.WHEN
    due, later = (
        await make.shift(ground.activity, starts=starts),
        await make.shift(ground.activity, starts=starts + timedelta(days=1)),
    )
    assert await turn_shifts(now=starts - timedelta(seconds=1)) == (0, 0)
    assert await turn_shifts(now=starts) == (1, 0)
    assert await turn_shifts(now=starts + timedelta(hours=2)) == (0, 1)
    assert await turn_shifts(now=starts + timedelta(hours=2)) == (0, 0)
    assert await value("SELECT status FROM shift WHERE id = $1", due) == "done"
    assert await value("SELECT status FROM shift WHERE id = $1", later) == "published"
    assert await value("SELECT count(*) FROM outbox WHERE event = 'shift.ended'") == 1


async def test_a_worker_that_slept_catches_up_in_one_go(db: str) -> None:
    ground = await lay()
    await make.shift(ground.activity)
    assert await turn_shifts(now=make.WHEN + timedelta(days=3)) == (1, 1)


async def test_who_never_came_is_a_no_show_once_punching_is_over(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground)
    await punch(ground.actor, day.signups[0], IN, now(), "nonce-1", now=now())
    assert await mark_missed(day.shift, now=now()) == 2
    assert await value("SELECT status FROM signup WHERE id = $1", day.signups[0]) == "attended"
    assert await value("SELECT status FROM signup WHERE id = $1", day.signups[1]) == "no_show"
    due = "SELECT due_at - $1::timestamptz FROM outbox WHERE event = 'shift.punching_closed'"
    ends = await value("SELECT ends FROM shift WHERE id = $1", day.shift)
    await turn_shifts(now=ends)
    assert await value(due, ends) == timedelta(hours=12)
