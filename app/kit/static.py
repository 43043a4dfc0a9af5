"""Serves `static/` from memory: each file under a name that holds its hash, compressed once, cached for ever."""

import gzip
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Any

import brotli
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from app.kit.access import PUBLIC
from app.settings import ROOT

PREFIX = "/static"
FOR_EVER = "public, max-age=31536000, immutable"
ALREADY_COMPRESSED = (".png", ".jpg", ".webp", ".woff2", ".gz", ".wasm")
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class StaticFile(Struct, frozen=True, kw_only=True):
    """One file as it will be sent. A variant is there only where it is smaller."""

    url: str
    etag: str
    media_type: str
    variants: dict[str, bytes]
    """Bytes by content encoding; `identity` is always there."""


class StaticFiles:
    """Every file under a folder, read once. What changes between two releases changes its name with them."""

    def __init__(self, folder: Path) -> None:
        names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        self._by_name = {name: _read(name, path.read_bytes()) for name, path in names.items()}
        self._by_url = {file.url: file for file in self._by_name.values()}

    def names(self) -> list[str]:
        """Every file, by its path under the folder."""
        return list(self._by_name)

    def address(self, name: str) -> str:
        """Where a file is served. A name that is not there is a mistake in a template, so it fails loudly.

        Raises:
            KeyError: when there is no such file.
        """
        return self._by_name[name].url

    def route(self) -> HTTPRouteHandler:
        """The route that serves them all."""

        @get(PREFIX + "/{name:path}", name="kit.static", access=PUBLIC, include_in_schema=False, sync_to_thread=False)
        def serve(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes | None]:
            file = self._by_url.get(f"{PREFIX}/{name.lstrip('/')}")
            if file is None:
                raise NotFoundException
            return _answer(file, request.headers.get("accept-encoding", ""), request.headers.get("if-none-match", ""))

        return serve


def _read(name: str, content: bytes) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem, dot, ending = name.rpartition(".")
    suffix = dot + ending
    variants = {"identity": content}
    if suffix not in ALREADY_COMPRESSED:
        smaller = {"br": brotli.compress(content), "gzip": gzip.compress(content, 9, mtime=0)}
        variants |= {encoding: packed for encoding, packed in smaller.items() if len(packed) < len(content)}
    return StaticFile(
        url=f"{PREFIX}/{stem}.{digest}{suffix}" if dot else f"{PREFIX}/{name}.{digest}",
        etag=digest,
        media_type=TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
        variants=variants,
    )


def _answer(file: StaticFile, accepts: str, known: str) -> Response[bytes | None]:
    encoding = next((choice for choice in _accepted(accepts) if choice in file.variants), "identity")
    # Each variant is another sequence of bytes, so each has a tag of its own.
    etag = f'"{file.etag}-{encoding}"'
    headers = {"cache-control": FOR_EVER, "etag": etag, "vary": "Accept-Encoding", "x-content-type-options": "nosniff"}
    if known == "*" or etag in re.findall(r'"[^"]*"', known):
        return Response(None, status_code=304, headers=headers, media_type=file.media_type)
    if encoding != "identity":
        headers["content-encoding"] = encoding
    return Response(file.variants[encoding], headers=headers, media_type=file.media_type)


def _accepted(header: str) -> list[str]:
    """The encodings a client takes, the smaller result first; `q=0` is a refusal."""
    taken = []
    for part in header.lower().split(","):
        encoding, _, quality = part.partition(";")
        if quality.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.append(encoding.strip())
    return [choice for choice in ("br", "gzip") if choice in taken or "*" in taken]


FILES = StaticFiles(ROOT / "static")
ROUTES: list[Any] = [FILES.route()]
address = FILES.address
