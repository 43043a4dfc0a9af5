"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
ALTER TABLE export ADD CONSTRAINT export_status_known CHECK (status IN ('waiting', 'running', 'ready', 'failed'));
CREATE INDEX export_of_account ON export (account, created_at DESC);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="reports", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
