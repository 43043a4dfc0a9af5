"""`linli backup` and `linli restore`: the whole database in one file, by PostgreSQL's own programs."""

import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

from app.kit.db import connect_arguments
from app.kit.embedded.daemon import ENVIRONMENT
from app.kit.embedded.postgres import client_program
from app.settings import Settings


class BackupFault(Exception):
    """A backup could not be made or brought back; the message says why."""


def back_up(settings: Settings, file: Path) -> None:
    """Write everything in the database to a new file that only we can read.

    Raises:
        BackupFault: if the file exists already, or the database cannot be read.
    """
    if file.exists():
        raise BackupFault(f"{file} exists already; a backup never replaces another.")
    half = file.with_name(f"{file.name}.half")
    half.touch(mode=0o600)
    try:
        _run(settings, "pg_dump", "--format=custom", f"--file={half}")
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)


async def refuse_unless_empty(settings: Settings) -> None:
    """A backup is brought back into a new database only.

    Raises:
        BackupFault: if there are tables already.
    """
    connection = await asyncpg.connect(**connect_arguments(settings.database_url or "", settings.schema, role=None))
    try:
        tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = $1", settings.schema)
    finally:
        await connection.close()
    if tables:
        raise BackupFault(f"The database has {tables} tables. Restore into an empty one: another LINLI_STATE_DIR, say.")


def bring_back(settings: Settings, file: Path) -> None:
    """Read a backup into an empty database, wholly or not at all. Owners and rights are the next migration's to give.

    Raises:
        BackupFault: if the file is no backup, or does not fit.
    """
    if not file.is_file():
        raise BackupFault(f"{file} is not there.")
    whole = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run(settings, "pg_restore", *whole, str(file))


def _run(settings: Settings, program: str, *options: str) -> None:
    address = urlsplit(settings.database_url or "")
    environment = dict(ENVIRONMENT)
    if address.password:  # where other users of the machine cannot see it
        environment["PGPASSWORD"] = unquote(address.password)
        address = address._replace(netloc=address.netloc.replace(f":{address.password}@", "@", 1))
    done = subprocess.run(
        [client_program(program), "--no-password", f"--dbname={address.geturl()}", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFault(f"{program} could not do it:\n{done.stderr.strip()}")
