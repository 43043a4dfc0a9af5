"""The pool and its transactions, on a real database."""

import asyncio

import asyncpg
import pytest

from app.kit.db import connection, execute, transaction, value
from app.kit.errors import Conflict
from app.kit.rules import Refusal
from tests.counting import listening

TWICE = Refusal("twice", "Twice.")


async def test_a_query_is_one_round_trip_and_a_transaction_adds_two(db: str) -> None:
    async with listening() as heard:
        await value("SELECT 1")
    assert [each.query for each in heard] == ["SELECT 1"]
    async with listening() as heard, transaction():
        await value("SELECT 2")
    assert [each.query for each in heard] == ["BEGIN;", "SELECT 2", "COMMIT;"]


async def test_a_connection_comes_back_clean_from_a_failed_transaction(db: str) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with transaction():
            await value("SELECT 1 / 0")
    async with connection() as again:
        assert not again.is_in_transaction()
    assert await value("SELECT 3") == 3


async def test_a_constraint_that_speaks_at_the_commit_is_a_refusal_too(db: str) -> None:
    async def invite_twins() -> None:
        async with transaction({"no_twin": TWICE}):
            await execute(
                "CREATE TEMPORARY TABLE guest (id int, CONSTRAINT no_twin UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)"
            )
            await execute("INSERT INTO guest VALUES (1), (1)")

    with pytest.raises(Conflict) as refused:
        await invite_twins()
    assert refused.value.first == TWICE


async def test_transactions_of_two_tasks_are_two(db: str) -> None:
    async def number() -> int:
        async with transaction():
            await asyncio.sleep(0.01)
            return int(await value("SELECT pg_backend_pid()"))

    first, second = await asyncio.gather(number(), number())
    assert first != second
