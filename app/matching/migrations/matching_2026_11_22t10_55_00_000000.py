"""A round proposes a person for a seat once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T10:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of rounds"

SQL = """
ALTER TABLE weighting ADD CONSTRAINT weighting_one_a_day UNIQUE (applies_from);
ALTER TABLE round ADD CONSTRAINT round_status_known
    CHECK (status IN ('waiting', 'running', 'ready', 'sent', 'failed', 'dropped'));
ALTER TABLE round ADD CONSTRAINT round_ends_after_start CHECK (ends > starts);
ALTER TABLE round ADD CONSTRAINT round_seconds_sensible CHECK (seconds BETWEEN 1 AND 3600);
CREATE UNIQUE INDEX round_one_at_a_time ON round (organisation, region) WHERE status IN ('waiting', 'running');
ALTER TABLE placement ADD CONSTRAINT placement_once UNIQUE (round, seat, person);
ALTER TABLE placement ADD CONSTRAINT placement_dropped_whole
    CHECK ((dropped_at IS NULL) = (dropped_by IS NULL));
ALTER TABLE gap ADD CONSTRAINT gap_once UNIQUE (round, seat);

INSERT INTO weighting (applies_from, weights, decided_at, reason) VALUES ('2026-01-01', '{}', now(), '');
"""


async def forwards() -> MigrationManager:
    """Add the constraints and rows."""
    manager = MigrationManager(migration_id=ID, app_name="matching", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
