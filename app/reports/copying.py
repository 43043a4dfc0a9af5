"""Streams the answer of a statement: bounded memory, at the pace of whoever reads, ended when they are gone.

Downloads have connections of their own, few of them: a slow reader holds one for as long as the download takes, and
must never hold one that a page needs.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from app.kit.db import DB
from app.kit.errors import Conflict
from app.reports.rules import EXPORTS_BUSY

CHUNK = 256 * 1024
AHEAD = 4
"""Chunks that may wait for the reader: with `CHUNK` the memory a download takes."""

MOST_AT_ONCE = 3
ROWS_A_TIME = 2000
BOM = b"\xef\xbb\xbf"
"""Without it Excel reads UTF-8 as the system's own code page."""

_places = asyncio.Semaphore(MOST_AT_ONCE)


def refuse_when_busy() -> None:
    """Ask before the answer begins, because it cannot be refused any more afterwards.

    Raises:
        Conflict: 503, when all places for downloads are taken.
    """
    if _places.locked():
        raise Conflict(EXPORTS_BUSY)


@asynccontextmanager
async def own_connection() -> AsyncIterator[Any]:
    """A connection apart from the pool, on the same database, as the same role."""
    async with _places:
        connection = await asyncpg.connect(**DB.config)
        try:
            yield connection
        finally:
            # Whatever still runs is cancelled on the server by closing; terminate() does not wait for it.
            connection.terminate()


async def copy_csv(header: list[str], statement: str, arguments: list[Any]) -> AsyncIterator[bytes]:
    """A CSV of the statement's answer, in chunks of about 256 KB, written by the database itself."""
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(AHEAD)
    buffer = bytearray(BOM + csv_line(header))

    async def take(piece: bytes) -> None:
        buffer.extend(piece)
        if len(buffer) >= CHUNK:
            await waiting.put(bytes(buffer))
            buffer.clear()

    async with own_connection() as connection:

        async def copy() -> None:
            try:
                await connection.copy_from_query(statement, *arguments, output=take, format="csv")
                await waiting.put(bytes(buffer))
            except Exception:
                await waiting.put(None)  # the reader is told by `await copying` below
                raise
            await waiting.put(None)

        copying = asyncio.create_task(copy())
        try:
            while (chunk := await waiting.get()) is not None:
                yield chunk
            await copying  # a failure is the reader's too: the answer breaks off instead of ending as if whole
        finally:
            copying.cancel()
            await asyncio.gather(copying, return_exceptions=True)


async def json_array(statement: str, arguments: list[Any]) -> AsyncIterator[bytes]:
    """A JSON array with one object a line, so that it can be read whole, or line by line."""
    opening = b"[\n"
    async with own_connection() as connection, connection.transaction(readonly=True):
        cursor = await connection.cursor(statement, *arguments)
        while rows := await cursor.fetch(ROWS_A_TIME):
            yield opening + ",\n".join(row[0] for row in rows).encode()
            opening = b",\n"
    yield b"\n]\n" if opening == b",\n" else b"[\n]\n"


def csv_line(values: list[str]) -> bytes:
    """One line of CSV, every value quoted."""
    quoted = ('"' + text.replace('"', '""') + '"' for text in values)
    return (",".join(quoted) + "\n").encode()
