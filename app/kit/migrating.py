"""Bring a database to this version: schema, extensions, migrations, the app's role and what it may not touch."""

import io
from contextlib import redirect_stdout
from datetime import date

import asyncpg
from dateutil.relativedelta import relativedelta
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.conf.apps import Finder

from app.kit import clock
from app.kit.db import DB, connect_arguments
from app.settings import Settings

LOCK = 4_917_001
"""The advisory lock that lets one process migrate at a time."""

MONTHS_BACK, MONTHS_AHEAD = 30, 18


async def migrate(settings: Settings) -> None:
    """Run what is missing; safe to call from any number of processes at once, and again at every start.

    Raises:
        RuntimeError: if a migration reports failure; the log it printed is the message.
    """
    if not settings.database_url:
        raise RuntimeError("DATABASE_URL is not set and no embedded PostgreSQL is running")
    arguments = connect_arguments(settings.database_url, settings.schema, role=None)
    guard = await asyncpg.connect(**arguments)
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", LOCK)
        await guard.execute(f'CREATE SCHEMA IF NOT EXISTS "{settings.schema}"')
        await guard.execute("CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public")
        before, DB.config = DB.config, arguments
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):  # Piccolo reports its progress by printing
                result = await run_forwards("all")
        finally:
            DB.config = before
        if not result.success:
            raise RuntimeError(printed.getvalue())
        await _partition(guard, clock.local_day(clock.now()))
        await _grant(guard, settings)
    finally:
        await guard.close()


async def _partition(connection: asyncpg.Connection, today: date) -> None:
    """Give every table partitioned by month its months around today; the default partition catches the rest."""
    parents = await connection.fetch(
        """
        SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        WHERE c.relnamespace = current_schema()::regnamespace
        """
    )
    for (parent,) in parents:
        for offset in range(-MONTHS_BACK, MONTHS_AHEAD):
            first = today.replace(day=1) + relativedelta(months=offset)
            name = f"{parent}_{first:%Y_%m}"
            if not await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", name):
                await connection.execute(
                    f"CREATE TABLE {name} PARTITION OF {parent} FOR VALUES FROM ('{first}') "
                    f"TO ('{first + relativedelta(months=1)}')"
                )


async def _grant(connection: asyncpg.Connection, settings: Settings) -> None:
    """The app's role reads and writes everything, except that append-only tables can only be appended to."""
    role, schema = settings.app_role, settings.schema
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f'CREATE ROLE "{role}" NOLOGIN')
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await connection.execute(f'GRANT "{role}" TO current_user')
    await connection.execute(f'GRANT USAGE ON SCHEMA "{schema}", public TO "{role}"')
    await connection.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{schema}" TO "{role}"')
    await connection.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{schema}" TO "{role}"')
    append_only = [
        table._meta.tablename for table in Finder().get_table_classes() if getattr(table, "append_only", False)
    ]
    for table in append_only:
        tables = [table, *await _partitions(connection, table)]
        for name in tables:
            await connection.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{name}" FROM "{role}"')


async def _partitions(connection: asyncpg.Connection, parent: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass",
        parent,
    )
    return [row["relname"] for row in rows]
