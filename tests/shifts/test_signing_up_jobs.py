"""Who is told when a place is taken, given back, or near."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, fetch, transaction
from app.kit.outbox import later
from app.shifts.actions.signing_up import cancel_signup, sign_up
from tests import factories as make
from tests.settle import settle
from tests.shifts.places import open_shift

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)


class _Notice(Struct, frozen=True):
    account: int
    event: str
    link: str


async def notices() -> list[tuple[int, str, str]]:
    """Everything anyone was told, in order."""
    rows = await fetch(_Notice, "SELECT account, event, link FROM notice ORDER BY id")
    return [(row.account, row.event, row.link) for row in rows]


async def volunteer() -> Actor:
    """Someone who serves."""
    account, _ = await make.volunteer()
    actor = await actor_of_account(account, None)
    assert actor
    return actor


async def test_the_volunteer_is_told_of_the_place_and_the_agency_of_its_loss(db: str) -> None:
    place, actor = await open_shift(SOON), await volunteer()
    signup = await sign_up(actor, place.shift, place.seat, now=clock.now())
    await settle()
    told = [(actor.account_id, "signup.confirmed", f"/shifts/{place.shift}")]
    assert await notices() == told
    await cancel_signup(actor, signup, "ill", now=clock.now())
    await settle()
    told.append((place.manager, "signup.cancelled", f"/shifts/{place.shift}/manage"))
    assert await notices() == told


async def test_a_place_that_was_given_back_at_once_is_not_announced(db: str) -> None:
    place, actor = await open_shift(SOON), await volunteer()
    signup = await sign_up(actor, place.shift, place.seat, now=clock.now())
    await cancel_signup(actor, signup, "mistake", now=clock.now())
    await settle()
    assert [event for _, event, _ in await notices()] == ["signup.cancelled"]


async def test_a_reminder_comes_a_day_before_and_moves_with_the_shift(db: str) -> None:
    place, actor = await open_shift(SOON), await volunteer()
    signup = await sign_up(actor, place.shift, place.seat, now=clock.now())
    await execute("DELETE FROM outbox WHERE event = 'signup.confirmed'")

    async def due() -> list[datetime]:
        return [row.due_at for row in await fetch(_Due, "SELECT due_at FROM outbox WHERE done_at IS NULL")]

    assert await due() == [SOON - timedelta(days=1)]
    moved = SOON + timedelta(days=4)
    await execute(
        "UPDATE shift SET starts = $2, ends = $3 WHERE id = $1", place.shift, moved, moved + timedelta(hours=1)
    )
    await execute("UPDATE outbox SET due_at = now()")
    await settle()
    assert await notices() == []
    assert await due() == [moved - timedelta(days=1)]
    near = clock.now() + timedelta(hours=20)
    await execute("UPDATE shift SET starts = $2, ends = $3 WHERE id = $1", place.shift, near, near + timedelta(hours=1))
    async with transaction():
        await later("shift.soon", signup_id=signup)
    await settle()
    assert [event for _, event, _ in await notices()] == ["shift.soon"]


class _Due(Struct, frozen=True):
    due_at: datetime
