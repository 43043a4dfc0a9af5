"""Every route × (anonymous, stranger, each role). A route without its case fails here."""

import importlib
from collections.abc import Callable

from litestar import Litestar

from app.accounts.actor import key_digest
from app.kit.db import execute
from tests.house.cases import ROLES, Case
from tests.house.world import World, build
from tests.visitor import Visitor

PACKAGES = (
    "kit",
    "accounts",
    "notices",
    "programs",
    "volunteers",
    "shifts",
    "hours",
    "requests",
    "reports",
    "matching",
)


def cases() -> dict[str, Case]:
    """All packages' cases by route name and method: `programs.show`, or `GET accounts.sign_in` where a name has two."""
    merged: dict[str, Case] = {}
    for package in PACKAGES:
        merged |= importlib.import_module(f"tests.{package}.access").CASES
    return merged


def routes(app: Litestar) -> set[tuple[str, str]]:
    """(method, path template) of every route, with typed parts as in `/programs/{program_id:int}`."""
    found = set()
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            for method in getattr(handler, "http_methods", set()) - {"OPTIONS", "HEAD"}:
                found.add((str(method), route.path_format))
    return found


def _segments(path: str) -> list[str]:
    return ["{}" if part.startswith("{") else part for part in path.split("?", maxsplit=1)[0].split("/")]


def _covers(case: list[str], template: list[str], literal_routes: list[list[str]]) -> bool:
    """Whether a case's path is one of this route. It may write a word where the route has a part of its own."""
    if case == template:
        return True
    fits = len(case) == len(template) and all(
        part == "{}" or part == said for part, said in zip(template, case, strict=True)
    )
    return fits and case not in literal_routes


def test_every_route_has_its_case(app: Litestar) -> None:
    known = [(case.method, _segments(case.path)) for case in cases().values()]
    existing = [_segments(path) for _, path in routes(app)]
    missing = {
        (method, path)
        for method, path in routes(app)
        if not path.startswith(("/static", "/api/schema"))
        and not any(said == method and _covers(case, _segments(path), existing) for said, case in known)
    }
    assert not missing


async def _ask(visitor: Visitor, case: Case, path: str, key: str | None) -> int:
    if path.startswith("/api/"):
        headers = {"authorization": f"Bearer {key}"} if key else {}
        body = {} if case.method == "GET" else {"json": case.form}
        return (await visitor.browser.request(case.method, path, headers=headers, **body)).status_code
    if case.method == "GET":
        return (await visitor.get(path)).status_code
    return (await visitor.post(path, case.form)).status_code


async def _key(account_id: int) -> str | None:
    """A key of this account in its organisation, None for someone who is in none."""
    key = f"lk_{account_id:043d}"
    made = await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " SELECT organisation, role, 'test', 'lk_', $2, account, since FROM membership WHERE account = $1",
        account_id,
        key_digest(key),
    )
    return key if made else None


async def test_every_route_answers_each_role_as_the_table_says(app: Litestar, visit: Callable[[], Visitor]) -> None:
    world = await build()
    for package in PACKAGES:
        module = importlib.import_module(f"tests.{package}.access")
        if hasattr(module, "rows"):
            await module.rows(world)
    accounts = world.accounts | {f"stranger {role}": account for role, account in world.strangers.items()}
    keys = {who: await _key(account) for who, account in accounts.items()}
    visitors = {who: visit() for who in (*accounts, "anonymous")}
    wrong: list[str] = []
    for name, case in cases().items():
        path = case.path.format(**world.rows)
        for who, expected in _expectations(case, world).items():
            if path.startswith("/api/") and who == "volunteer":
                continue  # keys belong to organisations
            if who in accounts:  # anew each time: one of the cases signs out
                await visitors[who].signs_in_as(accounts[who])
            got = await _ask(visitors[who], case, path, keys.get(who))
            if got != expected:
                wrong.append(f"{name} {case.method} {path}: {who} got {got}, expected {expected}")
        await _forget_rates(app)
    assert not wrong, "\n".join(wrong)


async def _forget_rates(app: Litestar) -> None:
    # In one go: there are thousands of sessions beside them, and a scan passes by ten keys at a time unless told.
    if keys := [key async for key in app.state.valkey.scan_iter("rate:*", count=10_000)]:
        await app.state.valkey.delete(*keys)


def _expectations(case: Case, world: World) -> dict[str, int]:
    """What each asker gets. Whoever succeeds goes last, because success may change what is there to be refused."""
    expected = {"anonymous": case.anonymous or (401 if case.path.startswith("/api/") else 303)}
    for role in world.strangers:
        expected[f"stranger {role}"] = case.stranger if role in case.roles else 403
    for role in ROLES:
        expected[role] = case.per_role.get(role, case.ok if role in case.roles else 403)
    return expected
