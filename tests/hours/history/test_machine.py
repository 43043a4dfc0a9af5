"""A machine plays random months on the real database and checks every invariant after every act."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.hours.actions.checking import self_check
from app.kit.errors import DomainError
from tests.hours.history.ground import Ground
from tests.hours.history.invariants import Memory, check_everything
from tests.hours.history.world import World
from tests.settle import settle

Who = st.integers(0, 6)
Serving = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "where": st.integers(0, 2),
        "day": st.integers(0, 45),
        "hour": st.sampled_from((0, 1, 2, 6, 15)),
        "minutes": st.sampled_from((20, 60, 90, 120, 240)),
        "late": st.integers(-30, 20),
        "longer": st.sampled_from((0, 0, 0, -15, 8, 45, 90)),
        "out": st.sampled_from((True, True, True, False)),
        "staff": st.sampled_from((False, False, True)),
    }
)
Which = st.integers(0, 1_000)
Minutes = st.sampled_from((20, 60, 90, 120, 240))


class Ledger(RuleBasedStateMachine):
    """One history. Refusals are expected; anything else that is raised is a fault."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.memory = Memory()
        self.owner = self.runner.run(self.ground.fresh())
        self.world = self.runner.run(World.begin(self.owner))

    def do(self, act: Awaitable[None]) -> None:
        async def doing() -> None:
            try:
                await act
            except DomainError:
                return

        self.runner.run(doing())

    def on_one(self, which: int, act: Callable[[int], Awaitable[None]]) -> None:
        known = self.runner.run(self.world.attendances())
        if known:
            self.do(act(known[which % len(known)]))

    @initialize(servings=st.lists(Serving, min_size=8, max_size=14))
    def some_weeks_have_passed(self, servings: list[dict[str, Any]]) -> None:
        self.do(self.world.serve(0, 0, 1, 6, 120, 0, 0, out=True, staff=False))
        for serving in servings:
            self.do(self.world.serve(**serving))
        self.do(self.world.catch_up())

    @rule(serving=Serving)
    def serve(self, serving: dict[str, Any]) -> None:
        self.do(self.world.serve(**serving))

    @rule(which=Which, minutes=st.integers(-30, 60))
    def punch_late(self, which: int, minutes: int) -> None:
        self.on_one(which, lambda at: self.world.punch_late(at, minutes))

    @rule(which=Which, by=Who, begin=st.integers(-20, 60), minutes=Minutes)
    def adjust(self, which: int, by: int, begin: int, minutes: int) -> None:
        self.on_one(which, lambda at: self.world.adjust(at, by, begin, minutes))

    @rule(which=Which, by=Who)
    def settle_exceptions(self, which: int, by: int) -> None:
        self.on_one(which, lambda at: self.world.settle_exceptions(at, by))

    @rule(which=Which, by=Who)
    def approve(self, which: int, by: int) -> None:
        self.on_one(which, lambda at: self.world.approve(at, by))

    @rule()
    def catch_up(self) -> None:
        self.do(self.world.catch_up())

    @rule(which=Which, by=Who)
    def give_back(self, which: int, by: int) -> None:
        self.on_one(which, lambda at: self.world.give_back(at, by))

    @rule(which=Which, by=Who)
    def undo(self, which: int, by: int) -> None:
        self.on_one(which, lambda at: self.world.undo(at, by))

    @rule(which=Which, by=Who)
    def allocate(self, which: int, by: int) -> None:
        self.on_one(which, lambda at: self.world.allocate(at, by))

    @rule(which=Which)
    def confirm(self, which: int) -> None:
        self.on_one(which, self.world.confirm)

    @rule(which=Which, minutes=Minutes)
    def contest(self, which: int, minutes: int) -> None:
        self.on_one(which, lambda at: self.world.object(at, minutes))

    @rule(by=Who, uphold=st.booleans(), minutes=Minutes)
    def answer(self, by: int, uphold: bool, minutes: int) -> None:
        self.do(self.world.answer(by, uphold=uphold, minutes=minutes))

    @precondition(lambda self: self.world.books < 4)
    @rule(rules=st.integers(0, 2))
    def publish_and_count_again(self, rules: int) -> None:
        self.do(self.world.publish(rules))
        self.do(settle())

    @rule()
    def deliver(self) -> None:
        self.do(settle())

    @rule(locked=st.booleans())
    def close(self, locked: bool) -> None:
        self.do(self.world.close(locked=locked))

    @rule(most=st.sampled_from((1, 3, 1_000)))
    def seal(self, most: int) -> None:
        self.do(self.world.seal(most))

    @rule()
    def rotate(self) -> None:
        self.do(self.world.rotate())

    @rule(what=st.sampled_from(("approve", "seal", "undo", "deliver")), which=Which, by=Who, before=st.integers(1, 40))
    def kill(self, what: str, which: int, by: int, before: int) -> None:
        known = self.runner.run(self.world.attendances())
        at = known[which % len(known)]
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "approve": lambda: self.world.approve(at, by),
            "seal": lambda: self.world.seal(1_000),
            "undo": lambda: self.world.undo(at, by),
            "deliver": settle,
        }
        self.runner.run(self.world.killed(acts[what], before))

    @invariant()
    def everything_holds(self) -> None:
        self.runner.run(check_everything(self.owner, self.memory))

    def teardown(self) -> None:
        self.do(settle())
        self.do(self.world.seal(1_000))
        self.everything_holds()
        checked = self.runner.run(self_check(now=self.world.now))
        self.runner.run(self.ground.away(self.owner))
        self.runner.close()
        assert checked.wrong == 0, checked.faults


def test_whatever_people_do_the_ledger_holds(ground: Ground) -> None:
    Ledger.ground = ground
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
