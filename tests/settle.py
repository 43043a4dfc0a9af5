"""Does at once what the worker would do a moment later."""

from msgspec import Struct

from app.kit.db import fetch
from app.kit.outbox import deliver
from app.worker import bindings

WAITING = "SELECT id FROM outbox WHERE done_at IS NULL AND due_at <= now() ORDER BY id"


class _Waiting(Struct):
    id: int


async def settle() -> None:
    """Deliver every waiting event that is due, and what those cause, until nothing is left. Failures are raised."""
    while waiting := await fetch(_Waiting, WAITING):
        for event in waiting:
            await deliver(event.id, bindings())
