"""What the embedded servers share: one at a time in a directory, orphans waited for, started, watched, stopped."""

import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import psutil

from app.kit.embedded.children import end, spawn
from app.kit.embedded.claim import Lock, make_state_directory
from app.kit.embedded.home import Home, find_home, make_private, socket_directory

ENVIRONMENT = {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"}
"""All that a server sees of the environment: nothing of ours may change how it works."""

LOG_LIMIT = 5_000_000


class EmbeddedError(Exception):
    """A server could not be started; the message is a sentence, with the end of its log where that helps."""


class Daemon(ABC):
    """A server process in `<home>/<name>`, owned by this process and dying with it; a context manager.

    `durable=False` trades safety after a power cut for speed: for tests.
    """

    name: ClassVar[str]
    when_orphaned: ClassVar[signal.Signals]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]
    patience: ClassVar[float] = 20

    def __init__(self, state_dir: Path, *, durable: bool = True) -> None:
        make_state_directory(state_dir)
        self.durable = durable
        self.home: Home = find_home(state_dir.resolve())
        self.directory = self.home.directory / self.name
        self.sockets = socket_directory(self.directory / "socket")
        self.log_file = self.directory / f"{self.name}.log"
        self._lock = Lock(self.directory / "lock")
        self._child: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients find the server."""

    @property
    @abstractmethod
    def mark(self) -> str:
        """An argument that only this server's process has, by which an orphan is known."""

    @abstractmethod
    def arguments(self) -> list[str | Path]:
        """The command line."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the server's files if they are missing, and clear what a crash left."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server is ready for clients."""

    def start(self, timeout: float = 60) -> Self:
        """Start the server and wait until it answers. May be called again after it died.

        Raises:
            EmbeddedError, NoHome: with a sentence that says why it could not be started.
        """
        if not self.home.directory.exists():
            self.home.directory.mkdir(mode=0o711)
        make_private(self.directory, self.home.account)
        if not self._lock.take():
            raise EmbeddedError(f"Another process is already running a server in {self.directory}.")
        try:
            make_private(self.sockets, self.home.account)
            self._wait_for_orphans()
            self.prepare()
            self._launch(time.monotonic() + timeout)
        except BaseException:
            self.stop()
            raise
        return self

    def _launch(self, deadline: float) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        with self.log_file.open("ab") as log:
            self._child = spawn(
                self.arguments(),
                directory=self.directory,
                environment=ENVIRONMENT,
                when_orphaned=self.when_orphaned,
                log=log,
                account=self.home.account,
            )
        while not self.answers():
            if self._child.poll() is not None:
                raise EmbeddedError(f"{self.name} ended while starting; its log says:\n{self._log_end()}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{self.name} is not ready in time; its log says:\n{self._log_end()}")
            time.sleep(0.01)

    def _log_end(self) -> str:
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-12:])

    def _wait_for_orphans(self) -> None:
        """We hold the lock, so a server on these files has lost its parent and is on its way down: let it finish.

        Processes of its own may outlive even it, as a query does that is being computed: they are ended too.
        """
        left_behind = [each for each in psutil.process_iter(["name", "cmdline", "cwd"]) if self._is_ours(each.info)]
        servers = [each for each in left_behind if self.mark in (each.info["cmdline"] or [])]
        for orphan in servers or left_behind:
            with suppress(psutil.NoSuchProcess):
                orphan.send_signal(self.stop_signals[0] if servers else signal.SIGTERM)
        _, left = psutil.wait_procs(left_behind, timeout=self.patience)
        if left:
            raise EmbeddedError(f"An older {self.name} (process {left[0].pid}) still works in {self.directory}.")

    def _is_ours(self, process: dict[str, Any]) -> bool:
        named = self.name in (process["name"] or "")
        here = Path(process["cwd"] or "/").is_relative_to(self.directory)
        return named and (here or self.mark in (process["cmdline"] or []))

    def exit_code(self) -> int | None:
        """How the server ended; None while it runs or before it was started."""
        return self._child.poll() if self._child else None

    def stop(self) -> None:
        """Stop the server in good order, less gently if it takes too long."""
        if self._child:
            end(self._child, self.stop_signals, self.patience)
            self._child = None
            if not self.sockets.is_relative_to(self.directory):
                shutil.rmtree(self.sockets, ignore_errors=True)
        self._lock.give_back()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
