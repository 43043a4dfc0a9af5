"""What is known of a resident stays within the list."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T10:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "sex of residents"

SQL = """
ALTER TABLE resident ADD CONSTRAINT resident_sex_known CHECK (sex IN ('', 'female', 'male'));
"""


async def forwards() -> MigrationManager:
    """Add the constraint."""
    manager = MigrationManager(migration_id=ID, app_name="requests", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
