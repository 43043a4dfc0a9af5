"""Start a child that cannot outlive this process, and end one."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from msgspec import Struct

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Account(Struct, frozen=True):
    """An unprivileged user to work as, when we are root."""

    uid: int
    gid: int


def spawn(
    arguments: Sequence[str | Path],
    *,
    directory: Path,
    environment: Mapping[str, str],
    when_orphaned: signal.Signals,
    log: IO[bytes] | None = None,
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; the kernel sends it `when_orphaned` if we vanish.

    Raises:
        RuntimeError: outside the main thread, because Linux ties the promise to the thread that made it.
        OSError: if the program cannot be started.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("children are started from the main thread only, or they would die with another one")
    return subprocess.Popen(
        [str(argument) for argument in arguments],
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C in the terminal is for us; we end our children in order
        pass_fds=pass_fds,
        preexec_fn=_tie_to_parent(when_orphaned) if sys.platform == "linux" else None,  # noqa: PLW1509 (it takes no lock)
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _tie_to_parent(when_orphaned: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def tie() -> None:
        # Runs after the change of user, which would otherwise clear the promise.
        LIBC.prctl(PR_SET_PDEATHSIG, int(when_orphaned))
        if os.getppid() != parent:  # it vanished before the promise was made
            os._exit(1)

    return tie


def end(child: subprocess.Popen[bytes], signals: Sequence[signal.Signals], patience: float) -> int:
    """Send each signal in turn until the child has ended, waiting `patience` seconds after each; its exit code."""
    for each in [*signals, signal.SIGKILL]:
        if child.poll() is not None:
            break
        child.send_signal(each)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    return child.wait()
