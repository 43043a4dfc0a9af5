"""The first administrator of a new installation."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.accounts.actions.founding import found
from app.kit.db import value
from app.kit.errors import Conflict, Invalid
from tests import factories as make
from tests.visitor import Visitor

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


async def test_the_first_administrator_signs_in_and_there_is_only_one_first(visit: Callable[[], Visitor]) -> None:
    await make.regions()
    password = await found("赵一", "first@agency.example", "邻里", make.CITY, now=datetime.now(UTC))
    visitor = visit()
    answer = await visitor.post("/sign-in", {"identifier": "first@agency.example", "password": password, "next": "/"})
    assert answer.status_code == 303
    assert "/sign-in/password" in answer.headers["location"]
    with pytest.raises(Conflict):
        await found("钱二", "second@agency.example", "邻里", make.CITY, now=NOW)
    assert await value("SELECT count(*) FROM account") == 1
    assert await value("SELECT count(*) FROM organisation") == 1


async def test_an_address_that_is_none_is_refused_and_nothing_is_kept(db: str) -> None:
    await make.regions()
    with pytest.raises(Invalid):
        await found("赵一", "nobody", "邻里", make.CITY, now=NOW)
    assert await value("SELECT count(*) FROM organisation") == 0
