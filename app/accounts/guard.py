"""The one guard before every route: asks the permission table, and refuses what declares nothing."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.accounts.actor import actor_in
from app.accounts.rules import Permission
from app.kit.access import PUBLIC, SIGNED_IN
from app.kit.errors import SIGN_IN_FIRST, DomainError, Forbidden


async def guard(connection: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler) -> None:
    """Let the request pass when the route's `access` allows its actor.

    Raises:
        DomainError: 401 for a visitor who has to sign in; 403 for a signed-in actor whose role may not.
        LookupError: when a route was written without `access`: a mistake of ours, answered as 500.
    """
    access = route.opt.get("access")
    if access == PUBLIC:
        return
    if access != SIGNED_IN and access not in set(Permission):
        raise LookupError(f"route {route} declares no access")
    actor = actor_in(connection)
    if actor is None:
        raise DomainError(SIGN_IN_FIRST)
    if access != SIGNED_IN and not actor.may(Permission(access)):
        raise Forbidden()
