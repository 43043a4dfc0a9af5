"""Taking a file in: open it, choose its columns, confirm; each leaves the long work to the worker."""

import asyncio
import hashlib
from datetime import datetime

import msgspec

from app.kit.db import connection, execute, transaction, value
from app.kit.errors import MOVED_ON, Conflict, Invalid
from app.kit.importing.desk import Desk
from app.kit.importing.queries import run_for
from app.kit.importing.reading import Table, read_table
from app.kit.importing.shapes import Mapping, digest_of
from app.kit.outbox import later
from app.kit.rules import N_, Refusal
from app.kit.sealing import seal

REQUIRED_COLUMN = Refusal("column_required", N_("Choose the column that holds this."), status=422)
NO_SUCH_COLUMN = Refusal("no_such_column", N_("The file has no such column."), status=422)
SOURCE_REQUIRED = N_("Say where the file comes from, for example the name of the platform.")

INSERT = """
    INSERT INTO import_run (kind, organisation_id, account_id, filename, file_digest, headers, headers_digest, remarks,
                            mapping, status, rows_total, rows_done, tally, started_at)
    VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9::jsonb, 'mapping', $10, 0, '{}'::jsonb, $11) RETURNING id
"""
REMEMBER = """
    INSERT INTO import_mapping (kind, organisation_id, headers_digest, mapping, saved_by, saved_at)
    VALUES ($1, $2, $3, $4::jsonb, $5, $6)
    ON CONFLICT (kind, organisation_id, headers_digest)
    DO UPDATE SET mapping = excluded.mapping, saved_by = excluded.saved_by, saved_at = excluded.saved_at
"""
RECALL = """
    SELECT mapping::text FROM import_mapping WHERE kind = $1 AND organisation_id = $2 AND headers_digest = $3
"""
AWAY = "UPDATE import_row SET standing = '', outcome = NULL, codes = '{}', key_digest = NULL WHERE run = $1"


async def open_file(
    desk: Desk, organisation_id: int, account_id: int, content: bytes, filename: str, *, now: datetime
) -> int:
    """Read a file and keep its rows, sealed; the answer is its run. Its columns are as chosen last time, or guessed.

    Raises:
        Invalid: when it cannot be read as a table.
    """
    table = await asyncio.to_thread(read_table, content, filename)
    sealed = await asyncio.to_thread(_sealed, table)
    headers_digest = digest_of(table.headers)
    async with transaction():
        remembered = await value(RECALL, desk.kind, organisation_id, headers_digest)
        mapping = (
            msgspec.json.decode(remembered, type=Mapping)
            if remembered
            else Mapping(columns=desk.guess(table.headers), source=_source_in(filename))
        )
        run_id: int = await value(
            INSERT, desk.kind, organisation_id, account_id, filename[-200:], hashlib.sha256(content).digest(),
            msgspec.json.encode(table.headers).decode(), headers_digest, table.remarks,
            msgspec.json.encode(mapping).decode(), len(table.rows), now,
        )  # fmt: skip
        async with connection() as open_connection:
            await open_connection.copy_records_to_table(
                "import_row",
                records=[(run_id, number, cells) for number, cells in enumerate(sealed, start=1)],
                columns=["run", "number", "cells"],
            )
    return run_id


def _sealed(table: Table) -> list[bytes]:
    return [seal(msgspec.json.encode(row).decode(), "import_row.cells") for row in table.rows]


def _source_in(filename: str) -> str:
    """A name for the source, to begin with: the file's name without its ending."""
    return filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0][:60].strip()


async def choose(
    desk: Desk, organisation_id: int, account_id: int, run_id: int, mapping: Mapping, *, now: datetime
) -> None:
    """Take this mapping, remember it for files with the same headers, and have every row judged anew.

    Raises:
        NotFound: when the run is not this organisation's.
        Invalid: when a column that is needed is not chosen, or the file has no such column.
        Conflict: when its rows are being judged or written already.
    """
    async with transaction():
        run = await run_for(desk, organisation_id, run_id)
        _check(desk, run.headers, mapping)
        stored = msgspec.json.encode(mapping).decode()
        taken = await execute(
            "UPDATE import_run SET mapping = $2::jsonb, status = 'checking', rows_done = 0, tally = '{}'::jsonb"
            " WHERE id = $1 AND status IN ('mapping', 'preview')",
            run_id,
            stored,
        )
        if not taken:
            raise Conflict(MOVED_ON)
        await execute(AWAY, run_id)
        await execute(REMEMBER, desk.kind, organisation_id, digest_of(run.headers), stored, account_id, now)
        await later(desk.event, run_id=run_id)


def _check(desk: Desk, headers: list[str], mapping: Mapping) -> None:
    wrong: dict[str, str] = {}
    for field in desk.fields:
        chosen = mapping.columns.get(field.name, "")
        if not chosen and field.required:
            wrong[f"column-{field.name}"] = REQUIRED_COLUMN.text
        elif chosen and chosen not in headers:
            wrong[f"column-{field.name}"] = NO_SUCH_COLUMN.text
    if desk.asks_source and not mapping.source.strip():
        wrong["source"] = SOURCE_REQUIRED
    if wrong:
        raise Invalid(REQUIRED_COLUMN, **wrong)


async def confirm(desk: Desk, organisation_id: int, run_id: int) -> None:
    """Have the rows that can be taken written.

    Raises:
        NotFound: when the run is not this organisation's.
        Conflict: when it is not waiting to be confirmed.
    """
    async with transaction():
        await run_for(desk, organisation_id, run_id)
        taken = await execute(
            "UPDATE import_run SET status = 'writing', rows_done = 0 WHERE id = $1 AND status = 'preview'", run_id
        )
        if not taken:
            raise Conflict(MOVED_ON)
        await later(desk.event, run_id=run_id)
