"""Signing up, in and out: whose session it is, and what a stranger cannot learn or plant."""

from collections.abc import Callable

from app.accounts.actions import signing
from app.kit import clock
from app.kit.db import value
from tests import factories as make
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
PASSWORD = "four plain words here"


async def an_account(identifier: str = "138 0013 8000") -> int:
    return await signing.sign_up("陈一", identifier, PASSWORD, now=clock.now())


async def test_someone_signs_up_and_in_by_number_or_address_however_typed(visit: Visit) -> None:
    visitor = visit()
    form = {"name": "陈一", "identifier": "１３８ 0013-8000", "password": PASSWORD, "consent": "1"}
    made = await visitor.post("/sign-up", form)
    assert (made.status_code, made.headers["location"]) == (303, "/me/profile")
    assert (await visitor.get("/account")).status_code == 200
    assert await value("SELECT count(*) FROM consent WHERE subject_kind = 'account' AND version <> ''") == 1
    await visitor.post("/sign-out")
    assert (await visitor.get("/account")).status_code == 303
    back = await visitor.post("/sign-in", {"identifier": "+8613800138000", "password": PASSWORD, "next": "/account"})
    assert (back.status_code, back.headers["location"]) == (303, "/account")


async def test_pages_open(visit: Visit) -> None:
    visitor = visit()
    for path in ("/", "/privacy", "/sign-in", "/sign-up"):
        assert (await visitor.get(path)).status_code == 200, path
    manager = await make.member(await make.organisation(), "agency_manager")
    await visitor.signs_in_as(manager)
    for path in ("/", "/account", "/account/password", "/privacy"):
        assert (await visitor.get(path)).status_code == 200, path
    volunteer = await visit().signs_in_as((await make.volunteer())[0])
    assert (await volunteer.get("/")).status_code == 200
