"""Complete the environment before anything reads it: keys of this installation, addresses of its servers."""

import base64
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.kit.embedded import AlreadyRunning, Claim, EmbeddedPostgres, EmbeddedValkey, running_there
from app.kit.embedded.claim import make_state_directory
from app.settings import Settings, read

PATIENCE = 60.0
"""Seconds that somebody else's start, or command, is waited for."""


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


KEYS = {
    "LINLI_SECRET": lambda: secrets.token_urlsafe(48),
    "LINLI_DATA_KEYS": lambda: f"k1:{_key()}",
    "LINLI_INDEX_KEY": _key,
}


class IncompleteKeys(Exception):
    """A key is neither in the environment nor in the file of keys."""


def key_file(state_dir: Path) -> Path:
    """Where this installation's own keys are kept: lines of NAME=value, as systemd and shells read them."""
    return state_dir / "keys.env"


def chosen() -> Settings:
    """The settings as far as the environment gives them now. `app.settings.settings()` is for when it is complete."""
    return read(dict(os.environ))


def complete_keys() -> None:
    """Put the keys that the environment lacks into it, making them the first time.

    Raises:
        IncompleteKeys: if the file is there but lacks one.
    """
    os.environ.setdefault("PICCOLO_CONF", "app.piccolo_conf")
    missing = [name for name in KEYS if not os.environ.get(name)]
    if not missing:
        return
    state_dir = chosen().state_dir
    file = key_file(state_dir)
    if not file.exists():
        make_state_directory(state_dir)
        _make_keys(file)
    kept = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    for name in missing:
        if not kept.get(name):
            raise IncompleteKeys(f"{name} is neither in the environment nor in {file}.")
        os.environ[name] = kept[name]


def _make_keys(file: Path) -> None:
    """Write new keys, unless another start was faster."""
    half = file.with_name(f"keys.{os.getpid()}")
    half.touch(mode=0o600)
    half.write_text("".join(f"{name}={make()}\n" for name, make in KEYS.items()))
    try:
        os.link(half, file)
    except FileExistsError:
        pass
    finally:
        half.unlink()


@contextmanager
def servers(command: str) -> Iterator[None]:
    """DATABASE_URL and REDIS_URL inside the block: as given, or of what serves here, or of servers for its duration.

    Those of another such command are waited for, not borrowed, because they end with it.

    Raises:
        AlreadyRunning: if the wait is too long.
    """
    given = chosen()
    with ExitStack() as started:
        if not (given.database_url and given.redis_url) and not _claim_or_find(started, given, command):
            if not given.database_url:
                os.environ["DATABASE_URL"] = started.enter_context(EmbeddedPostgres(given.state_dir)).url
            if not given.redis_url:
                os.environ["REDIS_URL"] = started.enter_context(EmbeddedValkey(given.state_dir)).url
        yield


def _claim_or_find(started: ExitStack, given: Settings, command: str) -> bool:
    """Whether servers were found; otherwise the state directory is claimed until `started` ends."""
    end = time.monotonic() + PATIENCE
    while True:
        running = running_there(given.state_dir)
        if running and running.database_url and running.redis_url:
            os.environ.setdefault("DATABASE_URL", running.database_url)
            os.environ.setdefault("REDIS_URL", running.redis_url)
            return True
        try:
            started.enter_context(Claim(given.state_dir, command))
        except AlreadyRunning:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return False
