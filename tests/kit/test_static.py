"""Static files: right bytes, right names, cached for ever, never more than was asked for."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import brotli
import httpx
import pytest
from litestar import Litestar

from app.kit.static import FILES, FOR_EVER, StaticFiles

STYLES = b"body { color: black; }\n" * 50


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "app.css").write_bytes(STYLES)
    (tmp_path / "vendor" / "lib.min.js").write_bytes(b"void 0;" * 50)
    (tmp_path / "photo.png").write_bytes(b"\x89PNG" * 50)
    (tmp_path / "tiny.txt").write_bytes(b"x")
    return StaticFiles(tmp_path)


@pytest.fixture
async def client(files: StaticFiles) -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar([files.route()], openapi_config=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as made:
        yield made


async def get(client: httpx.AsyncClient, url: str, accepts: str = "identity", known: str = "") -> httpx.Response:
    headers = {"accept-encoding": accepts} | ({"if-none-match": known} if known else {})
    return await client.get(url, headers=headers)


def test_an_address_holds_the_hash_of_its_content(files: StaticFiles, tmp_path: Path) -> None:
    before = files.address("app.css")
    (tmp_path / "app.css").write_bytes(STYLES + b"/* more */")
    after = StaticFiles(tmp_path)
    assert re.fullmatch(r"/static/app\.[0-9a-f]{12}\.css", before)
    assert after.address("app.css") != before
    assert after.address("vendor/lib.min.js") == files.address("vendor/lib.min.js")


def test_a_name_that_is_not_there_fails_loudly(files: StaticFiles) -> None:
    with pytest.raises(KeyError):
        files.address("missing.css")


async def test_a_file_is_cached_for_ever_and_typed_and_never_sniffed(
    client: httpx.AsyncClient, files: StaticFiles
) -> None:
    answer = await get(client, files.address("vendor/lib.min.js"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
    ],
)
async def test_the_smallest_encoding_the_client_takes_is_sent(
    client: httpx.AsyncClient, files: StaticFiles, accepts: str, encoding: str | None
) -> None:
    url = files.address("app.css")
    async with client.stream("GET", url, headers={"accept-encoding": accepts}) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(sent) == STYLES
    assert int(answer.headers["content-length"]) == len(sent)


@pytest.mark.parametrize("name", ["photo.png", "tiny.txt"])
async def test_what_does_not_get_smaller_is_sent_as_it_is(
    client: httpx.AsyncClient, files: StaticFiles, name: str
) -> None:
    answer = await get(client, files.address(name), accepts="br, gzip")
    assert "content-encoding" not in answer.headers


async def test_a_known_file_is_not_sent_again(client: httpx.AsyncClient, files: StaticFiles) -> None:
    url = files.address("app.css")
    first = await get(client, url, accepts="br")
    again = await get(client, url, accepts="br", known=f'"other", W/{first.headers["etag"]}')
    other_encoding = await get(client, url, accepts="gzip", known=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert other_encoding.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/static/app.css", "/static/app.000000000000.css", "/static/../app/main.py", "/static/%2e%2e/pyproject.toml"],
)
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await get(client, path)).status_code == 404


def test_every_vendored_file_has_its_licence_beside_it() -> None:
    vendored = {name for name in FILES.names() if name.startswith("vendor/") and not name.endswith(".LICENSE.txt")}
    assert vendored
    for name in vendored:
        library = name.removeprefix("vendor/").split(".")[0]
        assert f"vendor/{library}.LICENSE.txt" in FILES.names()
