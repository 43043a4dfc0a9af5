"""Rows a city starts with. They are dated data, so a city changes them without changing the code."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "first rows"

SQL = """
INSERT INTO rule_book (contract, version, applies_from, rules, published_at) VALUES
    (NULL, '2020-1', '2020-01-01', '{"least_minutes": 15, "round_to_minutes": 1, "most_minutes_a_day": 480}',
     '2020-01-01T00:00:00Z');
"""


async def forwards() -> MigrationManager:
    """Insert the rows."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
