"""Keep servers and programs running: what dies is started again, later and later while it keeps dying."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import structlog
from msgspec import Struct

from app.kit.embedded.children import end, spawn
from app.kit.embedded.daemon import EmbeddedError

log = structlog.get_logger()

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
HEALTHY = 60.0
"""Whoever lived this many seconds is started again as if for the first time."""


class Supervised(Protocol):
    """What a supervisor asks of its wards."""

    @property
    def name(self) -> str:
        """What it is called in the log."""

    def start(self) -> object:
        """Start it, again if need be."""

    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""

    def stop(self) -> None:
        """Stop it and wait for its end."""


class Program:
    """A program of ours as a child: the web, the worker."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        directory: Path,
        environment: Mapping[str, str],
        pass_fds: Sequence[int] = (),
        patience: float = 20,
    ) -> None:
        self.name = name
        self._arguments = arguments
        self._directory = directory
        self._environment = environment
        self._pass_fds = pass_fds
        self._patience = patience
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it.

        Raises:
            OSError: if that is impossible.
        """
        self._child = spawn(
            self._arguments,
            directory=self._directory,
            environment=self._environment,
            when_orphaned=signal.SIGTERM,
            pass_fds=self._pass_fds,
        )

    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._child.poll() if self._child else None

    def stop(self) -> None:
        """Ask it to finish; insist after a while."""
        if self._child:
            end(self._child, [signal.SIGTERM], self._patience)
            self._child = None


class Ward(Struct):
    """One supervised server or program and how it has been doing."""

    server: Supervised
    started: float
    deaths: int = 0
    again_at: float | None = None
    """When it is to be started again; None while it runs."""


class Supervisor:
    """Starts wards in order, restarts those that die, stops all in the opposite order."""

    def __init__(self) -> None:
        self._wards: list[Ward] = []

    def start(self, server: Supervised) -> None:
        """Start one more ward."""
        server.start()
        self._wards.append(Ward(server, time.monotonic()))

    def look(self) -> None:
        """Look after every ward once; to be called several times a second."""
        for ward in self._wards:
            now = time.monotonic()
            if ward.again_at is None:
                code = ward.server.exit_code()
                if code is not None:
                    self._expect_again(ward, now, f"it ended with {code}")
            elif now >= ward.again_at:
                try:
                    ward.server.start()
                except (EmbeddedError, OSError) as error:
                    self._expect_again(ward, now, str(error))
                else:
                    ward.started, ward.again_at = time.monotonic(), None

    def _expect_again(self, ward: Ward, now: float, reason: str) -> None:
        ward.deaths = 1 if now - ward.started > HEALTHY else ward.deaths + 1
        delay = min(FIRST_DELAY * 2 ** (ward.deaths - 1), LONGEST_DELAY)
        ward.again_at = now + delay
        log.error("died; starting it again", what=ward.server.name, reason=reason, in_seconds=delay)

    def most_deaths(self) -> int:
        """How often the least lucky ward has died in a row."""
        return max((ward.deaths for ward in self._wards), default=0)

    def stop(self) -> None:
        """Stop every ward, the last one started first."""
        while self._wards:
            self._wards.pop().server.stop()
