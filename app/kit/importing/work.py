"""The worker's part: judge or write five hundred rows, say how far it got, and wake itself for the rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from app.kit import clock
from app.kit.db import connection, execute, fetch, fetch_one
from app.kit.importing.desk import Desk
from app.kit.importing.queries import Row, open_row, rows_of, run_for
from app.kit.importing.shapes import (
    Fault,
    Given,
    Note,
    Outcome,
    Ready,
    Run,
    Standing,
    Status,
    Written,
    digest_of,
)
from app.kit.outbox import Job, later
from app.kit.rules import N_
from app.kit.sealing import blind_index, seal

BATCH = 500

SAME_KEY = N_("An earlier row of this file has the same number and says something else. Keep one of the two.")
TWICE = "twice"
"""The note on a row that stands in the file twice, word for word."""

HOLD = "SELECT organisation_id, status FROM import_run WHERE id = $1 AND kind = $2 FOR UPDATE"
EARLIER = """
    SELECT key_digest, cells, outcome FROM import_row
    WHERE run = $1 AND number <= $2 AND key_digest = ANY ($3::bytea[]) AND standing <> 'failed'
"""
SEEN = """
    SELECT key_digest, values_digest, target_id FROM import_seen
    WHERE kind = $1 AND organisation_id = $2 AND key_digest = ANY ($3::bytea[])
"""
JUDGED = """
    UPDATE import_row SET outcome = $3, standing = $4, codes = $5, key_digest = $6 WHERE run = $1 AND number = $2
"""
LEFT = """
    UPDATE import_row SET standing = 'there', outcome = $3, codes = codes || $4::varchar WHERE run = $1 AND number = $2
"""
TARGET = "UPDATE import_row SET target_id = $3 WHERE run = $1 AND number = $2"
ADVANCED = "UPDATE import_run SET rows_done = $2, tally = $3::jsonb, status = $4, finished_at = $5 WHERE id = $1"
REMEMBER = """
    INSERT INTO import_seen (kind, organisation_id, key_digest, values_digest, target_id, run)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (kind, organisation_id, key_digest)
    DO UPDATE SET values_digest = excluded.values_digest, target_id = excluded.target_id, run = excluded.run
"""


class _Held(Struct, frozen=True):
    organisation_id: int
    status: Status


class _Earlier(Struct, frozen=True):
    key_digest: bytes
    cells: bytes
    outcome: bytes


class _Seen(Struct, frozen=True):
    key_digest: bytes
    values_digest: bytes
    target_id: int


def job_of(desk: Desk) -> Job:
    """The job that `desk.event` wakes. Run twice it does the next batch, which is due anyhow."""

    async def job(payload: dict[str, Any]) -> None:
        run_id = int(payload["run_id"])
        held = await fetch_one(_Held, HOLD, run_id, desk.kind)
        if held is None or not held.status.at_work:
            return
        run = await run_for(desk, held.organisation_id, run_id)
        rows = await rows_of(run, after=run.rows_done, limit=BATCH)
        if run.status is Status.CHECKING:
            await _judge(desk, run, rows)
        else:
            await _write(desk, run, rows)
        done = rows[-1].number if rows else run.rows_total
        await _advance(run, done, now=clock.now())
        if done < run.rows_total:
            await later(desk.event, run_id=run_id)

    return job


async def _advance(run: Run, done: int, *, now: datetime) -> None:
    following, finished = run.status, None
    if done >= run.rows_total:
        # When every row is here already there is nothing to confirm.
        nothing_due = run.standing(Standing.THERE) == run.rows_total
        following = Status.PREVIEW if run.status is Status.CHECKING and not nothing_due else Status.DONE
        finished = now if following is Status.DONE else None
    await execute(ADVANCED, run.id, done, msgspec.json.encode(run.tally).decode(), following, finished)


def key_digest(run: Run, key: str) -> bytes:
    """A row's key as it is stored: it may be a telephone number, so nobody can read it."""
    return blind_index(f"{run.mapping.source}\0{key}", f"import_seen.{run.kind}")


