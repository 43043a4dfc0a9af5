"""`linli serve` as an operator meets it: real processes, one after another in one state directory."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.kit.embedded import running_there, scratch_directory
from app.settings import ROOT

LINLI = [sys.executable, "-m", "app.cli"]
PATIENCE = 60


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A state directory and a port of our own, and nothing that says where servers are."""
    with scratch_directory() as directory, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DATABASE", "REDIS"))
        }
        yield kept | {"LINLI_STATE_DIR": str(directory), "LINLI_PORT": str(port)}


class Served:
    """A `linli serve` that is ready."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = int(environment["LINLI_PORT"])
        self.state_dir = Path(environment["LINLI_STATE_DIR"])
        self.log = self.state_dir / "serve.log"
        with self.log.open("w") as log:
            self.parent = subprocess.Popen(
                [*LINLI, "serve", "--no-demo"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        end = time.monotonic() + PATIENCE
        while "is ready at" not in self.log.read_text():
            assert self.parent.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)
        self.family = psutil.Process(self.parent.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        children = psutil.Process(self.parent.pid).children()
        return next(child for child in children if word in child.cmdline())

    def status(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        finally:
            connection.close()

    def all_gone(self) -> bool:
        return not psutil.wait_procs(self.family, timeout=PATIENCE)[1]


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LINLI, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_a_life_of_an_installation(environment: dict[str, str]) -> None:
    served = Served(environment)
    keys = (served.state_dir / "keys.env").read_text()
    try:
        assert served.status() == 200

        second = run(environment, "serve")
        assert second.returncode == 1
        assert f"already running at http://127.0.0.1:{served.port}" in second.stderr
        assert str(served.parent.pid) in second.stderr

        verified = run(environment, "verify-setup")
        assert verified.returncode == 0, verified.stdout
        assert "WRONG" not in verified.stdout

        first_web = served.child("web")
        first_web.kill()
        first_web.wait()
        assert served.status() == 200, "callers wait for the next web process, they are not refused"
        assert served.child("web").pid != first_web.pid
    finally:
        served.parent.terminate()
        served.parent.wait(PATIENCE)
    assert served.parent.returncode == 0
    assert served.all_gone()
    assert running_there(served.state_dir) is None

    again = Served(environment)
    assert (again.state_dir / "keys.env").read_text() == keys
    again.parent.kill()
    again.parent.wait()
    assert again.all_gone(), "nothing outlives a parent that was killed"

    started = time.monotonic()
    third = Served(environment)
    try:
        assert time.monotonic() - started < 30
        assert third.status() == 200
    finally:
        third.parent.send_signal(signal.SIGINT)
        third.parent.wait(PATIENCE)
    assert third.parent.returncode == 0
    assert third.all_gone()


def test_a_port_that_is_taken_is_said_in_a_sentence(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = run(environment, "serve", "--port", port)
    assert answer.returncode == 1
    assert "Choose another port" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_commands_bring_their_own_servers_when_none_run(environment: dict[str, str]) -> None:
    answer = run(environment, "migrate")
    assert answer.returncode == 0, answer.stderr
    assert running_there(Path(environment["LINLI_STATE_DIR"])) is None


def test_two_commands_at_once_share_servers_and_keys(environment: dict[str, str]) -> None:
    with scratch_directory() as directory:
        fresh = environment | {"LINLI_STATE_DIR": str(directory / "new")}
        both = [
            subprocess.Popen(
                [*LINLI, "migrate"], cwd=ROOT, env=fresh, stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL
            )
            for _ in range(2)
        ]
        errors = [each.communicate(timeout=PATIENCE)[1] for each in both]
        assert [each.returncode for each in both] == [0, 0], errors
        assert len((directory / "new" / "keys.env").read_text().splitlines()) == 3


def test_keys_that_are_given_are_used(environment: dict[str, str]) -> None:
    with scratch_directory() as directory:
        short = environment | {"LINLI_STATE_DIR": str(directory), "LINLI_SECRET": "too short"}
        answer = run(short, "verify-setup")
    assert answer.returncode == 1
    assert "fewer than 32 characters" in answer.stdout


def test_a_file_of_keys_that_lacks_one_is_not_completed_silently(environment: dict[str, str]) -> None:
    with scratch_directory() as directory:
        (directory / "keys.env").write_text("LINLI_SECRET=something\n")
        answer = run(environment | {"LINLI_STATE_DIR": str(directory)}, "migrate")
    assert answer.returncode == 1
    assert "LINLI_DATA_KEYS is neither in the environment nor in" in answer.stderr


def test_a_backup_comes_back_into_an_empty_database_only(environment: dict[str, str]) -> None:
    with scratch_directory() as directory:
        file = directory / "linli.backup"
        assert run(environment, "migrate").returncode == 0
        made = run(environment, "backup", str(file))
        assert made.returncode == 0, made.stderr
        assert file.stat().st_mode & 0o077 == 0
        assert "never replaces another" in run(environment, "backup", str(file)).stderr

        new = environment | {"LINLI_STATE_DIR": str(directory / "new")}
        back = run(new, "restore", str(file))
        assert back.returncode == 0, back.stderr
        assert run(new, "verify-setup").returncode == 0
        assert "Restore into an empty one" in run(new, "restore", str(file)).stderr
