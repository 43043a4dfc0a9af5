"""Killed in the middle of a thousand sign-ups and punches, twice: what was acknowledged stays, and nothing is half."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

import asyncpg
from litestar.stores.redis import RedisStore
from msgspec import Struct
from redis.asyncio import Redis

from app.kit import clock
from app.kit.db import close_pool, open_pool, transaction
from app.shifts.rules.punching import code_at
from tests import factories as make
from tests.installation import Installation
from tests.wire import GONE, Wire, as_browser

NEWCOMERS, PLACES = 500, 460
"""More people than places, so that some must be refused however often the app is killed."""
EXPECTED = 500
SHIFTS = 20
CLIENTS = 16
PATIENCE = 90.0
SECRET = b"\x00"
"""The shifts' secret of `tests.factories`, from which their rotating code is made."""


class Deed(Struct):
    """Something one person asks of the app, and how far it came."""

    kind: str
    account: int
    person: int
    path: str
    form: dict[str, str]
    session: str
    sent: bool = False
    status: int | None = None
    """The app's answer; None as long as it owes one."""


@asynccontextmanager
async def database(installation: Installation) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the owner, who sees everything."""
    connection = await asyncpg.connect(installation.database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def build(installation: Installation) -> list[Deed]:
    """Shifts that begin in an hour: half of their people have a place and will come, the others want one."""
    await open_pool(installation.database_url, "public", None, 2)
    try:
        async with transaction():
            deeds = await _people()
    finally:
        await close_pool()
    Random(1).shuffle(deeds)  # noqa: S311 (an order, not a secret)
    return deeds


async def _people() -> list[Deed]:
    agency = await make.organisation()
    manager = await make.member(agency, "agency_manager")
    officer = await make.member(await make.organisation("funder", "街道办"), "funder_officer")
    program = await make.program(await make.organisation("funder", "区民政局"), agency, officer)
    line = await make.line(await make.contract(program, officer))
    activity = await make.activity(agency, manager, line)
    starts = clock.now().replace(microsecond=0) + timedelta(hours=1)
    deeds = []
    for _ in range(SHIFTS):
        shift = await make.shift(activity, starts=starts)
        full = await make.seat(shift, needed=EXPECTED // SHIFTS)
        free = await make.seat(shift, needed=PLACES // SHIFTS)
        for _ in range(EXPECTED // SHIFTS):
            account, person = await make.volunteer()
            signup = await make.signup(full, person, account)
            form = {"direction": "in", "nonce": secrets.token_urlsafe(12)}
            deeds.append(Deed("punch", account, person, f"/signups/{signup}/punch", form, secrets.token_hex(32)))
        for _ in range(NEWCOMERS // SHIFTS):
            account, person = await make.volunteer()
            form = {"seat": str(free)}
            deeds.append(Deed("sign_up", account, person, f"/shifts/{shift}/sign-up", form, secrets.token_hex(32)))
    return deeds


async def sign_in(installation: Installation, deeds: list[Deed]) -> None:
    """Give everyone a session, without a thousand sign-ins."""
    valkey: Redis = Redis.from_url(installation.redis_url)
    store = RedisStore(valkey, namespace="session")
    for deed in deeds:
        await store.set(deed.session, json.dumps({"account_id": deed.account}).encode(), expires_in=3600)
    await valkey.aclose()


async def drive(installation: Installation, deeds: list[Deed], answers: int, then: Callable[[], None]) -> None:
    """Ask for every deed that has no answer yet, by many clients; after so many answers, `then` happens to the app."""
    waiting = iter([deed for deed in deeds if deed.status is None])
    answered = 0
    killing: list[asyncio.Task[None]] = []

    async def client() -> None:
        nonlocal answered
        async with Wire(installation.port) as wire:
            token = await wire.form_token()
            for deed in waiting:
                deed.sent = True
                code = {"code": code_at(SECRET, clock.now())} if deed.kind == "punch" else {}
                cookie = as_browser(deed.session, token)
                answer = await wire.post(deed.path, deed.form | code | {"_csrf_token": token}, cookie=cookie)
                if answer.status >= 500 and killing:
                    continue  # the database went first; whoever reads this page does not know what was stored either
                assert answer.status in (303, 409), (deed, installation.log.read_text())
                deed.status = answer.status
                answered += 1
                if answered == answers:
                    killing.append(asyncio.create_task(asyncio.to_thread(then)))

    endings = await asyncio.gather(*(client() for _ in range(CLIENTS)), return_exceptions=True)
    for ending in endings:
        if ending is not None and not isinstance(ending, GONE):
            raise ending
    for each in killing:
        await each


TOGETHER = """
    SELECT (SELECT count(*) FROM seat e WHERE e.taken <> (
                SELECT count(*) FROM signup s WHERE s.seat = e.id AND s.status IN ('offered', 'confirmed', 'attended')
            )) AS seats_that_miscount,
           (SELECT count(*) FROM punch p JOIN signup s ON s.id = p.signup WHERE s.status <> 'attended')
               AS punched_and_not_attended,
           (SELECT count(*) FROM signup s WHERE s.status = 'attended' AND NOT EXISTS (
                SELECT FROM punch p WHERE p.signup = s.id)) AS attended_and_not_punched,
           (SELECT count(*) FROM outbox o WHERE o.event = 'punch.recorded' AND o.done_at IS NOT NULL AND NOT EXISTS (
                SELECT FROM attendance a WHERE a.signup = (o.payload ->> 'signup_id')::bigint
                AND a.raw_in IS NOT NULL)) AS done_and_not_attended,
           (SELECT count(*) FROM attendance a WHERE NOT EXISTS (SELECT FROM punch p WHERE p.signup = a.signup))
               AS attended_from_nowhere
