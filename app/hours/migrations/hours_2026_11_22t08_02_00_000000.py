"""Tiles are hashes, which do not compress, and mostly a slice of one is wanted."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T08:02:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tiles are kept uncompressed"

SQL = """
ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
ALTER TABLE ledger_alarm ADD CONSTRAINT ledger_alarm_kind_known
    CHECK (kind IN ('went_back', 'other_history', 'tree_broken', 'rows_differ'));
CREATE UNIQUE INDEX ledger_alarm_one_open ON ledger_alarm (kind) WHERE settled_at IS NULL;
"""


async def forwards() -> MigrationManager:
    """Change the storage, and let one alarm of a kind be open at a time."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
