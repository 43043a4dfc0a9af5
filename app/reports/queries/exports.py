"""Files made in the background: where they stand, and where they are."""

from datetime import datetime
from pathlib import Path

from msgspec import Struct

from app.kit.db import fetch_one
from app.kit.errors import NotFound
from app.reports.rules import Format
from app.settings import settings


class ExportRow(Struct, frozen=True, kw_only=True):
    """One file being made or made."""

    id: int
    account: int
    organisation: int
    locale: str
    parameters: str
    format: Format
    status: str
    rows_done: int
    rows_total: int
    file_name: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def gone(self) -> bool:
        """Whether it was made and is no longer kept."""
        return self.status == "ready" and not self.file_name


EXPORT = """
    SELECT id, account, organisation, parameters->>'locale' AS locale, (parameters->'filter')::text AS parameters,
           format, status, rows_done, rows_total, file_name, created_at, finished_at
    FROM export WHERE id = $1
"""


async def export_for(organisation_id: int, export_id: int) -> ExportRow:
    """A file of this organisation.

    Raises:
        NotFound: when it is absent or another organisation's.
    """
    row = await fetch_one(ExportRow, f"{EXPORT} AND organisation = $2", export_id, organisation_id)
    if row is None:
        raise NotFound()
    return row


async def export_to_make(export_id: int) -> ExportRow | None:
    """A file the worker was asked for."""
    return await fetch_one(ExportRow, EXPORT, export_id)


def folder() -> Path:
    """Where made files are kept."""
    return settings().state_dir / "exports"
