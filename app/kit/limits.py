"""Rate limits: counted in Valkey for each route and asker, one atomic step, with Retry-After."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from msgspec import Struct
from redis.asyncio import Redis

from app.kit.errors import TOO_MANY, DomainError

COUNT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('TTL', KEYS[1])}
"""


class Rate(Struct, frozen=True):
    """So many requests in so many seconds. A route declares one as `rate=Rate(10, 60)`."""

    requests: int
    seconds: int


WRITING = Rate(240, 60)
"""For every unsafe request to a route that declares no rate of its own."""

ASKING = Rate(20, 60)
"""For routes whose answer helps someone guess: sign-in, codes."""


async def limited(connection: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler) -> None:
    """A guard that counts this request against its route's rate.

    Raises:
        DomainError: 429 with the seconds to wait, when the rate is used up.
    """
    rate: Rate | None = route.opt.get("rate")
    method = connection.scope["method"]  # type: ignore[typeddict-item]
    if rate is None:
        if method in ("GET", "HEAD", "OPTIONS"):
            return
        rate = WRITING
    actor = connection.scope["state"].get("actor")
    asker = f"a{actor.account_id}" if actor else f"ip{connection.client.host if connection.client else ''}"
    valkey: Redis = connection.app.state.valkey
    used, left = await valkey.eval(COUNT, 1, f"rate:{method}:{route.name or route}:{asker}", str(rate.seconds))  # type: ignore[misc]
    if used > rate.requests:
        raise DomainError(TOO_MANY.with_params(seconds=max(left, 1)))
