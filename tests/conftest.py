"""Servers, one database a test, and visitors who click.

Every test that touches the database gets its own copy of a migrated template, so commits, locks and races are real.
"""

import base64
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

KEYS = {
    "LINLI_SECRET": "a secret for tests only, long enough to be taken",
    "LINLI_DATA_KEYS": "k1:" + base64.b64encode(bytes(range(32))).decode(),
    "LINLI_INDEX_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
    "PICCOLO_CONF": "app.piccolo_conf",
}
os.environ.update(KEYS)  # before anything reads the settings

import asyncpg  # noqa: E402
import pytest  # noqa: E402
from litestar import Litestar  # noqa: E402
from redis.asyncio import Redis  # noqa: E402

from app.kit import migrating  # noqa: E402
from app.kit.db import close_pool, open_pool  # noqa: E402
from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey, scratch_directory  # noqa: E402
from app.main import create_app  # noqa: E402
from app.settings import settings  # noqa: E402
from tests.visitor import Visitor  # noqa: E402

TEMPLATE = "linli_template"


LONG = (
    "browser/test_chain.py",
    "concurrency/test_killing_rounds.py",
    "cli/test_serve.py",
    "concurrency/test_killing.py",
    "house/test_access.py",
    "browser/test_matching.py",
    "browser/test_approving.py",
    "concurrency/test_killing_seals.py",
    "kit/test_embedded_servers.py",
    "matching/test_solver_split.py",
)
"""The files that take half of all the time, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the long files evenly among the others, which stay in their order.

    Side by side they would get in each other's way, because many start whole installations; and one that is begun last
    would leave a single process busy.
    """
    files = list(dict.fromkeys(item.path for item in items))
    long = [file for name in LONG if (file := Path(__file__).parent / name) in files]
    short = [file for file in files if file not in long]
    places = {file: float(place) for place, file in enumerate(short)}
    places |= {file: turn * len(short) / len(long) - 0.5 for turn, file in enumerate(long)}
    items.sort(key=lambda item: places[item.path])


MEMORY, ENOUGH = Path("/dev/shm"), 2 * 2**30  # noqa: S108 (a place, not a file in it)


def in_memory() -> Path | None:
    """Where files cost no disk, if this machine has such a place with room: every test copies a database."""
    room = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if room else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of this test process."""
    with scratch_directory(in_memory()) as directory, EmbeddedPostgres(directory, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedValkey]:
    """A Valkey of this test process."""
    with scratch_directory() as directory, EmbeddedValkey(directory, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
async def template(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> str:
    """A migrated database to copy; names the server's own database, from which copies are made."""
    admin = postgres.url_of("postgres")
    connection = await asyncpg.connect(admin)
    await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    await connection.close()
    os.environ["DATABASE_URL"] = postgres.url_of(TEMPLATE)
    os.environ["REDIS_URL"] = valkey.url
    settings.cache_clear()
    # Every test copies this database file by file, and a month is a dozen of them.
    migrating.MONTHS_BACK, migrating.MONTHS_AHEAD = 12, 2
    await migrating.migrate(settings())
    return admin


@pytest.fixture
async def db(
    template: str,
    postgres: EmbeddedPostgres,
    valkey: EmbeddedValkey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[str]:
    """A database of this test's own, with the pool open on it as the app's role; the answer is its owner's URL.

    A state directory of its own as well, and nothing in Valkey that remembers another test's ledger.
    """
    monkeypatch.setenv("LINLI_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    async with Redis.from_url(valkey.url) as client:
        await client.delete("linli:witness:public")
    name = f"test_{os.getpid()}"
    admin = await asyncpg.connect(template)
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    url = postgres.url_of(name)
    await open_pool(url, "public", settings().app_role, 20)
    yield url
    await close_pool()
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="session")
def app(template: str) -> Litestar:
    """The app, as it is served."""
    return create_app()


@pytest.fixture
async def visit(app: Litestar, db: str) -> AsyncIterator[Callable[[], Visitor]]:
    """Makes visitors: `visit()` is a stranger with a browser; `await visitor.signs_in_as(account)` signs one in."""
    visitors: list[Visitor] = []
    await app.state.valkey.flushall()

    def arrive() -> Visitor:
        visitor = Visitor(app)
        visitors.append(visitor)
        return visitor

    yield arrive
    for visitor in visitors:
        await visitor.leave()
