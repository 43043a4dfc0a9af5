"""Sessions in Valkey that never adopt an unknown id, change id at sign-in, and do not exist for mere visitors."""

import re
from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware.session.server_side import ServerSideSessionBackend, ServerSideSessionConfig
from litestar.types import Empty, Message, ScopeSession

_KNOWN = "session_id_known"
"""The id the store knows; absent for a visitor without a session."""
_FRESH = "session_id_fresh"
"""The id this visitor gets if something is stored."""
_SHOWN = "session_shown"
_ID = re.compile(r"[0-9a-f]{64}")


class SessionBackend(ServerSideSessionBackend):
    """The library's backend keeps whatever id a cookie brings and stores an empty session for every visitor."""

    async def load_from_connection(self, connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, Any]:
        """The stored session, if the store knows the cookie's id."""
        claimed = connection.cookies.get(self.config.key, "")
        if _ID.fullmatch(claimed):
            stored = await self.get(claimed, store=self.config.get_store_from_app(connection.app))
            if stored is not None:
                connection.scope["state"][_KNOWN] = claimed
                session: dict[str, Any] = self.deserialize_data(stored)
                connection.scope["state"][_SHOWN] = stored
                return session
        return {}

    def get_session_id(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        """The known id, or a new one."""
        state = connection.scope["state"]
        return str(state.get(_KNOWN) or state.setdefault(_FRESH, self.generate_session_id()))

    async def store_in_message(
        self, scope_session: ScopeSession, message: Message, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> None:
        """Store the session, unless there is nothing new to store."""
        state = connection.scope["state"]
        if scope_session is Empty and not state.get(_KNOWN):
            return
        if not scope_session and scope_session is not Empty:
            if not state.get(_KNOWN):
                return
            scope_session = Empty
        if scope_session is not Empty and self.serialize_data(scope_session, connection.scope) == state.get(_SHOWN):
            return
        await super().store_in_message(scope_session, message, connection)

    async def forget(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Delete the stored session; whatever is stored next gets a new id."""
        known = connection.scope["state"].pop(_KNOWN, None)
        connection.scope["state"].pop(_SHOWN, None)
        connection.scope["state"].pop(_FRESH, None)
        if known:
            await self.delete(known, self.config.get_store_from_app(connection.app))


class SessionConfig(ServerSideSessionConfig):
    """Litestar's configuration for the backend above."""

    _backend_class = SessionBackend


async def rotate(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Give the session a new id: at sign-in, at sign-out, and when powers change."""
    backend: SessionBackend = connection.app.state.sessions
    await backend.forget(connection)
