"""Ways into the kept sums by contract line and by agency, and room on their pages for adding without moving rows."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T08:03:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ways into the rollups"

SQL = """
CREATE INDEX rollup_month_of_line ON rollup_month (line, month);
CREATE INDEX rollup_month_of_agency ON rollup_month (agency, month);
ALTER TABLE rollup_day SET (fillfactor = 85);
ALTER TABLE rollup_month SET (fillfactor = 85);
ALTER TABLE rollup_person SET (fillfactor = 85);
"""


async def forwards() -> MigrationManager:
    """Add the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
