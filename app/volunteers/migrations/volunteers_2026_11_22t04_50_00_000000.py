"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
ALTER TABLE person ADD CONSTRAINT person_volunteer_no_once UNIQUE (volunteer_no);
CREATE UNIQUE INDEX person_of_account_once ON person (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX person_source_once ON person (kept_by, source_ref) WHERE source_ref IS NOT NULL;
CREATE INDEX person_by_phone ON person (phone_index) WHERE phone_index IS NOT NULL;

ALTER TABLE availability ADD CONSTRAINT availability_weekday_known CHECK (weekday BETWEEN 0 AND 6);
ALTER TABLE availability ADD CONSTRAINT availability_span_in_day
    CHECK (from_minute >= 0 AND to_minute <= 1440 AND to_minute > from_minute);
ALTER TABLE availability ADD CONSTRAINT availability_no_overlap
    EXCLUDE USING gist (person WITH =, weekday WITH =, int4range(from_minute, to_minute) WITH &&);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
