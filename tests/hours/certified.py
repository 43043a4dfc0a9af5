"""A volunteer with hours that count: the ground of the tests of certificates."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.hours import actions
from app.hours.actions.certifying import Wish, draw
from app.hours.queries.certificates import Certificate, own_certificate
from app.kit.db import value
from tests import factories as make
from tests.hours import scene
from tests.settle import settle

SERVED = datetime(2026, 10, 10, 6, 0, tzinfo=UTC)
"""A Saturday of the past, 14:00 in Shenzhen."""
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WISH = Wish(from_on=date(2026, 1, 1), last_on=date(2026, 11, 20))


@dataclass
class Served:
    """A volunteer, and the attendances that count."""

    ground: scene.Scene
    account: int
    person: int
    attendances: list[int]

    async def draws(self, wish: Wish = WISH, now: datetime = NOW) -> Certificate:
        """A certificate of theirs."""
        number = await draw(await scene.acting(self.account), wish, now=now)
        row = await own_certificate(self.account, number)
        assert row is not None
        return row


async def served(days: int = 2, name: str = "王三") -> Served:
    """Somebody who served two hours on each of so many days in a row, approved by the manager."""
    ground = await scene.build()
    account, person = await make.volunteer(name)
    attendances = [await serve(ground, person, SERVED + timedelta(days=day)) for day in range(days)]
    return Served(ground, account, person, attendances)


async def serve(ground: scene.Scene, person: int, starts: datetime, **seat: object) -> int:
    """One counted attendance."""
    shift = await ground.shift(starts=starts)
    signup = await ground.signup(shift, person, **seat)
    await scene.punch(signup, "in", starts, ground.worker)
    await scene.punch(signup, "out", starts + timedelta(hours=2), ground.worker)
    attendance = await scene.recorded(signup)
    await settle()
    if await value("SELECT status FROM attendance WHERE id = $1", attendance) != "posted":
        await actions.approve(await scene.acting(ground.manager), attendance, now=NOW - timedelta(days=20))
    await settle()
    return attendance
