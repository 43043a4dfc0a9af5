"""Sums by one column at a time: each once, room on their pages for adding, and what was sealed before."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T09:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "split sums of what is sealed"

SQL = """
ALTER TABLE rollup_split SET (fillfactor = 85);
INSERT INTO rollup_split (reach, number, month, dimension, key, capacity, minutes, entries)
    SELECT reach, number, month, dimension, key, capacity, sum(minutes), sum(entries)
    FROM rollup_month kept
    LEFT JOIN (SELECT l.id AS bought, c.program FROM line l JOIN contract c ON c.id = l.contract) b ON bought = line
    CROSS JOIN LATERAL (VALUES ('city', 0), ('agency', agency), ('program', program)) whose (reach, number)
    CROSS JOIN LATERAL (
        VALUES ('', ''), ('region', region), ('service_kind', service_kind), ('kind', kind), ('grade', grade),
               ('agency', agency::text)
    ) part (dimension, key)
    WHERE number IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6;
ALTER TABLE rollup_split ADD CONSTRAINT rollup_split_once
    UNIQUE (reach, number, month, dimension, key, capacity);
ALTER TABLE rollup_split ADD CONSTRAINT rollup_split_reach_known CHECK (reach IN ('city', 'agency', 'program'));
"""


async def forwards() -> MigrationManager:
    """Fill the table, and let each sum be there once."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
