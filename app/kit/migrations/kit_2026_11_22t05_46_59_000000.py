"""What Piccolo cannot say of imports: named constraints and indexes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T05:46:59:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of imports"

SQL = """
ALTER TABLE import_run ADD CONSTRAINT import_run_status_known
    CHECK (status IN ('mapping', 'checking', 'preview', 'writing', 'done'));
ALTER TABLE import_row ADD CONSTRAINT import_row_standing_known
    CHECK (standing IN ('', 'new', 'changed', 'there', 'failed'));
CREATE INDEX import_run_of_organisation ON import_run (kind, organisation_id, id);
CREATE UNIQUE INDEX import_row_once ON import_row (run, number);
CREATE INDEX import_row_by_key ON import_row (run, key_digest);
CREATE UNIQUE INDEX import_mapping_once ON import_mapping (kind, organisation_id, headers_digest);
CREATE UNIQUE INDEX import_seen_once ON import_seen (kind, organisation_id, key_digest);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="kit", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
