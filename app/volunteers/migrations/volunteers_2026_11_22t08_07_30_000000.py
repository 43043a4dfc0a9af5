"""A record is merged once, and never with itself."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T08:07:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of merged people"

SQL = """
ALTER TABLE person_merge ADD CONSTRAINT person_merge_once UNIQUE (duplicate);
ALTER TABLE person_merge ADD CONSTRAINT person_merge_of_two CHECK (duplicate <> kept);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
