"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
CREATE INDEX resident_by_name ON resident (name_index);
CREATE INDEX resident_by_phone ON resident (phone_index);
CREATE INDEX resident_by_address ON resident (address_index);

ALTER TABLE request ADD CONSTRAINT request_status_known CHECK (status IN (
    'received', 'accepted', 'declined', 'planned', 'in_service', 'served', 'confirmed', 'closed', 'returned'));
ALTER TABLE request ADD CONSTRAINT request_channel_known CHECK (channel IN ('web', 'window', 'phone', 'round'));
ALTER TABLE request ADD CONSTRAINT request_declined_with_reason CHECK (status <> 'declined' OR decline_reason <> '');
ALTER TABLE request ADD CONSTRAINT request_link_once UNIQUE (link_digest);
CREATE INDEX request_by_region ON request (region text_pattern_ops, status, received_at);

ALTER TABLE visit ADD CONSTRAINT visit_shift_once UNIQUE (shift);
ALTER TABLE confirmation ADD CONSTRAINT confirmation_once UNIQUE (visit);
ALTER TABLE confirmation ADD CONSTRAINT confirmation_rating_in_range CHECK (rating BETWEEN 1 AND 5);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="requests", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
