"""What dies is started again, later and later; what is stopped stays stopped."""

import os
import sys
import time
from pathlib import Path

import psutil

from app.kit.embedded.supervisor import FIRST_DELAY, Program, Supervisor


def program(directory: Path, code: str) -> Program:
    environment = {"LIVES": str(directory / "lives"), "PATH": os.defpath}
    count = "import os, time; open(os.environ['LIVES'], 'a').write(f'{os.getpid()}\\n')\n"
    return Program("trial", [sys.executable, "-c", count + code], directory=directory, environment=environment)


def lives(directory: Path) -> list[int]:
    file = directory / "lives"
    return [int(pid) for pid in file.read_text().split()] if file.exists() else []


def look_until(supervisor: Supervisor, directory: Path, count: int, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while len(lives(directory)) < count and time.monotonic() < end:
        supervisor.look()
        time.sleep(0.02)
    assert len(lives(directory)) >= count


def test_what_was_killed_lives_again(tmp_path: Path) -> None:
    supervisor = Supervisor()
    try:
        supervisor.start(program(tmp_path, "time.sleep(60)"))
        look_until(supervisor, tmp_path, 1)
        psutil.Process(lives(tmp_path)[0]).kill()
        look_until(supervisor, tmp_path, 2)
        assert supervisor.most_deaths() == 1
    finally:
        supervisor.stop()
    assert not psutil.pid_exists(lives(tmp_path)[-1])


def test_each_death_waits_longer(tmp_path: Path) -> None:
    supervisor = Supervisor()
    try:
        started = time.monotonic()
        supervisor.start(program(tmp_path, "raise SystemExit(3)"))
        look_until(supervisor, tmp_path, 3)
        assert time.monotonic() - started >= FIRST_DELAY + 2 * FIRST_DELAY
        assert supervisor.most_deaths() >= 2
    finally:
        supervisor.stop()


def test_stopping_ends_the_last_started_first(tmp_path: Path) -> None:
    stopped: list[str] = []

    class Recorder(Program):
        def stop(self) -> None:
            stopped.append(self.name)
            super().stop()

    supervisor = Supervisor()
    for name in ("database", "web"):
        supervisor.start(Recorder(name, ["true"], directory=tmp_path, environment={"PATH": os.defpath}))
    supervisor.stop()
    assert stopped == ["web", "database"]
