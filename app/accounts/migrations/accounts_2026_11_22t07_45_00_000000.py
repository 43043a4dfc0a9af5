"""A body is not its own parent."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T07:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of the hour ledger"

SQL = """
ALTER TABLE organisation ADD CONSTRAINT organisation_not_its_own_parent CHECK (parent <> id);
"""


async def forwards() -> MigrationManager:
    """Add the constraint."""
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
