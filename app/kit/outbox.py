"""Effects that leave after the commit: a row in the same transaction, a queue behind it, a sweep for what got lost.

Only this file and `app.worker` know that arq is the queue.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from arq.connections import ArqRedis
from msgspec import Struct

from app.kit import clock
from app.kit.db import after_commit, execute, fetch, fetch_one, transaction, value

Job = Callable[[dict[str, Any]], Awaitable[None]]
"""What an event causes. Takes the payload; may run twice, so it rechecks the world first."""

QUEUE_FUNCTION = "deliver"
MOST_ATTEMPTS = 8

_queue: list[ArqRedis] = []


class _Event(Struct, frozen=True):
    id: int
    event: str
    payload: str
    attempts: int


def use_queue(queue: ArqRedis | None) -> None:
    """The queue this process hands events to. Without one they wait for the sweep."""
    _queue[:] = [queue] if queue else []


async def later(event: str, *, due: datetime | None = None, **payload: Any) -> None:
    """Cause `event` once this transaction has committed, or at `due`. The payload holds ids and short strings.

    Raises:
        RuntimeError: outside a transaction.
    """
    at = clock.now()
    row_id: int = await value(
        "INSERT INTO outbox (event, payload, created_at, due_at) VALUES ($1, $2, $3, $4) RETURNING id",
        event,
        msgspec.json.encode(payload).decode(),
        at,
        due or at,
    )

    async def hand_over() -> None:
        if _queue and (due is None or due <= at):
            try:
                await _queue[0].enqueue_job(QUEUE_FUNCTION, row_id)
            except OSError:
                return  # the row is there; the sweep brings it when the queue is back

    after_commit(hand_over)


async def deliver(row_id: int, jobs: dict[str, list[Job]]) -> None:
    """Give one event its effect, in one transaction with the mark that it had it. Failing, it is due again later."""
    error = ""
    try:
        async with transaction():
            found = await fetch_one(
                _Event,
                "SELECT id, event, payload::text, attempts FROM outbox"
                " WHERE id = $1 AND done_at IS NULL AND due_at <= $2 FOR UPDATE SKIP LOCKED",
                row_id,
                clock.now(),
            )
            if found is None:
                return
            for job in jobs.get(found.event, []):
                await job(msgspec.json.decode(found.payload))
            await execute("UPDATE outbox SET done_at = $2, error = '' WHERE id = $1", row_id, clock.now())
            return
    except Exception as failure:
        error = repr(failure)
        await execute(
            "UPDATE outbox SET attempts = attempts + 1, error = $2,"
            " due_at = $3::timestamptz + (interval '30 seconds' * 2 ^ attempts) WHERE id = $1 AND done_at IS NULL",
            row_id,
            error,
            clock.now(),
        )
        raise


async def sweep(jobs: dict[str, list[Job]]) -> int:
    """Deliver every event that is due and was not; the answer is how many were tried."""
    waiting = await fetch(
        _Event,
        "SELECT id, event, payload::text, attempts FROM outbox"
        " WHERE done_at IS NULL AND due_at <= $1 AND attempts < $2 ORDER BY id LIMIT 500",
        clock.now() - timedelta(seconds=5),
        MOST_ATTEMPTS,
    )
    for event in waiting:
        try:
            await deliver(event.id, jobs)
        except Exception:  # noqa: BLE001, S112 (deliver wrote the error to the row; one failure must not stop the others)
            continue
    return len(waiting)
