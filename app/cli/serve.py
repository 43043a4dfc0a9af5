"""`linli serve`: databases, migrations, web, worker and matcher, watched over until told to stop."""

import asyncio
import http.client
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from msgspec import Struct

from app.cli import city
from app.cli.environment import chosen
from app.cli.upkeep import bring_up_to_date
from app.cli.web import listen
from app.kit.embedded import Claim, EmbeddedPostgres, EmbeddedValkey
from app.kit.embedded.supervisor import Program, Supervisor
from app.settings import ROOT, Settings, settings

READY_WITHIN = 120.0
TOO_MANY_DEATHS = 3
PORT_PATIENCE = 5.0
"""After a crash, an orphan of ours may hold the port for a moment longer."""
DEMO_PEOPLE, DEMO_SEED = 2400, 1


class CannotServe(Exception):
    """Serving is not possible; the message is a sentence that says why."""


class Options(Struct, frozen=True, kw_only=True):
    """What the command line chooses."""

    workers: int
    matchers: int
    demo: bool | None
    """True and False as asked; None loads it into an embedded database only, never unasked into a server of yours."""


def serve(options: Options) -> None:
    """Serve until interrupted.

    Raises:
        AlreadyRunning: if Linli is running in this state directory.
        CannotServe: if it cannot be started.
    """
    given = chosen()
    with Claim(given.state_dir, "serve") as claim, _socket(given) as listener, _supervisor() as supervisor:
        address = _address(given)
        claim.tell(address=address)
        _start_servers(supervisor, given)
        demo = asyncio.run(_prepare(given, options))
        claim.tell(address=address, database_url=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
        _start_programs(supervisor, listener, options)
        _await_ready(supervisor, given)
        print(f"Linli is ready at {address}", flush=True)
        if demo:
            _print_sign_ins()
        while True:
            supervisor.look()
            time.sleep(0.2)


@contextmanager
def _supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    try:
        yield supervisor
    finally:
        supervisor.stop()


@contextmanager
def _socket(given: Settings) -> Iterator[socket.socket]:
    """The listening socket is the parent's, so that a web process that dies leaves callers waiting, not refused."""
    end = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            listener = listen(given.host, given.port)
            break
        except OSError as error:
            if time.monotonic() > end:
                raise CannotServe(
                    f"Nothing can be served at {_address(given)}: {error.strerror}. "
                    "Choose another port with --port or LINLI_PORT."
                ) from error
            time.sleep(0.2)
    with listener:
        yield listener


def _start_servers(supervisor: Supervisor, given: Settings) -> None:
    if not given.database_url:
        postgres = EmbeddedPostgres(given.state_dir)
        supervisor.start(postgres)
        os.environ["DATABASE_URL"] = postgres.url
    if not given.redis_url:
        valkey = EmbeddedValkey(given.state_dir)
        supervisor.start(valkey)
        os.environ["REDIS_URL"] = valkey.url


async def _prepare(given: Settings, options: Options) -> bool:
    """Bring the database to this version and, if it is empty, to life; whether it shows the demonstration city."""
    complete = chosen()
    await _reach_database(complete)
    await bring_up_to_date(complete)
    found = await city.organisations(complete)
    wanted = options.demo if options.demo is not None else given.database_url is None
    if wanted and found.total == 0:
        print("The database is empty: loading the demonstration city.", flush=True)
        await city.load_demo(complete, people=DEMO_PEOPLE, seed=DEMO_SEED)
        found = await city.organisations(complete)
    shown = wanted and found.only_demo
    if shown:
        os.environ["LINLI_DEMO"] = "1"
    return shown


async def _reach_database(complete: Settings) -> None:
    """Whatever is wrong with an address that was given is better said before anything is done with it."""
    try:
        await (await asyncpg.connect(complete.database_url)).close()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotServe(f"The database cannot be used: {error}") from error


def _start_programs(supervisor: Supervisor, listener: socket.socket, options: Options) -> None:
    linli = [sys.executable, "-m", "app.cli"]
    environment = dict(os.environ)
    for number in range(options.workers):
        supervisor.start(
            Program(
                f"web {number + 1}",
                [*linli, "web", "--fd", str(listener.fileno())],
                directory=ROOT,
                environment=environment,
                pass_fds=[listener.fileno()],
            )
        )
    supervisor.start(Program("worker", [*linli, "worker"], directory=ROOT, environment=environment))
    for number in range(options.matchers):
        supervisor.start(Program(f"matcher {number + 1}", [*linli, "matcher"], directory=ROOT, environment=environment))


def _await_ready(supervisor: Supervisor, given: Settings) -> None:
    end = time.monotonic() + READY_WITHIN
    while not _answers(given):
        supervisor.look()
        if supervisor.most_deaths() >= TOO_MANY_DEATHS:
            raise CannotServe("A part of Linli keeps ending while it starts; what it printed above says why.")
        if time.monotonic() > end:
            raise CannotServe(f"Linli is not ready after {READY_WITHIN:.0f} seconds; see what is printed above.")
        time.sleep(0.1)


def _answers(given: Settings) -> bool:
    try:
        connection = http.client.HTTPConnection(_reach(given.host), given.port, timeout=2)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def _reach(host: str) -> str:
    """The address by which this machine reaches itself when it listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)


def _address(given: Settings) -> str:
    host = _reach(given.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{given.port}"


def _print_sign_ins() -> None:
    print(f"The demonstration city is open; sign in at {settings().base_url}/sign-in as one of these:")
    rows = [("role", "sign-in", "password"), *city.sign_ins()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)), flush=True)
