"""Sealing every encrypted value anew with the newest key, so that older keys can be removed."""

from typing import Any

from msgspec import Struct
from piccolo.conf.apps import Finder

from app.kit.db import connection
from app.kit.sealing import Encrypted, seal, sealed_with_newest, unseal

BATCH = 50


class _Column(Struct, frozen=True):
    table: str
    key: str
    name: str


async def rotate_keys() -> dict[str, int]:
    """Seal anew what an older key sealed; the answer is how many values of each column that were.

    Safe while the app runs, and to run again: a value that somebody changes in between is theirs, sealed with the
    newest key already.
    """
    return {f"{column.table}.{column.name}": await _rotate(column) for column in _columns()}


def _columns() -> list[_Column]:
    return [
        _Column(table._meta.tablename, table._meta.primary_key._meta.name, column._meta.name)
        for table in Finder().get_table_classes()
        for column in table._meta.columns
        if isinstance(column, Encrypted)
    ]


async def _rotate(column: _Column) -> int:
    batch = f"""
        SELECT {column.key} AS key, {column.name} AS sealed FROM {column.table}
        WHERE {column.name} IS NOT NULL AND ($1::bigint IS NULL OR {column.key} > $1)
        ORDER BY {column.key} LIMIT {BATCH}
    """
    replace = f"UPDATE {column.table} SET {column.name} = $2 WHERE {column.key} = $1 AND {column.name} = $3"
    label, last, count = f"{column.table}.{column.name}", None, 0
    while True:
        async with connection() as open_connection:
            rows: list[Any] = await open_connection.fetch(batch, last)
            old = [(row["key"], row["sealed"]) for row in rows if not sealed_with_newest(row["sealed"])]
            anew = [(key, seal(unseal(sealed, label), label), sealed) for key, sealed in old]
            await open_connection.executemany(replace, anew)
        count += len(old)
        if len(rows) < BATCH:
            return count
        last = rows[-1]["key"]
