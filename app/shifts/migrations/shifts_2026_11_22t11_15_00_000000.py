"""How long people have to answer an offer, to begin with."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T11:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "first deadlines of offers"

SQL = """
ALTER TABLE offer_deadline ADD CONSTRAINT offer_deadline_once UNIQUE (applies_from, hours_before);
ALTER TABLE offer_deadline ADD CONSTRAINT offer_deadline_gives_time CHECK (hours_before >= 0 AND minutes_to_answer > 0);
CREATE INDEX asking_unfinished ON asking (shift) WHERE closed_at IS NULL;

INSERT INTO offer_deadline (applies_from, hours_before, minutes_to_answer) VALUES
    ('2026-01-01', 168, 2880),
    ('2026-01-01', 72, 1440),
    ('2026-01-01', 24, 360),
    ('2026-01-01', 3, 60),
    ('2026-01-01', 0, 15);
"""


async def forwards() -> MigrationManager:
    """Add the rows and what keeps them straight."""
    manager = MigrationManager(migration_id=ID, app_name="shifts", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
