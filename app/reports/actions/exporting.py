"""Workbooks and proof files: asked for in a request, made by the worker, cleared away after some days."""

import asyncio
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.seals import newest_head
from app.kit import clock
from app.kit.db import fetch, transaction, value
from app.kit.errors import refuse_if
from app.kit.i18n import gettext, locale, speaking
from app.kit.outbox import later
from app.kit.rules import N_
from app.notices.actions import tell
from app.reports.copying import ROWS_A_TIME, own_connection
from app.reports.proving import write_proof
from app.reports.queries.contracts import Scope, scope_for
from app.reports.queries.downloading import for_people
from app.reports.queries.exports import ExportRow, export_to_make, folder
from app.reports.queries.rows import totals
from app.reports.rules import KEPT_DAYS, NOTHING_SEALED, SUFFIXES, Format, HourFilter
from app.reports.workbook import write_workbook

log = structlog.get_logger()

ASK = """
    INSERT INTO export (account, organisation, report, parameters, format, status, created_at)
    VALUES ($1, $2, 'hours', $3::jsonb, $4, 'waiting', $5) RETURNING id
"""
BEGIN = "UPDATE export SET status = 'running', rows_done = 0, rows_total = $2 WHERE id = $1"
ADVANCE = "UPDATE export SET rows_done = $2 WHERE id = $1"
DONE = "UPDATE export SET status = 'ready', file_name = $2, rows_done = rows_total, finished_at = $3 WHERE id = $1"
FAILED = "UPDATE export SET status = 'failed', error = $2, finished_at = $3 WHERE id = $1"
CLEAR = """
    UPDATE export e SET file_name = '' FROM export old
    WHERE e.id = old.id AND e.file_name <> '' AND e.finished_at < $1 RETURNING old.file_name
"""


async def request_export(actor: Actor, wanted: HourFilter, made_as: Format, *, now: datetime) -> int:
    """Ask for a workbook or proof file of the entries of a filter; the answer is the export's number.

    Raises:
        NotFound: when the actor's organisation may not read that report.
        Conflict: when there is no seal yet that could prove anything.
    """
    async with transaction():
        await scope_for(actor.organisation_id, wanted)
        if made_as == Format.PROOF:
            refuse_if(None if await newest_head() else NOTHING_SEALED)
        parameters = msgspec.json.encode({"filter": wanted, "locale": locale()}).decode()
        export_id = int(await value(ASK, actor.account_id, actor.organisation_id, parameters, made_as, now))
        await later("export.requested", export_id=export_id)
        return export_id


async def make_export(export_id: int) -> None:
    """Write the file. Run again after a crash, it starts over; run again after success, it does nothing.

    Progress is written on a connection of its own, because the job's transaction shows nothing before it ends. A
    failure is told to whoever waits instead of being tried for hours.
    """
    export = await export_to_make(export_id)
    if export is None or export.status in ("ready", "failed"):
        return
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    # Not to be guessed, should the folder ever be served by mistake.
    path = folder() / f"hours-{export.id}-{secrets.token_hex(8)}{SUFFIXES[export.format]}"
    async with own_connection() as connection:
        try:
            with speaking(export.locale):
                await _MAKERS[export.format](connection, export, path)
        except Exception as failure:
            log.exception("export_failed", export=export.id)
            path.unlink(missing_ok=True)
            await connection.execute(FAILED, export.id, type(failure).__name__, clock.now())
            await _tell(export, "export.failed")
            return
        await connection.execute(DONE, export.id, path.name, clock.now())
    await _tell(export, "export.ready")


async def _tell(export: ExportRow, event: str) -> None:
    title = {}
    for language, suffix in (("zh_CN", "zh"), ("en", "en")):
        with speaking(language):
            title[f"title_{suffix}"] = gettext(TITLES[export.format])
    await tell(export.account, event, title, f"/exports/{export.id}")


async def _workbook(connection: Any, export: ExportRow, path: Path) -> None:
    scope = await _scope(export)
    rows_total = (await totals(scope)).rows
    await connection.execute(BEGIN, export.id, rows_total)
    statement, arguments = for_people(scope, guard=False)
    done = 0
    async with own_connection() as reading, reading.transaction(isolation="repeatable_read", readonly=True):
        cursor = await reading.cursor(statement, *arguments)

        async def batch() -> list[tuple[Any, ...]]:
            nonlocal done
            rows = [tuple(row) for row in await cursor.fetch(ROWS_A_TIME)]
            done += len(rows)
            await connection.execute(ADVANCE, export.id, done)
            return rows

        await write_workbook(path, rows_total, batch)


async def _proof(connection: Any, export: ExportRow, path: Path) -> None:
    async def advance(done: int, total: int) -> None:
        await connection.execute(ADVANCE if done else BEGIN, export.id, done or total)

    await write_proof(path, await _scope(export), advance, now=clock.now())


async def _scope(export: ExportRow) -> Scope:
    return await scope_for(export.organisation, msgspec.json.decode(export.parameters, type=HourFilter))


_MAKERS = {Format.WORKBOOK: _workbook, Format.PROOF: _proof}
TITLES = {Format.WORKBOOK: N_("Hours as an Excel workbook"), Format.PROOF: N_("Hours as a proof file")}


class _File(Struct, frozen=True):
    file_name: str


async def clear_old(*, now: datetime) -> int:
    """Delete the files that were kept long enough, and what a crash left behind; the answer is how many."""
    before = now - timedelta(days=KEPT_DAYS)
    kept = await fetch(_File, CLEAR, before)
    return await asyncio.to_thread(_delete, {row.file_name for row in kept}, before.timestamp())


def _delete(names: set[str], before: float) -> int:
    deleted = 0
    for path in folder().glob("hours-*"):
        if path.name in names or path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted
