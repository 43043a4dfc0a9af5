"""The city's weights: dated rows with a reason, zero allowed, negative refused with a sentence."""

from datetime import timedelta

import msgspec
import pytest

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import value
from app.kit.errors import Conflict, Forbidden, Invalid
from app.matching.actions.weights import set_weights
from app.matching.problem import Weights
from app.matching.queries.weights import weighting_on, weightings
from app.matching.rules.weights import WEIGHTS
from tests import factories as make
from tests.matching.rounds import scene

USUAL = msgspec.structs.asdict(Weights())


async def admin() -> Actor:
    return await scene.acting(await make.member(await make.organisation("platform"), "platform_admin"))


def test_every_weight_is_said_in_words() -> None:
    assert [weight.name for weight in WEIGHTS] == list(Weights.__struct_fields__)


async def test_a_decision_applies_from_its_day_and_the_one_before_stays_in_the_history(db: str) -> None:
    actor, today = await admin(), clock.local_day(clock.now())
    tomorrow = today + timedelta(days=1)
    await set_weights(actor, USUAL | {"travel": 0}, tomorrow, "the way matters less", now=clock.now())
    now, then = await weighting_on(today), await weighting_on(tomorrow)
    assert now is not None
    assert then is not None
    assert (now.figures.travel, then.figures.travel) == (100, 0)
    assert [row.reason for row in await weightings()] == ["the way matters less", ""]


@pytest.mark.parametrize(
    ("amounts", "days", "reason", "field"),
    [
        ({"travel": -1}, 0, "why", "travel"),
        ({"keep": 2_000_000}, 0, "why", "keep"),
        ({}, -1, "why", "applies_from"),
        ({}, 0, "  ", "reason"),
    ],
)
async def test_what_cannot_be_meant_is_said_at_its_field(
    db: str, amounts: dict[str, int], days: int, reason: str, field: str
) -> None:
    day = clock.local_day(clock.now()) + timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        await set_weights(await admin(), USUAL | amounts, day, reason, now=clock.now())
    assert list(refused.value.fields) == [field]
    assert await value("SELECT count(*) FROM weighting") == 1


async def test_one_decision_a_day_and_only_by_the_platform(db: str) -> None:
    actor, today = await admin(), clock.local_day(clock.now())
    await set_weights(actor, USUAL, today, "first", now=clock.now())
    with pytest.raises(Conflict) as refused:
        await set_weights(actor, USUAL, today, "second", now=clock.now())
    assert refused.value.first.code == "weighting_one_a_day"
    manager = await scene.acting(await make.member(await make.organisation(), "agency_manager"))
    with pytest.raises(Forbidden):
        await set_weights(manager, USUAL, today + timedelta(days=1), "mine", now=clock.now())
