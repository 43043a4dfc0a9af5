"""Keys for the JSON API, and the look-log."""

from collections.abc import Callable

import asyncpg
import httpx
import pytest

from app.accounts import looks
from app.accounts.actions import keys
from app.accounts.actor import actor_of_account
from app.accounts.forms import NewKey
from app.accounts.queries.looks import looks as read_looks
from app.accounts.rules import Actor, Role
from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Forbidden, NotFound
from tests import factories as make
from tests.visitor import Visitor

Visit = Callable[[], Visitor]


async def manager_of(organisation: int, role: str = "agency_manager") -> Actor:
    actor = await actor_of_account(await make.member(organisation, role), None)
    assert actor
    return actor


async def ask(visitor: Visitor, path: str, key: str) -> httpx.Response:
    return await visitor.get(path, headers={"authorization": f"Bearer {key}"})


async def test_a_key_is_shown_once_and_stored_as_a_digest_only(visit: Visit) -> None:
    actor = await manager_of(await make.organisation())
    visitor = await visit().signs_in_as(actor.account_id)
    shown = await visitor.post("/keys", {"name": "Payroll", "role": "agency_manager", "_once": "k1"})
    key = shown.text.split('id="made" value="')[1].split('"')[0]
    assert (key[:3], len(key)) == ("lk_", 46)
    assert key not in (await visitor.get("/keys")).text
    assert (
        await visitor.post("/keys", {"name": "Payroll", "role": "agency_manager", "_once": "k1"})
    ).status_code == 303
    assert await value("SELECT count(*) FROM api_key") == 1
    assert key.encode() not in await value("SELECT key_digest FROM api_key")
    me = (await ask(visitor, "/api/v1/me", key)).json()
    assert (me["account_id"], me["role"]) == (actor.account_id, "agency_manager")
    assert "shift:take" not in me["permissions"]


async def test_a_key_opens_nothing_once_revoked_or_once_its_maker_left(visit: Visit) -> None:
    agency = await make.organisation()
    actor, now = await manager_of(agency), clock.now()
    wanted = NewKey(name="Payroll", role=Role.AGENCY_MANAGER)
    first, second = await keys.make_key(actor, wanted, now=now), await keys.make_key(actor, wanted, now=now)
    visitor = visit()
    assert (await ask(visitor, "/api/v1/me", first)).status_code == 200
    await keys.revoke_key(actor, await value("SELECT min(id) FROM api_key"), now=now)
    assert (await ask(visitor, "/api/v1/me", first)).status_code == 401
    assert (await ask(visitor, "/api/v1/members", second)).status_code == 200
    await execute("UPDATE membership SET until = now() WHERE account = $1", actor.account_id)
    left = await ask(visitor, "/api/v1/members", second)
    assert left.status_code == 401
    assert left.headers["content-type"].startswith("application/problem+json")
    stranger = await manager_of(await make.organisation())
    with pytest.raises(NotFound):
        await keys.revoke_key(stranger, await value("SELECT max(id) FROM api_key"), now=now)


async def test_a_key_never_has_more_than_its_maker(visit: Visit) -> None:
    actor = await manager_of(await make.organisation("community", "社区"), "community_worker")
    for role in (Role.PLATFORM_ADMIN, Role.AGENCY_MANAGER, Role.VOLUNTEER):
        with pytest.raises(Forbidden):
            await keys.make_key(actor, NewKey(name="x", role=role), now=clock.now())


async def test_a_session_is_no_key_and_a_key_is_no_session(visit: Visit) -> None:
    actor = await manager_of(await make.organisation())
    key = await keys.make_key(actor, NewKey(name="x", role=Role.AGENCY_MANAGER), now=clock.now())
    visitor = await visit().signs_in_as(actor.account_id)
    assert (await visitor.get("/api/v1/me")).status_code == 401
    assert (await ask(visit(), "/account", key)).status_code == 303


async def test_the_api_tells_of_ones_own_organisation_and_of_divisions(visit: Visit) -> None:
    actor = await manager_of(await make.organisation())
    await make.organisation()
    key = await keys.make_key(actor, NewKey(name="x", role=Role.AGENCY_MANAGER), now=clock.now())
    visitor = visit()
    assert [row["id"] for row in (await ask(visitor, "/api/v1/organisations", key)).json()] == [actor.organisation_id]
    below = (await ask(visitor, f"/api/v1/regions?under={make.STREET}", key)).json()
    assert [row["code"] for row in below] == [make.COMMUNITY, make.OTHER_COMMUNITY]
    members = (await ask(visitor, "/api/v1/members", key)).json()
    assert [row["account_id"] for row in members] == [actor.account_id]
    assert "phone" not in members[0]


async def test_looks_are_read_by_whoever_looked_and_by_the_platform(visit: Visit) -> None:
    mine, theirs = await manager_of(await make.organisation()), await manager_of(await make.organisation())
    platform = await manager_of(await make.organisation("platform", "平台"), "platform_admin")
    for subject in range(60):
        await looks.record(mine, "resident", subject, ["address"], "visit", clock.now())
    await looks.record(theirs, "account", mine.account_id, ["phone"], "call", clock.now())
    rows, more = await read_looks(mine)
    assert (len(rows), more) == (50, True)
    assert rows[0].subject_id == mine.account_id, "a look at a member of one's own organisation"
    older, end = await read_looks(mine, before=rows[-1].id)
    assert (len(older), end) == (11, False)
    assert [row.subject_id for row in (await read_looks(theirs))[0]] == [mine.account_id]
    assert len((await read_looks(platform, subject_kind="resident", subject_id=7))[0]) == 1
    visitor = await visit().signs_in_as(mine.account_id)
    page = await visitor.get("/looks")
    assert "address" in page.text
    assert 'rel="next"' in page.text


async def test_the_look_log_can_only_be_appended_to(db: str) -> None:
    actor = await manager_of(await make.organisation())
    await looks.record(actor, "resident", 1, ["address"], "visit", clock.now())
    for statement in ("UPDATE look SET purpose = ''", "DELETE FROM look", "TRUNCATE look"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(statement)
    assert await value("SELECT purpose FROM look") == "visit"
