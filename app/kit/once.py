"""A form that is sent twice is taken once: its token is claimed in the transaction of its effect."""

import secrets
from collections.abc import Awaitable, Callable

from app.kit import clock
from app.kit.db import execute, transaction, value


def token() -> str:
    """A new token for a form's hidden field `_once`."""
    return secrets.token_urlsafe(18)


async def once(form_token: str, act: Callable[[], Awaitable[str]]) -> str:
    """Run `act`, which answers with the path to lead to; for a token seen before, answer with the first time's path.

    A second sending that arrives while the first is at work waits for it. An empty token means the sender wants no
    protection (the JSON API has its own keys).
    """
    if not form_token:
        return await act()
    async with transaction():
        claimed = await execute(
            "INSERT INTO form_receipt (token, location, taken_at) VALUES ($1, '', $2) ON CONFLICT DO NOTHING",
            form_token[:64],
            clock.now(),
        )
        if not claimed:
            return str(await value("SELECT location FROM form_receipt WHERE token = $1", form_token[:64]))
        location = await act()
        await execute("UPDATE form_receipt SET location = $2 WHERE token = $1", form_token[:64], location)
        return location
