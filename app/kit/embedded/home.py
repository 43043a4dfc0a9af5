"""Where an embedded server may keep its files, and as whom it works: never as root, and with no doors opened for it."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import structlog
from msgspec import Struct

from app.kit.embedded.children import Account

log = structlog.get_logger()

UNPRIVILEGED = ("postgres", "nobody")
"""Users that exist on Debian and its like; initdb refuses a bare number without a name. The first found is taken."""

SOCKET_PATH_LIMIT = 90
"""A Unix socket's whole path has at most 107 bytes; what comes after the directory takes up to 17."""


class Home(Struct, frozen=True):
    """A directory that the server's user can reach, and that user; None when we are not root and it is ourselves."""

    directory: Path
    account: Account | None


class NoHome(Exception):
    """The files cannot be kept where they are; the message says why in a sentence."""


def digest(path: Path) -> str:
    """A short name for a path, the same in every process."""
    return sha256(os.fsencode(path)).hexdigest()[:12]


def passable(path: Path) -> bool:
    """Whether a user with no rights of its own may pass through this path; what does not exist yet is no obstacle."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents) if step.exists())


def find_home(state_dir: Path) -> Home:
    """The home of the servers of this state directory: the directory itself wherever that is possible.

    As root the servers work as an unprivileged user. If that user cannot reach the state directory (under /root, for
    example), the home is a directory of its own under /var/lib, and stays there.

    Raises:
        NoHome: if files are there already, but now out of reach.
    """
    if os.geteuid() != 0:
        return Home(state_dir, None)
    elsewhere = Path("/var/lib") / f"linli-{digest(state_dir)}"
    if elsewhere.exists():
        return Home(elsewhere, _account(elsewhere))
    if passable(state_dir):
        return Home(state_dir, _account(state_dir))
    if (state_dir / "postgres").exists():
        raise NoHome(f"The database files in {state_dir} can no longer be reached by the user that owns them.")
    log.info("database files are kept elsewhere", state_dir=str(state_dir), kept_in=str(elsewhere))
    return Home(elsewhere, _account(elsewhere))


def _account(home: Path) -> Account:
    """Whoever owns the files that are there, so that a user added later changes nothing; else the first that exists."""
    for directory in (home / "postgres", home / "valkey"):
        if directory.exists() and (owner := directory.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise NoHome(f"As root, the database needs one of these users to work as: {', '.join(UNPRIVILEGED)}.")


def make_private(directory: Path, account: Account | None) -> None:
    """Make the directory, closed to everybody but the account.

    Raises:
        NoHome: if someone else made it first.
    """
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    expected = {os.geteuid(), account.uid if account else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in expected:
        raise NoHome(f"{directory} belongs to another user (uid {found.st_uid}).")
    if account:
        os.chown(directory, account.uid, account.gid)
    directory.chmod(0o700)


def socket_directory(wanted: Path) -> Path:
    """The wanted directory, or one with a short path when a socket in it would not fit the kernel's limit."""
    if len(os.fsencode(wanted)) <= SOCKET_PATH_LIMIT:
        return wanted
    return Path(tempfile.gettempdir()) / f"linli-{digest(wanted)}"


def within_reach(packages: Path, parts: Sequence[str], name: str, home: Home) -> Path:
    """The directory with these parts in it that the server's user can reach: `packages`, or a copy of the parts.

    Parts keep their places, because programs find their libraries by them. `name` says which version they are; there is
    one copy of each name, made once.
    """
    if home.account is None or all(passable(packages / part) for part in parts):
        return packages
    copy = home.directory / "programs" / name
    if not copy.exists():
        log.info("programs are copied to where the database's user can reach them", kept_in=str(copy))
        half = copy.with_name(f"{name}.half")
        shutil.rmtree(half, ignore_errors=True)
        for part in parts:
            if (packages / part).exists():
                shutil.copytree(packages / part, half / part, symlinks=True)
        for path in [copy.parent, half, *half.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        half.rename(copy)
    return copy


@contextmanager
def scratch_directory(within: Path | None = None) -> Iterator[Path]:
    """A directory that is gone afterwards and can be a home for any user, which pytest's own cannot."""
    with tempfile.TemporaryDirectory(prefix="linli-", dir=within, ignore_cleanup_errors=True) as name:
        directory = Path(name).resolve()
        directory.chmod(0o711)
        yield directory
