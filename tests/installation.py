"""A whole installation in a directory of its own: `linli serve` with its servers, as an operator runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

from app.kit.embedded import running_there
from app.settings import ROOT

PATIENCE = 90.0
WITHOUT = ("DATABASE_URL", "REDIS_URL", "LINLI_DEMO", "LINLI_BASE_URL")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """Started, killed and started again in one state directory, on one port."""

    def __init__(self, directory: Path, port: int | None = None) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.log = directory / "serve.log"
        kept = {name: value for name, value in os.environ.items() if name not in WITHOUT}
        self.environment = kept | {"LINLI_STATE_DIR": str(directory), "LINLI_PORT": str(self.port)}
        self._parent: subprocess.Popen[bytes] | None = None
        self.database_url = self.redis_url = ""

    def start(self, *options: str) -> None:
        """Serve, without the demonstration unless other options are given, and wait until pages are answered."""
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "app.cli", "serve", *(options or ["--no-demo"])]
            self._parent = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while "is ready at" not in self.log.read_text():
            if self._parent.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"linli serve did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        running = running_there(self.directory)
        if running is None or running.database_url is None or running.redis_url is None:
            raise RuntimeError("linli serve is ready, and does not say where its servers are")
        self.database_url, self.redis_url = running.database_url, running.redis_url

    def _family(self) -> list[psutil.Process]:
        """The parent and all that came from it, as they are now: who dies has a successor."""
        if self._parent is None:
            return []
        parent = psutil.Process(self._parent.pid)
        return [parent, *parent.children(recursive=True)]

    def child(self, word: str) -> psutil.Process:
        """The program with this word on its command line."""
        return next(each for each in self._family()[0].children() if word in each.cmdline())

    def processor_seconds(self) -> Counter[str]:
        """What web, worker and servers have worked so far, each with its children."""
        spent: Counter[str] = Counter()
        for part in self._family()[0].children():
            words = " ".join(part.cmdline()[:4])
            name = next(word for word in ("web", "worker", "matcher", "postgres", "valkey") if word in words)
            for each in (part, *part.children(recursive=True)):
                times = each.cpu_times()
                spent[name] += times.user + times.system
            times = part.cpu_times()
            spent[name] += times.children_user + times.children_system
        return spent

    def kill_parent(self) -> None:
        """Kill the process that watches over all others, which then have to end by themselves."""
        family = self._family()
        self._end(signal.SIGKILL, family[:1], family)

    def kill_family(self) -> None:
        """Kill everything at once, databases too, as when the machine loses its power."""
        family = self._family()
        self._end(signal.SIGKILL, family, family)

    def stop(self) -> None:
        """Stop in good order, if it runs."""
        family = self._family()
        self._end(signal.SIGTERM, family[:1], family)

    def _end(self, how: signal.Signals, these: list[psutil.Process], family: list[psutil.Process]) -> None:
        for each in these:
            try:
                each.send_signal(how)
            except psutil.NoSuchProcess:
                continue
        if self._parent:
            self._parent.wait(PATIENCE)
            self._parent = None
        _, left = psutil.wait_procs(family, timeout=PATIENCE)
        if left:
            raise RuntimeError(f"these outlived their parent: {left}")
