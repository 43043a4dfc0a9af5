"""Every route × (anonymous, stranger, each role). A route without its case fails here."""

import importlib
from collections.abc import Callable

from litestar import Litestar

from tests.house.cases import ROLES, Case
from tests.house.world import World, build
from tests.visitor import Visitor

PACKAGES = ("kit", "accounts", "notices", "programs", "volunteers", "shifts", "hours", "requests", "reports")


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


def template_of(path: str) -> str:
    """A case's path with its query cut off and each {name} made {} for comparison."""
    bare = path.split("?", maxsplit=1)[0]
    parts = ["{}" if part.startswith("{") else part for part in bare.split("/")]
    return "/".join(parts)


def test_every_route_has_its_case(app: Litestar) -> None:
    known = {(case.method, template_of(case.path)) for case in cases().values()}
    missing = {
        (method, path)
        for method, path in routes(app)
        if (method, template_of(path)) not in known and not path.startswith(("/static", "/api/schema"))
    }
    assert not missing


async def _ask(visitor: Visitor, case: Case, path: str) -> int:
    if case.method == "GET":
        return (await visitor.get(path)).status_code
    return (await visitor.post(path, case.form)).status_code


async def test_every_route_answers_each_role_as_the_table_says(app: Litestar, visit: Callable[[], Visitor]) -> None:
    world = await build()
    for package in PACKAGES:
        module = importlib.import_module(f"tests.{package}.access")
        if hasattr(module, "rows"):
            await module.rows(world)
    wrong: list[str] = []
    for name, case in cases().items():
        path = case.path.format(**world.rows)
        for who, expected in _expectations(case, world).items():
            if path.startswith("/api/"):
                continue  # keys are tried in test_api_access
            visitor = visit()
            account = world.accounts.get(who) or world.strangers.get(who.removeprefix("stranger "))
            if account:
                await visitor.signs_in_as(account)
            got = await _ask(visitor, case, path)
            await visitor.leave()
            if got != expected:
                wrong.append(f"{name} {case.method} {path}: {who} got {got}, expected {expected}")
        await app.state.valkey.flushall()
    assert not wrong, "\n".join(wrong)


def _expectations(case: Case, world: World) -> dict[str, int]:
    expected = {"anonymous": case.anonymous or 303}
    for role in ROLES:
        expected[role] = case.per_role.get(role, case.ok if role in case.roles else 403)
    for role in world.strangers:
        expected[f"stranger {role}"] = case.stranger if role in case.roles else 403
    return expected
