"""Runs and their rows, for the organisation that sent them."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import gettext
from app.kit.importing.desk import Desk
from app.kit.importing.reading import WHY_COLUMN
from app.kit.importing.shapes import Mapping, Outcome, Run, Standing, Status, Tally
from app.kit.sealing import unseal

RUN = """
    SELECT r.id, r.kind, r.organisation_id, r.account_id, r.filename, r.headers::text AS headers,
           r.mapping::text AS mapping, r.status, r.rows_total, r.rows_done, r.tally::text AS tally, r.remarks,
           r.started_at, r.finished_at,
           (SELECT max(e.finished_at) FROM import_run e
             WHERE e.kind = r.kind AND e.organisation_id = r.organisation_id AND e.file_digest = r.file_digest
               AND e.id < r.id AND e.status = 'done') AS seen_before
    FROM import_run r
    WHERE r.kind = $1 AND r.organisation_id = $2
"""
ROWS = """
    SELECT number, cells, outcome, standing, target_id FROM import_row
    WHERE run = $1 AND number > $2 AND ($3 = '' OR standing = $3) AND ($4 = '' OR $4 = ANY (codes))
    ORDER BY number LIMIT $5
"""

PAGE = 100


class _Stored(Struct, frozen=True, kw_only=True):
    id: int
    kind: str
    organisation_id: int
    account_id: int
    filename: str
    headers: str
    mapping: str
    status: Status
    rows_total: int
    rows_done: int
    tally: str
    remarks: list[str]
    started_at: datetime
    finished_at: datetime | None
    seen_before: datetime | None

    def opened(self) -> Run:
        return Run(
            id=self.id,
            kind=self.kind,
            organisation_id=self.organisation_id,
            account_id=self.account_id,
            filename=self.filename,
            headers=msgspec.json.decode(self.headers, type=list[str]),
            mapping=msgspec.json.decode(self.mapping, type=Mapping),
            status=self.status,
            rows_total=self.rows_total,
            rows_done=self.rows_done,
            tally=msgspec.json.decode(self.tally, type=Tally),
            remarks=self.remarks,
            started_at=self.started_at,
            finished_at=self.finished_at,
            seen_before=self.seen_before,
        )


class _StoredRow(Struct, frozen=True, kw_only=True):
    number: int
    cells: bytes
    outcome: bytes | None
    standing: str
    target_id: int | None


class Row(Struct, frozen=True, kw_only=True):
    """One row of a file with what became of it, opened."""

    number: int
    cells: list[str]
    outcome: Outcome | None
    standing: str
    target_id: int | None

    @property
    def why(self) -> str:
        """What is wrong with it, as sentences."""
        faults = self.outcome.faults if self.outcome else []
        return " ".join(gettext(fault.text) for fault in faults)


def open_row(cells: bytes, outcome: bytes | None) -> tuple[list[str], Outcome | None]:
    """A row's sealed columns."""
    plain = unseal(outcome, "import_row.outcome")
    return (
        msgspec.json.decode(unseal(cells, "import_row.cells"), type=list[str]),
        msgspec.json.decode(plain, type=Outcome) if plain else None,
    )


async def run_for(desk: Desk, organisation_id: int, run_id: int) -> Run:
    """One run of an organisation.

    Raises:
        NotFound: when it is absent or another organisation's.
    """
    found = await fetch_one(_Stored, f"{RUN} AND r.id = $3", desk.kind, organisation_id, run_id)
    if found is None:
        raise NotFound
    return found.opened()


async def runs_of(desk: Desk, organisation_id: int) -> list[Run]:
    """The latest runs of an organisation."""
    found = await fetch(_Stored, f"{RUN} ORDER BY r.id DESC LIMIT 20", desk.kind, organisation_id)
    return [run.opened() for run in found]


async def rows_of(run: Run, *, after: int = 0, standing: str = "", code: str = "", limit: int = PAGE) -> Sequence[Row]:
    """A run's rows in the file's order: all, or those that stand so, or those with an oddity."""
    rows = []
    for stored in await fetch(_StoredRow, ROWS, run.id, after, standing, code, limit):
        cells, outcome = open_row(stored.cells, stored.outcome)
        rows.append(
            Row(
                number=stored.number,
                cells=cells,
                outcome=outcome,
                standing=stored.standing,
                target_id=stored.target_id,
            )
        )
    return rows


async def failed_rows_as_csv(run: Run) -> AsyncIterator[bytes]:
    """Only the failed rows, as they came, with one more column that says why. Put right, they can come in again."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def taken() -> bytes:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text.encode()

    writer.writerow([*run.headers, WHY_COLUMN])
    yield b"\xef\xbb\xbf" + taken()
    after = 0
    while rows := await rows_of(run, after=after, standing=Standing.FAILED):
        for row in rows:
            # The cells are given back exactly as they came: made harmless for a spreadsheet they could not come in
            # again, and whoever gets them is who sent them.
            writer.writerow([*row.cells, row.why])
        yield taken()
        after = rows[-1].number
