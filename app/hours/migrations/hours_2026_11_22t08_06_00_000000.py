"""The radar's first thresholds, and the indexes its nightly look needs."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T08:06:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules of the integrity radar"

SQL = """
INSERT INTO radar_rule (code, applies_from, thresholds, weight, enabled, set_at) VALUES
    ('long_day', '2020-01-01', '{"minutes": 960}', 3, true, now()),
    ('overlap', '2020-01-01', '{"minutes": 10}', 3, true, now()),
    ('travel', '2020-01-01', '{"kmh": 150, "km": 5}', 2, true, now()),
    ('twins', '2020-01-01', '{"people": 4, "shifts": 4, "days": 35}', 3, true, now()),
    ('same_times', '2020-01-01', '{"attendances": 20, "shifts": 4, "days": 35}', 2, true, now()),
    ('bulk', '2020-01-01', '{"entries": 80, "minutes": 10}', 1, true, now()),
    ('crowd', '2020-01-01', '{"people": 20, "times_usual": 3, "days": 90}', 1, true, now()),
    ('same_minute', '2020-01-01', '{"check_ins": 8, "percent": 90, "days": 62}', 2, true, now()),
    ('keyer_share', '2020-01-01', '{"percent": 60, "hours": 100}', 2, true, now()),
    ('low_grades', '2020-01-01', '{"percent": 40, "hours": 50}', 2, true, now());
ALTER TABLE radar_rule ADD CONSTRAINT radar_rule_code_known CHECK (code IN (
    'long_day', 'overlap', 'travel', 'twins', 'same_times', 'bulk', 'crowd', 'same_minute', 'keyer_share',
    'low_grades'));
ALTER TABLE radar_rule ADD CONSTRAINT radar_rule_weight_known CHECK (weight BETWEEN 0 AND 100);
ALTER TABLE radar_finding ADD CONSTRAINT radar_finding_held_by_known
    CHECK (held_by IN ('agency', 'funder', '') AND (held_by = '') = (status <> 'open'));
ALTER TABLE radar_finding ADD CONSTRAINT radar_finding_place_known CHECK (agency IS NOT NULL AND served_on IS NOT NULL);
CREATE INDEX radar_finding_of_agency_by_day ON radar_finding (agency, served_on);
ALTER TABLE radar_word ADD CONSTRAINT radar_word_side_known CHECK (side IN ('agency', 'funder'));

-- A look goes through a few days of everybody: attendance by day of service, and what was keyed by when it came in.
CREATE INDEX attendance_by_day ON attendance (served_on);
CREATE INDEX punch_by_arrival ON punch USING brin (received_at);
CREATE INDEX punch_by_time ON punch (at);
CREATE INDEX adjustment_by_time ON adjustment (at);
"""


async def forwards() -> MigrationManager:
    """Begin with one row a rule."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
