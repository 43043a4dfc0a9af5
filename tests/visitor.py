"""A visitor with a browser: keeps cookies, sends the form token, can be signed in without waiting for argon2."""

import json
import secrets
from typing import Any

import httpx
from litestar import Litestar


class Visitor:
    """Talks to the app through ASGI, in the test's own event loop."""

    def __init__(self, app: Litestar, language: str = "en") -> None:
        self.app = app
        self.browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://linli.test", headers={"accept-language": language}
        )

    async def leave(self) -> None:
        """Close the browser."""
        await self.browser.aclose()

    async def signs_in_as(self, account_id: int, acting: int | None = None) -> "Visitor":
        """Give this browser a session of that account."""
        session_id = secrets.token_hex(32)
        content = {"account_id": account_id} | ({"acting": acting} if acting else {})
        await self.app.stores.get("sessions").set(session_id, json.dumps(content).encode(), expires_in=3600)
        self.browser.cookies.set("linli", session_id, domain="linli.test")
        return self

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page."""
        return await self.browser.get(path, **options)

    async def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Send a form from a page this visitor has open. A field may hold a list."""
        if "csrftoken" not in self.browser.cookies:
            await self.browser.get("/sign-in")
        token = self.browser.cookies.get("csrftoken", domain="linli.test") or self.browser.cookies.get("csrftoken")
        return await self.browser.post(path, data={**(form or {}), "_csrf_token": token}, **options)
