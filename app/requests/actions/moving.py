"""A request's move from one state to another: compare-and-set, with its row in the history."""

from datetime import datetime

from app.kit.db import execute, value
from app.kit.errors import Conflict
from app.requests.actions.deadlines import answer_due
from app.requests.rules.statuses import CLEARS_PROGRAM, UNDECIDED, Event, Status, after

MOVE = """
    UPDATE request SET status = $3, due_at = coalesce($4, due_at),
        program = CASE WHEN $5 THEN NULL ELSE program END, line = CASE WHEN $5 THEN NULL ELSE line END
    WHERE id = $1 AND status = $2
"""
NOTE = """
    INSERT INTO request_event (request, event, from_status, to_status, by, at, note) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
MORE_AHEAD = """
    SELECT EXISTS (SELECT 1 FROM visit v JOIN shift h ON h.id = v.shift
                   WHERE v.request = $1 AND v.shift <> $2 AND h.status IN ('planned', 'published', 'running')
                     AND h.ends > $3)
"""


async def move(
    request_id: int, status: Status, event: Event, *, by: int | None, now: datetime, note: str = ""
) -> Status:
    """Take the request from the state it was seen in to the one the event leads to.

    Raises:
        Conflict: when the event may not happen in that state, or the request has moved on.
    """
    reached = after(status, event)
    if reached is None:
        raise Conflict
    await _write(request_id, status, reached, event, by, now, note)
    return reached


async def move_for_visit(
    request_id: int, shift_id: int, event: Event, *, by: int | None, now: datetime, note: str = ""
) -> Status:
    """The same for what happens to one of several visits: a state that no longer fits stays, and the event is kept."""
    status = Status(await value("SELECT status FROM request WHERE id = $1 FOR NO KEY UPDATE", request_id))
    more_ahead = bool(await value(MORE_AHEAD, request_id, shift_id, now))
    reached = after(status, event, more_ahead=more_ahead) or status
    await _write(request_id, status, reached, event, by, now, note)
    return reached


async def _write(
    request_id: int, status: Status, reached: Status, event: Event, by: int | None, now: datetime, note: str
) -> None:
    if reached != status or event in CLEARS_PROGRAM:
        restarts = answer_due(now) if reached in UNDECIDED else None
        if not await execute(MOVE, request_id, str(status), str(reached), restarts, event in CLEARS_PROGRAM):
            raise Conflict
    await keep(request_id, status, reached, event, by=by, now=now, note=note)


async def keep(
    request_id: int,
    status: Status | None,
    reached: Status,
    event: Event,
    *,
    by: int | None,
    now: datetime,
    note: str = "",
) -> None:
    """Write a step into the request's history."""
    await execute(NOTE, request_id, str(event), str(status or ""), str(reached), by, now, note.strip())
