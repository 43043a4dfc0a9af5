"""The embedded servers as their users see them: they start, keep what they were told, and stop."""

import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis import Redis

from app.kit.embedded import EmbeddedError, EmbeddedPostgres, EmbeddedValkey, scratch_directory
from app.kit.embedded.postgres import client_program


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A state directory in which PostgreSQL was started before: making one takes longest."""
    with scratch_directory() as directory:
        with EmbeddedPostgres(directory, durable=False):
            pass
        yield directory


@pytest.fixture
def root(made: Path) -> Iterator[Path]:
    with scratch_directory() as directory:
        subprocess.run(["cp", "-a", f"{made}/.", directory], check=True)
        yield directory


async def ask(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_postgres_keeps_what_it_was_told(root: Path) -> None:
    with EmbeddedPostgres(root) as server:
        await ask(server.url, "CREATE TABLE kept AS SELECT '邻里' AS word")
    with EmbeddedPostgres(root) as server:
        assert await ask(server.url, "SELECT word FROM kept") == "邻里"


async def test_clients_are_no_superusers_but_own_their_database(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False) as server:
        assert not await ask(server.url, "SELECT usesuper FROM pg_user WHERE usename = current_user")
        await ask(server.url, "CREATE EXTENSION btree_gist WITH SCHEMA public")
        await ask(server.url, "CREATE ROLE another NOLOGIN")
        await ask(server.url, "CREATE DATABASE another")


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
async def test_only_tests_trade_safety_for_speed(root: Path, durable: bool, fsync: str) -> None:
    with EmbeddedPostgres(root, durable=durable) as server:
        assert await ask(server.url, "SHOW fsync") == fsync


async def test_chinese_letters_are_letters(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False) as server:
        await ask(server.url, "CREATE EXTENSION pg_trgm WITH SCHEMA public")
        assert await ask(server.url, "SELECT similarity('朝阳社区', '朝阳街道') > 0")
        assert await ask(server.url, "SELECT upper('ärger')") == "ÄRGER"


def test_a_second_server_in_one_directory_is_refused(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False), pytest.raises(EmbeddedError, match="already running"):
        EmbeddedPostgres(root, durable=False).start()


async def test_a_path_too_long_for_a_socket_gets_a_short_one(root: Path) -> None:
    deep = root / ("社区" * 12) / ("d" * 60)
    with EmbeddedPostgres(deep, durable=False) as server, EmbeddedValkey(deep, durable=False) as valkey:
        assert server.sockets == EmbeddedPostgres(deep).sockets, "another process must find the same one"
        assert not server.sockets.is_relative_to(deep)
        assert await ask(server.url, "SELECT 1") == 1
        assert Redis.from_url(valkey.url).ping()
    assert not server.sockets.exists()
    assert not valkey.sockets.exists()


async def test_a_half_made_cluster_is_made_again() -> None:
    with scratch_directory() as directory:
        server = EmbeddedPostgres(directory, durable=False)
        half = server.cluster.with_suffix(".half")
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")
        with server:
            assert await ask(server.url, "SELECT 1") == 1


def test_another_versions_files_are_left_alone(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False) as server:
        release = server.cluster / "PG_VERSION"
    release.write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL 17, and this is 18"):
        EmbeddedPostgres(root, durable=False).start()


def test_a_pid_that_now_is_somebody_elses_does_not_stand_in_the_way(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False) as server:
        files = {file: file.read_text() for file in (server.cluster / "postmaster.pid", *server.sockets.glob("*.lock"))}
    account = server.home.account
    stranger = subprocess.Popen(["sleep", "60"], user=account.uid if account else None)
    try:
        for file, text in files.items():
            file.write_text("\n".join([str(stranger.pid), *text.split("\n")[1:]]))
        with EmbeddedPostgres(root, durable=False) as again:
            assert again.answers()
        assert stranger.poll() is None, "a stranger is not ours to end"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_port_is_opened_only_when_asked_and_needs_a_password(root: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with EmbeddedPostgres(root, durable=False, port=port):
        answer = subprocess.run(
            [client_program("psql"), "-w", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c", "SELECT 1"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert "no password supplied" in answer.stderr


def test_nobody_else_can_open_the_sockets(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False) as postgres, EmbeddedValkey(root, durable=False) as valkey:
        for directory in (postgres.directory, postgres.sockets, valkey.directory, valkey.sockets):
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_valkey_keeps_what_it_was_told(root: Path) -> None:
    with EmbeddedValkey(root) as server, Redis.from_url(server.url) as client:
        client.set("word", "邻里")
    with EmbeddedValkey(root) as server, Redis.from_url(server.url) as client:
        assert client.get("word") == "邻里".encode()
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_the_log_says_why_a_server_does_not_start(root: Path) -> None:
    with EmbeddedPostgres(root, durable=False) as server:
        cluster = server.cluster
    (cluster / "postgresql.conf").write_text("no_such_setting = on\n")
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        EmbeddedPostgres(root, durable=False).start()
