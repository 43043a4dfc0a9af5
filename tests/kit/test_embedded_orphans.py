"""However the parent ends, its servers end with it, and the next start finds everything in order."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis import Redis

from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey, scratch_directory
from app.kit.embedded.children import spawn

PARENT = """
import json, sys, time
from pathlib import Path
from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey
root = Path(sys.argv[1])
with EmbeddedPostgres(root, durable=False) as postgres, EmbeddedValkey(root) as valkey:
    print(json.dumps([valkey.url, postgres._child.pid, valkey._child.pid]), flush=True)
    time.sleep(60)
"""


@pytest.fixture
def root() -> Iterator[Path]:
    with scratch_directory() as directory:
        yield directory


def start_parent(root: Path) -> tuple[subprocess.Popen[str], str, list[psutil.Process]]:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, root], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    url, *pids = json.loads(parent.stdout.readline())
    parent.stdout.close()
    return parent, url, [psutil.Process(pid) for pid in pids]


def test_servers_vanish_with_a_parent_that_was_killed(root: Path) -> None:
    parent, _, servers = start_parent(root)
    family = [*servers, *(child for server in servers for child in server.children(recursive=True))]
    assert len(family) > len(servers), "PostgreSQL has processes of its own"
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_the_next_start_waits_for_orphans_and_loses_nothing(root: Path) -> None:
    parent, url, _ = start_parent(root)
    with Redis.from_url(url) as client:
        client.set("word", "kept")
    parent.kill()
    parent.wait()
    with EmbeddedPostgres(root, durable=False), EmbeddedValkey(root) as valkey, Redis.from_url(valkey.url) as client:
        assert client.get("word") == b"kept"


def test_the_next_start_ends_a_query_that_outlives_its_server(root: Path) -> None:
    parent, _, (postgres, _) = start_parent(root)
    busy = psutil.Process(_compute_for_minutes(EmbeddedPostgres(root).url))
    postgres.kill()
    parent.kill()
    parent.wait()
    assert busy.is_running()
    with EmbeddedPostgres(root, durable=False) as again:
        assert again.exit_code() is None
        assert not busy.is_running()


def _compute_for_minutes(url: str) -> int:
    """Begin a query that never looks up from its work; the process that computes it."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        connection_pid: int = connection.get_server_pid()
        runner.get_loop().create_task(connection.execute("SELECT count(*) FROM generate_series(1, 10000000000)"))
        runner.run(asyncio.sleep(0.5))
        connection.terminate()
    return connection_pid


def test_valkey_itself_may_be_killed(root: Path) -> None:
    parent, url, (_, valkey) = start_parent(root)
    with Redis.from_url(url) as client:
        client.set("word", "kept")
        assert client.execute_command("WAITAOF", 1, 0, 5000)[0] == 1, "on disk within a second or so"
    valkey.kill()
    parent.kill()
    parent.wait()
    with EmbeddedValkey(root) as again, Redis.from_url(again.url) as client:
        assert client.get("word") == b"kept"


def test_children_are_refused_to_other_threads(root: Path) -> None:
    refusals: list[RuntimeError] = []

    def attempt() -> None:
        try:
            spawn(["true"], directory=root, environment={}, when_orphaned=signal.SIGTERM)
        except RuntimeError as error:
            refusals.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert refusals


def test_a_child_sees_only_the_environment_it_is_given(root: Path) -> None:
    seen = root / "seen"
    with seen.open("wb") as log:
        child = spawn(
            ["/usr/bin/env"], directory=root, environment={"ONLY": "this"}, when_orphaned=signal.SIGTERM, log=log
        )
        assert child.wait() == 0
    assert seen.read_text() == "ONLY=this\n"
