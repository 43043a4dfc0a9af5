"""Call-backs say who asked and how it differs; what waits for a word, and what was decided when, is found quickly."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T08:08:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "inbox and call-backs"

SQL = """
ALTER TABLE call_back ADD CONSTRAINT call_back_differs_in_words CHECK (status <> 'differs' OR answer <> '');
ALTER TABLE call_back ADD CONSTRAINT call_back_asked_by_someone
    CHECK ((status = 'waiting') = (asked_by IS NULL) AND (asked_by IS NULL) = (asked_at IS NULL));
ALTER TABLE sample_draw ADD CONSTRAINT sample_draw_permille_is_a_share CHECK (permille BETWEEN 0 AND 1000);
ALTER TABLE sample_draw ADD CONSTRAINT sample_draw_is_a_part CHECK (drawn <@ among);
CREATE INDEX attendance_waits_for_word ON attendance (served_on, id) WHERE status IN ('recorded', 'vouched');
CREATE INDEX approval_decided_at ON approval (at);
"""


async def forwards() -> MigrationManager:
    """Add the constraints and the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