"""


async def check(installation: Installation, deeds: list[Deed]) -> None:
    """Everything acknowledged is there, nothing that nobody asked for is, and nothing is half."""
    async with database(installation) as connection:
        signed_up = [row[0] for row in await connection.fetch("SELECT person FROM signup")]
        punched = [row[0] for row in await connection.fetch("SELECT person FROM punch")]
        caused = {
            event: sorted(
                row[0]
                for row in await connection.fetch(
                    "SELECT (payload ->> 'signup_id')::bigint FROM outbox WHERE event = $1", event
                )
            )
            for event in ("signup.confirmed", "punch.recorded")
        }
        before = {deed.person for deed in deeds if deed.kind == "punch"}
        causes = {
            "signup.confirmed": [
                row[0]
                for row in await connection.fetch("SELECT id FROM signup WHERE person <> ALL ($1) ORDER BY id", before)
            ],
            "punch.recorded": [row[0] for row in await connection.fetch("SELECT signup FROM punch ORDER BY signup")],
        }
        together = await connection.fetchrow(TOGETHER)
    assert dict(together) == dict.fromkeys(together.keys(), 0)
    assert caused == causes, "a deed and its message are stored together"
    assert len(signed_up) == len(set(signed_up)), "nobody has two places"
    assert len(punched) == len(set(punched)), "a punch sent twice is one punch"
    for kind, stored in (("sign_up", set(signed_up) - before), ("punch", set(punched))):
        of_kind = [deed for deed in deeds if deed.kind == kind]
        acknowledged = {deed.person for deed in of_kind if deed.status == 303}
        refused = {deed.person for deed in of_kind if deed.status == 409}
        sent = {deed.person for deed in of_kind if deed.sent}
        assert acknowledged <= stored, f"{kind}: acknowledged and lost"
        assert stored <= sent - refused, f"{kind}: stored and never asked for"


async def settle(installation: Installation, people: int) -> None:
    """Wait until the worker and its sweep have brought every message to its end."""
    end = time.monotonic() + PATIENCE
    async with database(installation) as connection:
        while True:
            waiting = await connection.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NULL")
            come = await connection.fetchval("SELECT count(*) FROM attendance WHERE raw_in IS NOT NULL")
            if not waiting and come == people:
                break
            assert time.monotonic() < end, f"{waiting} messages wait, {come} of {people} people have their attendance"
            await asyncio.sleep(0.1)
        assert await connection.fetchval("SELECT count(*) FROM outbox WHERE error <> ''") == 0


async def test_nothing_acknowledged_is_lost_and_nothing_is_half(installation: Installation) -> None:
    deeds = await build(installation)
    await sign_in(installation, deeds)

    await drive(installation, deeds, 300, installation.kill_parent)
    assert any(deed.status is None for deed in deeds), "it was killed in the middle"
    installation.start()
    await check(installation, deeds)

    await sign_in(installation, deeds)
    await drive(installation, deeds, 300, installation.kill_family)
    assert any(deed.sent and deed.status is None for deed in deeds), "somebody was waiting for an answer"
    installation.start()
    await check(installation, deeds)

    await sign_in(installation, deeds)
    await drive(installation, deeds, 0, installation.stop)
    assert all(deed.status == 303 for deed in deeds if deed.kind == "punch")
    assert sum(deed.status == 303 for deed in deeds if deed.kind == "sign_up") == PLACES
    await settle(installation, EXPECTED)
    await check(installation, deeds)
