"""The routes of a day are planned once at a time, and few seconds each."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of routes"

SQL = """
ALTER TABLE route_plan ADD CONSTRAINT route_plan_status_known
    CHECK (status IN ('waiting', 'running', 'ready', 'sent', 'failed'));
ALTER TABLE route_plan ADD CONSTRAINT route_plan_seconds_sensible CHECK (seconds BETWEEN 1 AND 300);
CREATE UNIQUE INDEX route_plan_one_at_a_time ON route_plan (organisation, on_day)
    WHERE status IN ('waiting', 'running');
CREATE INDEX route_plan_to_do ON route_plan (asked_at) WHERE status IN ('waiting', 'running');
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="matching", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
