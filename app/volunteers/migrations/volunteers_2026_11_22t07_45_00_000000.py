"""A record is not merged into itself."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T07:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of the hour ledger"

SQL = """
ALTER TABLE person ADD CONSTRAINT person_not_merged_into_itself CHECK (merged_into <> id);
"""


async def forwards() -> MigrationManager:
    """Add the constraint."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
