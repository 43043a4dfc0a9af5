"""Long random histories, the same for a seed: where the machine shrinks what fails, these go far."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from app.hours.actions.checking import self_check
from app.kit.errors import DomainError
from tests.hours.history.ground import Ground
from tests.hours.history.invariants import Memory, check_everything
from tests.hours.history.world import World
from tests.settle import settle

ACTS = 150
MINUTES = (20, 60, 90, 120, 240)
KINDS = {
    "serve": 30, "catch_up": 4, "approve": 14, "adjust": 6, "undo": 7, "give_back": 4, "allocate": 8, "confirm": 8,
    "contest": 6, "answer": 8, "punch_late": 5, "settle_exceptions": 6, "publish": 2, "deliver": 6, "close": 3,
    "seal": 10, "rotate": 1, "kill": 14,
}  # fmt: skip
"""How often each act happens, among all."""


class Play:
    """Draws acts and does them."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice

    async def act(self) -> None:
        """One act of everyday life. What is refused changes nothing, and the next goes on."""
        [kind] = self.dice.choices(list(KINDS), list(KINDS.values()))
        try:
            await (self._cut_off() if kind == "kill" else self._doing(kind)())
        except DomainError:
            return

    async def _cut_off(self) -> None:
        kind = self.dice.choice(("approve", "undo", "seal", "deliver", "serve", "answer", "publish"))
        await self.world.killed(self._doing(kind), self.dice.randint(1, 60))

    def _doing(self, kind: str) -> Callable[[], Awaitable[None]]:
        dice, world = self.dice, self.world
        by, minutes = dice.randint(0, 6), dice.choice(MINUTES)
        one = self._one
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "serve": self._serving(),
            "catch_up": world.catch_up,
            "approve": lambda: one(lambda at: world.approve(at, by)),
            "adjust": lambda: one(lambda at: world.adjust(at, by, minutes // 4, minutes)),
            "undo": lambda: one(lambda at: world.undo(at, by)),
            "give_back": lambda: one(lambda at: world.give_back(at, by)),
            "allocate": lambda: world.allocate_all(by),
            "confirm": lambda: one(world.confirm),
            "contest": lambda: one(lambda at: world.object(at, minutes)),
            "answer": lambda: world.answer(by, uphold=minutes > 60, minutes=minutes),
            "punch_late": lambda: one(lambda at: world.punch_late(at, minutes - 60)),
            "settle_exceptions": lambda: one(lambda at: world.settle_exceptions(at, by)),
            "publish": lambda: world.publish(by),
            "deliver": settle,
            "close": lambda: world.close(locked=by < 2),
            "seal": lambda: world.seal(minutes),
            "rotate": world.rotate,
        }
        return acts[kind]

    def _serving(self) -> Callable[[], Awaitable[None]]:
        dice = self.dice
        who, where, day, hour = (
            dice.randint(0, 2),
            dice.randint(0, 2),
            dice.randint(0, 45),
            dice.choice((0, 1, 2, 6, 15)),
        )
        late, longer = dice.choice((0, 0, 5, -30, 20)), dice.choice((0, 0, 0, -15, 8, 45, 90))
        minutes, out, staff = dice.choice(MINUTES), dice.random() < 0.85, dice.random() < 0.3
        return lambda: self.world.serve(who, where, day, hour, minutes, late, longer, out=out, staff=staff)

    async def _one(self, act: Callable[[int], Awaitable[None]]) -> None:
        known = await self.world.attendances()
        if known:
            await act(self.dice.choice(known))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_months_of_random_acts_leave_a_ledger_that_adds_up(ground: Ground, seed: int) -> None:
    async def live() -> None:
        owner: asyncpg.Connection = await ground.fresh()
        memory = Memory()
        play = Play(await World.begin(owner), random.Random(seed))  # noqa: S311 (the same seed is the same history)
        for _ in range(ACTS):
            await play.act()
            await check_everything(owner, memory)
        await settle()
        await play.world.catch_up()
        await play.world.seal(1_000)
        await check_everything(owner, memory)
        counted = dict(
            await owner.fetch(
                "SELECT CASE WHEN reverses THEN 'reversals' ELSE 'entries' END, count(*) FROM posting GROUP BY 1"
            )
        )
        assert counted.get("entries", 0) > 15, "a history in which little happened"
        assert counted.get("reversals", 0) > 3, "a history in which little was corrected"
        assert (await self_check(now=play.world.now)).faults == []
        await ground.away(owner)

    with asyncio.Runner() as runner:
        runner.run(live())
