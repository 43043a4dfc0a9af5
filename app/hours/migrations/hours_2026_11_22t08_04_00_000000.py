"""The usual table of stars, for everywhere that has no table of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T08:04:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stars for volunteers"

SQL = """
INSERT INTO star_tier (region, applies_from, stars, minutes) VALUES
    (NULL, '2012-10-23', 1, 6000),
    (NULL, '2012-10-23', 2, 18000),
    (NULL, '2012-10-23', 3, 36000),
    (NULL, '2012-10-23', 4, 60000),
    (NULL, '2012-10-23', 5, 90000)
ON CONFLICT DO NOTHING;
ALTER TABLE star_tier ADD CONSTRAINT star_tier_minutes_positive CHECK (minutes > 0 AND stars BETWEEN 1 AND 5);
CREATE INDEX certificate_on_notice ON certificate (notice_before) WHERE notice_before IS NOT NULL;
"""


async def forwards() -> MigrationManager:
    """Seed the table; index what the public pages ask for."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
