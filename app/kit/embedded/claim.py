"""One start at a time in a state directory, and a note for the others about what is running there."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec
from msgspec import Struct


class Running(Struct, frozen=True, kw_only=True):
    """What runs in a state directory. The addresses are None until its servers may be used by others, if ever."""

    pid: int
    command: str
    address: str | None = None
    database_url: str | None = None
    redis_url: str | None = None


class AlreadyRunning(Exception):
    """Somebody else holds the state directory; `running` is their note, or None if they have not written it yet."""

    def __init__(self, running: Running | None) -> None:
        super().__init__(running)
        self.running = running


class Lock:
    """A lock on a file that the kernel gives back when its holder vanishes, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """Take the lock if it is free, or ours already."""
        if self._file:
            return True
        file = self.path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def give_back(self) -> None:
        """Let others take it."""
        if self._file:
            self._file.close()
            self._file = None


class Claim:
    """Being the one process that starts servers in a state directory; a context manager.

    Raises:
        AlreadyRunning: on entering, when somebody else is.
    """

    def __init__(self, state_dir: Path, command: str) -> None:
        self.state_dir = state_dir
        self.command = command
        self._lock = Lock(state_dir / "lock")

    def __enter__(self) -> "Claim":
        make_state_directory(self.state_dir)
        if not self._lock.take():
            raise AlreadyRunning(_note(self.state_dir))
        self.tell()
        return self

    def tell(
        self, *, address: str | None = None, database_url: str | None = None, redis_url: str | None = None
    ) -> None:
        """Write down where the servers are, for `running_there`."""
        note = Running(
            pid=os.getpid(), command=self.command, address=address, database_url=database_url, redis_url=redis_url
        )
        half = _note_file(self.state_dir).with_suffix(".half")
        half.touch(mode=0o600)
        half.write_bytes(msgspec.json.format(msgspec.json.encode(note)))
        half.rename(_note_file(self.state_dir))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _note_file(self.state_dir).unlink(missing_ok=True)
        self._lock.give_back()


def make_state_directory(state_dir: Path) -> None:
    """Make it if it is missing: ours alone; as root, passable for the database's user."""
    if not state_dir.exists():
        state_dir.mkdir(parents=True)
        state_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)


def running_there(state_dir: Path) -> Running | None:
    """The note of whoever holds this state directory; None if nobody does, or if nothing is written yet."""
    if not state_dir.exists():
        return None
    lock = Lock(state_dir / "lock")
    if lock.take():
        lock.give_back()
        return None
    return _note(state_dir)


def _note_file(state_dir: Path) -> Path:
    return state_dir / "servers.json"


def _note(state_dir: Path) -> Running | None:
    try:
        return msgspec.json.decode(_note_file(state_dir).read_bytes(), type=Running)
    except (OSError, msgspec.DecodeError):
        return None
