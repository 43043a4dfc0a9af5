"""One kept-alive connection of a browser to a served app, cheap enough not to be what is measured."""

import asyncio
import re
from types import TracebackType
from urllib.parse import urlencode

from msgspec import Struct

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CSRF = re.compile(rb"csrftoken=([^;\r]+)")
GONE = (OSError, asyncio.IncompleteReadError)
"""What a request raises whose server vanishes before the answer is whole."""


class Answer(Struct, frozen=True):
    """Status, head as it came, body."""

    status: int
    head: bytes
    body: bytes


class Wire:
    """Opens its connection when it is entered. One request at a time."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port

    async def __aenter__(self) -> "Wire":
        self._reader, self._writer = await asyncio.open_connection(self.host, self.port, limit=2**22)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return  # the other side was faster

    async def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return await self._ask("GET", path, headers, b"")

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return await self._ask("POST", path, headers | kind, urlencode(form).encode())

    async def form_token(self) -> str:
        """A token that every form must carry, beside the same in the cookie `csrftoken`."""
        found = CSRF.search((await self.get("/sign-in")).head)
        if found is None:
            raise LookupError("the sign-in page gave no form token")
        return found[1].decode()

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"host: {self.host}:{self.port}", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        found = LENGTH.search(head)
        if found is None and not head.startswith(b"HTTP/1.1 204"):
            raise LookupError(f"an answer without a length: {head!r}")
        received = await self._reader.readexactly(int(found[1])) if found else b""
        return Answer(int(head[9:12]), head, received)


def as_browser(session: str, token: str) -> str:
    """The cookie header of a signed-in browser with a page open."""
    return f"linli={session}; csrftoken={token}; lang=en"