async def _judge(desk: Desk, run: Run, rows: Sequence[Row]) -> None:
    places = {name: run.headers.index(header) for name, header in run.mapping.columns.items() if header}
    given = [
        Given(number=row.number, values={name: row.cells[place] for name, place in places.items()}) for row in rows
    ]
    outcomes = await desk.check(run, given)
    keys = [key_digest(run, outcome.key) if outcome.key else None for outcome in outcomes]
    wanted = [key for key in keys if key]
    seen = {found.key_digest: found for found in await fetch(_Seen, SEEN, run.kind, run.organisation_id, wanted)}
    earlier = {}
    for found in await fetch(_Earlier, EARLIER, run.id, run.rows_done, wanted):
        _, outcome = open_row(found.cells, found.outcome)
        earlier[found.key_digest] = outcome.accepted if outcome else {}
    judged = []
    for row, outcome, key in zip(rows, outcomes, keys, strict=True):
        taken, standing = _stand(outcome, key, seen, earlier)
        run.tally.count(taken, standing)
        codes = sorted({note.code for note in taken.notes} | {f"fault:{fault.field}" for fault in taken.faults})
        sealed = seal(msgspec.json.encode(taken).decode(), "import_row.outcome")
        judged.append((run.id, row.number, sealed, standing.value, codes, key))
    async with connection() as open_connection:
        await open_connection.executemany(JUDGED, judged)


def _stand(
    outcome: Outcome, key: bytes | None, seen: dict[bytes, _Seen], earlier: dict[bytes, dict[str, Any]]
) -> tuple[Outcome, Standing]:
    if outcome.faults or key is None:
        return outcome, Standing.FAILED
    if key in earlier:
        if earlier[key] == outcome.accepted:
            return _with(outcome, notes=[*outcome.notes, Note(code=TWICE)]), Standing.THERE
        return _with(outcome, faults=[Fault(field="", text=SAME_KEY)]), Standing.FAILED
    earlier[key] = outcome.accepted
    if outcome.known:
        return outcome, Standing.THERE
    if key in seen:
        same = seen[key].values_digest == digest_of(outcome.accepted)
        return outcome, Standing.THERE if same else Standing.CHANGED
    return outcome, Standing.NEW


def _with(outcome: Outcome, **changes: Any) -> Outcome:
    return msgspec.structs.replace(outcome, **changes)


async def _write(desk: Desk, run: Run, rows: Sequence[Row]) -> None:
    due = {row.number: row.outcome for row in rows if row.outcome and row.standing in (Standing.NEW, Standing.CHANGED)}
    if not due:
        return
    keys = {number: key_digest(run, outcome.key) for number, outcome in due.items()}
    found = await fetch(_Seen, SEEN, run.kind, run.organisation_id, list(keys.values()))
    targets = {each.key_digest: each.target_id for each in found}
    ready = [
        Ready(number=number, accepted=outcome.accepted, target_id=targets.get(keys[number]))
        for number, outcome in due.items()
    ]
    standing = {row.number: row.standing for row in rows}
    became, remembered = [], []
    for written in await desk.write(run, ready):
        outcome = due[written.number]
        if written.left:
            await _leave(run, written, outcome, standing[written.number])
        if written.target_id is not None:
            values, target = digest_of(outcome.accepted), written.target_id
            became.append((run.id, written.number, target))
            remembered.append((run.kind, run.organisation_id, keys[written.number], values, target, run.id))
    async with connection() as open_connection:
        await open_connection.executemany(TARGET, became)
        await open_connection.executemany(REMEMBER, remembered)


async def _leave(run: Run, written: Written, outcome: Outcome, was: str) -> None:
    """Say of a row that it was left alone after all."""
    assert written.left  # noqa: S101 (the caller asked)
    run.tally.standings[was] -= 1
    left = _with(outcome, notes=[*outcome.notes, written.left])
    run.tally.standings[Standing.THERE] = run.tally.standings.get(Standing.THERE, 0) + 1
    run.tally.notes[written.left.code] = run.tally.notes.get(written.left.code, 0) + 1
    sealed = seal(msgspec.json.encode(left).decode(), "import_row.outcome")
    await execute(LEFT, run.id, written.number, sealed, written.left.code)
