"""An attendance may still be expected, and an approval that only returns names no recorders."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T05:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "expected attendances, returns without recorders"

SQL = """
ALTER TABLE attendance DROP CONSTRAINT attendance_status_known;
ALTER TABLE attendance ADD CONSTRAINT attendance_status_known
    CHECK (status IN ('expected', 'present', 'recorded', 'returned', 'posted', 'no_show'));

-- The foreign key is not asked when a column is empty, so a returned attendance can gain a recorder.
ALTER TABLE approval ADD CONSTRAINT approval_recorders_known
    CHECK ((decision = 'approved') = (recorders IS NOT NULL));
"""


async def forwards() -> MigrationManager:
    """Change the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
