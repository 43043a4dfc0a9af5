"""Sign-ups a second through HTTP, beside the same transaction in pgbench: python -m benchmarks.sign_up"""

import argparse
import asyncio
import json
import secrets
from datetime import timedelta

from litestar.stores.redis import RedisStore
from redis.asyncio import Redis

from app.accounts.actor import actor_of_account
from app.kit import clock
from app.kit.db import execute, transaction
from app.kit.sealing import seal
from app.shifts.actions.signing_up import sign_up
from benchmarks.load import measure, print_row
from benchmarks.served import served
from benchmarks.statements import rate, script
from tests import factories as make
from tests.counting import listening
from tests.installation import Installation
from tests.wire import Wire, as_browser

SHIFTS, PLACES_A_SHIFT = 200, 100
ACCOUNT, PERSON, SHIFT, SEAT = 1_000_000, 2_000_000, 3_000_000, 4_000_000
"""Numbers begin far apart, so that a number in a statement says what it is."""
SAMPLE, WARM = 0, range(1, 201)

ACCOUNTS = """
    INSERT INTO account (id, name, email_index, password_hash, locale, created_at)
    SELECT $1::bigint + n, '王三', int8send(n), '!', '', now() FROM generate_series(0, $2::bigint - 1) n
"""
PEOPLE = """
    INSERT INTO person (id, volunteer_no, account, name, born, home, skills, languages, likes, registered_at)
    SELECT $1::bigint + n, 'B' || n, $2::bigint + n, '王三', $3::bytea, $4, '{}', '{cmn}', '{}', now()
    FROM generate_series(0, $5::bigint - 1) n
"""
SHIFT_ROWS = """
    INSERT INTO shift (id, activity, agency, line, service_kind, region, title, place, starts, ends, zone, status,
                       code_secret, created_by, published_at)
    SELECT $1::bigint + n, id, agency, line, service_kind, region, name, place, $2::timestamptz,
           $2::timestamptz + interval '2 hours', 'Asia/Shanghai', 'published', '\\x00', created_by, created_at
    FROM activity, generate_series(0, $3::bigint - 1) n WHERE id = $4
"""
SEAT_ROWS = """
    INSERT INTO seat (id, shift, role, capacity, leads, needed, taken)
    SELECT $1::bigint + n, $2::bigint + n, '探访义工', 'volunteer', false, $3, 0
    FROM generate_series(0, $4::bigint - 1) n
"""

ANOTHER_PERSON = f"""\
\\set n :first + :client_id * :runs + :turn
\\set turn :turn + 1
\\set account {ACCOUNT} + :n
\\set person {PERSON} + :n
\\set shift {SHIFT} + :n % {SHIFTS}
\\set seat {SEAT} + :n % {SHIFTS}
"""


async def build(people: int) -> None:
    """So many volunteers, none of them signed up anywhere, and shifts with places for all."""
    async with transaction():
        agency = await make.organisation()
        manager = await make.member(agency, "agency_manager")
        officer = await make.member(await make.organisation("funder", "街道办"), "funder_officer")
        program = await make.program(await make.organisation("funder", "区民政局"), agency, officer)
        activity = await make.activity(agency, manager, await make.line(await make.contract(program, officer)))
        starts = clock.now().replace(microsecond=0) + timedelta(days=7)
        await execute(ACCOUNTS, ACCOUNT, people)
        await execute(PEOPLE, PERSON, ACCOUNT, seal("1990-05-04", "person.born"), make.COMMUNITY, people)
        await execute(SHIFT_ROWS, SHIFT, starts, SHIFTS, activity)
        await execute(SEAT_ROWS, SEAT, SHIFT, PLACES_A_SHIFT, SHIFTS)
    for table in ("account", "person", "shift", "seat"):
        await execute(f"ANALYZE {table}")


async def sign_in(installation: Installation, turns: range) -> dict[int, str]:
    """A session for each, without the cost of a password."""
    valkey: Redis = Redis.from_url(installation.redis_url)
    store = RedisStore(valkey, namespace="session")
    sessions = {turn: secrets.token_hex(32) for turn in turns}
    for turn, session in sessions.items():
        await store.set(session, json.dumps({"account_id": ACCOUNT + turn}).encode(), expires_in=3600)
    await valkey.aclose()
    return sessions


async def statements() -> str:
    """What one sign-up sends to the database, as pgbench runs it for one person after the other."""
    actor = await actor_of_account(ACCOUNT + SAMPLE, None)
    if actor is None:
        raise LookupError("the first account is not there")
    async with listening() as heard:
        await sign_up(actor, SHIFT, SEAT, now=clock.now())
    names = {ACCOUNT: "account", PERSON: "person", SHIFT: "shift", SEAT: "seat"}
    print(f"A sign-up is {len(heard)} statements in one transaction, begin and commit among them.")
    return ANOTHER_PERSON + script(heard, names)


async def main(people: int, clients: int) -> None:
    """Measure both and print them."""
    runs = max(1, people // clients)
    through_http = range(WARM.stop, WARM.stop + people)
    first_of_pgbench = through_http.stop
    async with served() as installation:
        await build(first_of_pgbench + runs * clients)
        sessions = await sign_in(installation, range(WARM.start, through_http.stop))
        text = await statements()
        async with Wire(installation.port) as wire:
            token = await wire.form_token()

        async def ask(wire: Wire, turn: int) -> None:
            place = turn % SHIFTS
            form = {"seat": str(SEAT + place), "_csrf_token": token}
            cookie = as_browser(sessions[turn], token)
            answer = await wire.post(f"/shifts/{SHIFT + place}/sign-up", form, cookie=cookie)
            if answer.status != 303:
                raise RuntimeError(f"a sign-up was answered with {answer.status}: {answer.body.decode()}")

        await measure(installation, clients, WARM, 60, ask)
        found = await measure(installation, clients, through_http, 60, ask)
        variables = ("-D", f"first={first_of_pgbench}", "-D", f"runs={runs}", "-D", "turn=0")
        bare = await asyncio.to_thread(rate, installation.database_url, text, clients, "-t", str(runs), *variables)
        print_row(f"sign-ups, {clients} clients", found, bare)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000, help="who sign up, on each side (2000)")
    parser.add_argument("--clients", type=int, default=16, help="at once (16)")
    asked = parser.parse_args()
    asyncio.run(main(asked.people, asked.clients))
