"""A seat is offered to each person once at a time; what the law asks for work with minors."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T10:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "offers and safeguards"

SQL = """
ALTER TABLE shift ADD CONSTRAINT shift_priority_in_steps CHECK (priority BETWEEN 1 AND 5);
ALTER TABLE shift ADD CONSTRAINT shift_sex_known CHECK (sex_wanted IN ('', 'female', 'male'));
ALTER TABLE seat ADD CONSTRAINT seat_least_within_needed CHECK (least BETWEEN 0 AND needed);
ALTER TABLE safeguard ADD CONSTRAINT safeguard_one_a_day UNIQUE (service_kind, applies_from);

ALTER TABLE asking ADD CONSTRAINT asking_mode_known CHECK (mode IN ('one', 'in_turn', 'at_once'));
ALTER TABLE asking ADD CONSTRAINT asking_places_some CHECK (places > 0);
ALTER TABLE asking ADD CONSTRAINT asking_outcome_known
    CHECK (outcome IN ('', 'filled', 'nobody_left', 'stopped', 'shift_began', 'shift_cancelled'));
ALTER TABLE asking ADD CONSTRAINT asking_closed_whole CHECK ((closed_at IS NULL) = (outcome = ''));

ALTER TABLE offer ADD CONSTRAINT offer_status_known
    CHECK (status IN ('waiting', 'open', 'accepted', 'declined', 'expired', 'withdrawn'));
ALTER TABLE offer ADD CONSTRAINT offer_open_until CHECK (status <> 'open' OR answer_by IS NOT NULL);
ALTER TABLE offer ADD CONSTRAINT offer_once_an_asking UNIQUE (asking, person);
CREATE UNIQUE INDEX offer_one_live ON offer (seat, person) WHERE status IN ('waiting', 'open');
CREATE INDEX offer_due ON offer (answer_by) WHERE status = 'open';
CREATE INDEX offer_of_person ON offer (person, opened_at DESC);

INSERT INTO safeguard
    (service_kind, applies_from, credentials, adults_only, two_people, staff_present, same_sex, decided_at, reason)
VALUES ('after_school', '2026-01-01', '{no_offences}', false, false, false, false, now(),
        'Law on the Protection of Minors, Art. 62: no record of offences, asked before the work begins and each year');
"""


async def forwards() -> MigrationManager:
    """Add the constraints and rows."""
    manager = MigrationManager(migration_id=ID, app_name="shifts", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
