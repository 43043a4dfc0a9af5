"""The database: one pool, transactions with savepoints, plain SQL into Structs, constraint names into sentences."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import msgspec
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from app.kit.errors import BUSY, Conflict
from app.kit.rules import Refusal

Row = TypeVar("Row")
Hook = Callable[[], Awaitable[None]]


class Transaction(PostgresTransaction):
    """A transaction that always gives its connection back.

    Piccolo's own leaks connection and context when COMMIT or ROLLBACK fails, and later work in the task then joins
    the dead transaction and is not atomic.
    """

    def __init__(self, engine: PostgresEngine) -> None:
        super().__init__(engine=engine)
        self.hooks: list[Hook] = []

    async def __aenter__(self) -> "Transaction":
        pool = self.engine.pool
        self.connection = await (pool.acquire() if pool else self.engine.get_new_connection())
        try:
            self.transaction = self.connection.transaction()
            await self.transaction.start()
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def _give_back(self) -> None:
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        try:
            if error is not None:
                await self.transaction.rollback()
            else:
                await self.transaction.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False


class Engine(PostgresEngine):
    """Piccolo's engine with the transaction above, so that nothing can open the leaking one by accident."""

    async def check_version(self) -> None:
        """Nothing: the stock engine connects here, while it is still being imported."""

    def transaction(self, allow_nested: bool = False) -> Transaction:  # noqa: ARG002 (Piccolo's signature)
        """A transaction of ours; nesting is `app.kit.db.transaction`'s work."""
        return Transaction(self)


DB = Engine(config={})
"""The one engine. Piccolo finds it through `app.piccolo_conf`; `open_pool` tells it where the database is."""


def connect_arguments(url: str, schema: str, role: str | None) -> dict[str, Any]:
    """What asyncpg needs to reach the city's schema, working as `role` when one is given."""
    server = {"search_path": f"{schema},public", "timezone": "UTC"}
    if role:
        server["role"] = role
    return {"dsn": url, "server_settings": server}


async def open_pool(url: str, schema: str, role: str | None, size: int) -> None:
    """Open the pool of this process.

    Raises:
        OSError, asyncpg.PostgresError: if the database cannot be reached; the process should not start then.
    """
    DB.config = connect_arguments(url, schema, role)
    await DB.start_connection_pool(min_size=min(2, size), max_size=size, reset=_nothing_to_reset)


async def _nothing_to_reset(_connection: Any) -> None:
    """Nothing of ours outlives its transaction, and a reset would be a round trip for every query."""


async def close_pool() -> None:
    """Close the pool, waiting for connections in use."""
    if DB.pool:
        await DB.close_connection_pool()


@asynccontextmanager
async def connection() -> AsyncIterator[Any]:
    """The current transaction's connection, or one from the pool for the length of the block."""
    current = DB.current_transaction.get()
    if current:
        yield current.connection
    elif DB.pool:
        async with DB.pool.acquire() as pooled:
            yield pooled
    else:
        raise RuntimeError("open_pool() first")


def in_transaction() -> bool:
    """Whether a transaction of ours is open in this task."""
    return DB.current_transaction.get() is not None


@asynccontextmanager
async def transaction(explain: Mapping[str, Refusal] | None = None) -> AsyncIterator[None]:
    """One transaction; inside another one, a savepoint.

    `explain` maps constraint names to refusals.

    Raises:
        Conflict: when a constraint named in `explain` refuses, or when rows are locked in a deadly embrace.
    """
    outer = DB.current_transaction.get()
    try:
        if outer is not None:
            async with outer.connection.transaction():
                yield
            return
        async with Transaction(DB) as opened:
            yield
    except asyncpg.IntegrityConstraintViolationError as error:
        refusal = (explain or {}).get(error.constraint_name or "")
        if refusal is None:
            raise
        raise Conflict(refusal) from error
    except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError) as error:
        raise Conflict(BUSY) from error
    for hook in opened.hooks:
        await hook()


def after_commit(hook: Hook) -> None:
    """Run `hook` once the outermost transaction has committed; never if it rolls back.

    Raises:
        RuntimeError: outside a transaction.
    """
    current = DB.current_transaction.get()
    if not isinstance(current, Transaction):
        raise RuntimeError("after_commit() needs a transaction")
    current.hooks.append(hook)


async def fetch(row: type[Row], sql: str, *arguments: Any) -> list[Row]:
    """Every row of a query, as Structs whose fields are named like the columns."""
    async with connection() as open_connection:
        records = await open_connection.fetch(sql, *arguments)
    return msgspec.convert([dict(record) for record in records], list[row])  # type: ignore[valid-type]


async def fetch_one(row: type[Row], sql: str, *arguments: Any) -> Row | None:
    """The first row of a query, or None."""
    async with connection() as open_connection:
        record = await open_connection.fetchrow(sql, *arguments)
    return None if record is None else msgspec.convert(dict(record), row)


async def value(sql: str, *arguments: Any) -> Any:
    """The first column of the first row, or None."""
    async with connection() as open_connection:
        return await open_connection.fetchval(sql, *arguments)


async def execute(sql: str, *arguments: Any) -> int:
    """Run a statement; the answer is how many rows it touched."""
    async with connection() as open_connection:
        status: str = await open_connection.execute(sql, *arguments)
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0
