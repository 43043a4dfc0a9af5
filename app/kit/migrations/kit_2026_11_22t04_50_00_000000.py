"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
CREATE INDEX outbox_waiting ON outbox (due_at) WHERE done_at IS NULL;
ALTER TABLE form_receipt ADD CONSTRAINT form_taken_once UNIQUE (token);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="kit", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
