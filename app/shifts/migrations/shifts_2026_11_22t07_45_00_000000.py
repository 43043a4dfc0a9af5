"""A place fix is whole and names its datum; an activity's time is of a known kind."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T07:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of the hour ledger"

SQL = """
UPDATE punch SET datum = 'wgs84' WHERE latitude IS NOT NULL;
ALTER TABLE punch ADD CONSTRAINT punch_datum_known CHECK (datum IN ('', 'wgs84', 'gcj02', 'bd09'));
ALTER TABLE punch ADD CONSTRAINT punch_fix_is_whole
    CHECK ((latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (datum = ''));
ALTER TABLE activity ADD CONSTRAINT activity_time_kind_known
    CHECK (time_kind IN ('service', 'preparation', 'write_up', 'training', 'supervision', 'travel'));
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="shifts", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
