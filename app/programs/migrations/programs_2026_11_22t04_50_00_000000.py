"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
ALTER TABLE program ADD CONSTRAINT program_status_known
    CHECK (status IN ('draft', 'calling', 'awarded', 'active', 'closing', 'evaluated', 'closed', 'cancelled'));
ALTER TABLE program ADD CONSTRAINT program_agency_is_not_funder CHECK (agency <> funder);

ALTER TABLE contract ADD CONSTRAINT contract_number_once UNIQUE (program, number);
ALTER TABLE contract ADD CONSTRAINT contract_ends_after_start CHECK (ends_before > starts_on);
ALTER TABLE contract ADD CONSTRAINT contract_budget_not_negative CHECK (budget_fen >= 0);

ALTER TABLE line ADD CONSTRAINT line_code_once UNIQUE (contract, code);
ALTER TABLE line ADD CONSTRAINT line_unit_known CHECK (unit IN ('hour', 'visit', 'session', 'person_time'));
ALTER TABLE line ADD CONSTRAINT line_capacity_known CHECK (capacity IN ('volunteer', 'staff', 'either'));
ALTER TABLE line ADD CONSTRAINT line_target_positive CHECK (target > 0);
ALTER TABLE line ADD CONSTRAINT line_price_not_negative CHECK (unit_price_fen >= 0);
ALTER TABLE line ADD CONSTRAINT line_minima_not_negative
    CHECK (qualifying_minutes >= 0 AND qualifying_people >= 0 AND qualifying_sessions >= 0);

ALTER TABLE period ADD CONSTRAINT period_status_known
    CHECK (status IN ('open', 'submitted', 'accepted', 'returned'));
ALTER TABLE period ADD CONSTRAINT period_ends_after_start CHECK (ends_before > starts_on);
ALTER TABLE period ADD CONSTRAINT period_no_overlap
    EXCLUDE USING gist (contract WITH =, daterange(starts_on, ends_before) WITH &&);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="programs", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
