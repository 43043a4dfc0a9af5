"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
ALTER TABLE activity ADD CONSTRAINT activity_status_known CHECK (status IN ('draft', 'open', 'closed'));
ALTER TABLE activity ADD CONSTRAINT activity_danger_needs_policy
    CHECK (NOT dangerous OR btrim(insurance_policy) <> '');
ALTER TABLE activity ADD CONSTRAINT activity_danger_bars_minors CHECK (NOT (dangerous AND minors_allowed));
ALTER TABLE activity ADD CONSTRAINT activity_open_needs_line CHECK (status <> 'open' OR line IS NOT NULL);
CREATE UNIQUE INDEX activity_source_once ON activity (agency, source, source_ref) WHERE source_ref IS NOT NULL;

ALTER TABLE shift ADD CONSTRAINT shift_status_known
    CHECK (status IN ('planned', 'published', 'running', 'done', 'cancelled'));
ALTER TABLE shift ADD CONSTRAINT shift_ends_after_start CHECK (ends > starts);
ALTER TABLE shift ADD CONSTRAINT shift_at_most_a_day CHECK (ends <= starts + interval '24 hours');
CREATE UNIQUE INDEX shift_of_series_once ON shift (series, starts) WHERE series IS NOT NULL;
CREATE INDEX shift_by_time ON shift (starts) WHERE status IN ('published', 'running');
CREATE INDEX shift_by_region ON shift (region text_pattern_ops, starts) WHERE status IN ('published', 'running');
CREATE INDEX shift_of_agency_by_time ON shift (agency, starts);

ALTER TABLE seat ADD CONSTRAINT seat_capacity_known CHECK (capacity IN ('volunteer', 'staff'));
ALTER TABLE seat ADD CONSTRAINT seat_needs_someone CHECK (needed > 0);
ALTER TABLE seat ADD CONSTRAINT seat_not_overfilled CHECK (taken BETWEEN 0 AND needed);

ALTER TABLE signup ADD CONSTRAINT signup_status_known CHECK (status IN (
    'offered', 'confirmed', 'attended', 'no_show', 'excused', 'waitlisted', 'cancelled', 'released'));
ALTER TABLE signup ADD CONSTRAINT signup_capacity_known CHECK (capacity IN ('volunteer', 'staff'));
ALTER TABLE signup ADD CONSTRAINT signup_one_place_at_a_time
    EXCLUDE USING gist (person WITH =, tstzrange(starts, ends) WITH &&)
    WHERE (status IN ('offered', 'confirmed', 'attended'));

ALTER TABLE punch ADD CONSTRAINT punch_direction_known CHECK (direction IN ('in', 'out'));
ALTER TABLE punch ADD CONSTRAINT punch_nonce_once UNIQUE (nonce);
ALTER TABLE punch ADD CONSTRAINT punch_undone_once UNIQUE (undoes);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="shifts", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
