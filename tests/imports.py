"""How a test sends a file, chooses columns, lets the worker judge, and confirms: the same for every import."""

import html
import re

import httpx

from app.kit.db import value
from tests.house.cases import Case
from tests.settle import settle
from tests.visitor import Visitor


async def send(visitor: Visitor, start: str, content: bytes, name: str = "file.csv") -> httpx.Response:
    """Send a file from the page; the answer is the page that follows."""
    answer = await visitor.post(start, files={"file": (name, content, "text/csv")})
    return await visitor.get(answer.headers["location"]) if answer.status_code == 303 else answer


def columns_of(page: str) -> dict[str, str]:
    """The mapping form as it stands: what the browser would send."""
    source = re.search(r'name="source"[^>]*value="([^"]*)"', page)
    form = {"source": html.unescape(source[1])} if source else {}
    for name, options in re.findall(r'<select id="(column-[a-z]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form[name] = html.unescape(chosen[1]) if chosen else ""
    return form


async def look_over(visitor: Visitor, page: httpx.Response, **changed: str) -> str:
    """Take the columns as guessed (but for what is changed), let the worker judge; the answer is the run's path."""
    run = str(page.url.path)
    answer = await visitor.post(f"{run}/columns", columns_of(page.text) | changed)
    assert answer.status_code == 303, answer.text
    await settle()
    return run


async def take_in(visitor: Visitor, run: str) -> str:
    """Confirm; the answer is the page that says what came in."""
    assert (await visitor.post(f"{run}/confirm")).status_code == 303
    await settle()
    return (await visitor.get(run)).text


def figure(page: str, word: str) -> int:
    """One of the page's key figures."""
    found = re.search(rf"<dt>{word}</dt><dd><a[^>]*>([\d,]+)<", page)
    assert found, word
    return int(found[1].replace(",", ""))


async def waiting_run(kind: str, organisation: int, account: int) -> int:
    """A run of one row that waits to be confirmed, without sending a file."""
    return int(
        await value(
            "INSERT INTO import_run (kind, organisation_id, account_id, filename, file_digest, headers,"
            " headers_digest, mapping, status, rows_total, rows_done, started_at)"
            " VALUES ($1, $2, $3, 'a.csv', '\\x00', '[\"a\"]', '\\x00', '{}', 'preview', 1, 1, now()) RETURNING id",
            kind, organisation, account,
        )
    )  # fmt: skip


def cases(name: str, path: str, row: str) -> dict[str, Case]:
    """Who gets which answer at an import's routes: an agency's managers, each their own runs. `row` names a run."""
    run, managers = f"{path}/{{{row}}}", frozenset({"agency_manager"})
    return {
        f"{name}.start": Case("GET", path, roles=managers, stranger=200),
        f"{name}.send": Case("POST", path, roles=managers, ok=422, stranger=422),
        f"{name}.run": Case("GET", run, roles=managers),
        f"{name}.rows": Case("GET", f"{run}/rows", roles=managers),
        f"{name}.failed": Case("GET", f"{run}/failed.csv", roles=managers),
        f"{name}.progress": Case("GET", f"{run}/progress", roles=managers, ok=303),
        f"{name}.columns": Case("POST", f"{run}/columns", roles=managers, ok=422),
        f"{name}.confirm": Case("POST", f"{run}/confirm", roles=managers, ok=303),
        f"{name}.words": Case("POST", f"{run}/words", roles=managers, ok=422),
        f"api.{name}.send": Case("POST", f"/api/v1{path}", roles=managers, ok=422, stranger=422),
        f"api.{name}.run": Case("GET", f"/api/v1{run}", roles=managers),
        f"api.{name}.map": Case("PUT", f"/api/v1{run}/mapping", roles=managers, ok=400, stranger=400),
        f"api.{name}.confirm": Case("POST", f"/api/v1{run}/confirmation", roles=managers, ok=409),
        f"api.{name}.rows": Case("GET", f"/api/v1{run}/rows", roles=managers),
        f"api.{name}.failed": Case("GET", f"/api/v1{run}/failed.csv", roles=managers),
    }
