"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
ALTER TABLE rule_book ADD CONSTRAINT rule_book_version_once UNIQUE NULLS NOT DISTINCT (contract, version);
ALTER TABLE rule_book ADD CONSTRAINT rule_book_one_a_day UNIQUE NULLS NOT DISTINCT (contract, applies_from);

ALTER TABLE attendance ADD CONSTRAINT attendance_once UNIQUE (signup);
ALTER TABLE attendance ADD CONSTRAINT attendance_status_known
    CHECK (status IN ('present', 'recorded', 'returned', 'posted', 'no_show'));
ALTER TABLE attendance ADD CONSTRAINT attendance_capacity_known CHECK (capacity IN ('volunteer', 'staff'));
ALTER TABLE attendance ADD CONSTRAINT attendance_grade_known CHECK (grade IN ('', 'A', 'B', 'C', 'D', 'E'));
ALTER TABLE attendance ADD CONSTRAINT attendance_raw_in_order CHECK (raw_out >= raw_in);
ALTER TABLE attendance ADD CONSTRAINT attendance_adjusted_in_order CHECK (adjusted_out > adjusted_in);
ALTER TABLE attendance ADD CONSTRAINT attendance_adjusted_with_reason
    CHECK (adjusted_in IS NULL OR adjusted_reason <> '');
ALTER TABLE attendance ADD CONSTRAINT attendance_counted_not_negative CHECK (counted_minutes >= 0);
ALTER TABLE attendance ADD CONSTRAINT attendance_vouched UNIQUE (id, recorders, account_id);
CREATE INDEX attendance_inbox ON attendance (agency, status, served_on);

ALTER TABLE approval ADD CONSTRAINT approval_decision_known CHECK (decision IN ('approved', 'returned'));
CREATE UNIQUE INDEX approval_once ON approval (attendance, entry) WHERE decision = 'approved';
ALTER TABLE approval ADD CONSTRAINT approval_not_by_recorder
    CHECK (decision <> 'approved' OR NOT (approved_by = ANY (recorders)));
ALTER TABLE approval ADD CONSTRAINT approval_not_of_own_hours
    CHECK (decision <> 'approved' OR approved_by <> person_account);
ALTER TABLE approval ADD CONSTRAINT approval_names_the_recorders
    FOREIGN KEY (attendance, recorders, person_account) REFERENCES attendance (id, recorders, account_id);

-- Piccolo cannot say PARTITION BY, so the two ledger tables are made again, empty, as partitioned ones.
CREATE TABLE posting_parted (LIKE posting INCLUDING DEFAULTS) PARTITION BY RANGE (served_on);
ALTER TABLE posting_parted ALTER COLUMN id DROP DEFAULT;
DROP TABLE posting;
CREATE SEQUENCE posting_id_seq;
ALTER TABLE posting_parted RENAME TO posting;
ALTER TABLE posting ALTER COLUMN id SET DEFAULT nextval('posting_id_seq');
ALTER SEQUENCE posting_id_seq OWNED BY posting.id;
CREATE TABLE posting_other PARTITION OF posting DEFAULT;
ALTER TABLE posting ADD CONSTRAINT posting_key PRIMARY KEY (id, served_on);
ALTER TABLE posting ADD CONSTRAINT posting_entry_once UNIQUE (attendance_id, entry, served_on);
ALTER TABLE posting ADD CONSTRAINT posting_capacity_known CHECK (capacity IN ('volunteer', 'staff'));
ALTER TABLE posting ADD CONSTRAINT posting_grade_known CHECK (grade IN ('A', 'B', 'C', 'D', 'E'));
ALTER TABLE posting ADD CONSTRAINT posting_negative_only_as_correction CHECK (minutes >= 0 OR corrects_id IS NOT NULL);
ALTER TABLE posting ADD CONSTRAINT posting_correction_has_reason CHECK (corrects_id IS NULL OR reason <> '');
ALTER TABLE posting ADD CONSTRAINT posting_of_attendance FOREIGN KEY (attendance_id) REFERENCES attendance (id);
ALTER TABLE posting ADD CONSTRAINT posting_by_approval FOREIGN KEY (approval_id) REFERENCES approval (id);
ALTER TABLE posting ADD CONSTRAINT posting_of_person FOREIGN KEY (person) REFERENCES person (id);
ALTER TABLE posting ADD CONSTRAINT posting_of_agency FOREIGN KEY (agency) REFERENCES organisation (id);
ALTER TABLE posting ADD CONSTRAINT posting_of_activity FOREIGN KEY (activity) REFERENCES activity (id);
ALTER TABLE posting ADD CONSTRAINT posting_of_shift FOREIGN KEY (shift_id) REFERENCES shift (id);
ALTER TABLE posting ADD CONSTRAINT posting_of_region FOREIGN KEY (region) REFERENCES region (code);
ALTER TABLE posting ADD CONSTRAINT posting_of_kind FOREIGN KEY (service_kind) REFERENCES service_kind (code);
ALTER TABLE posting ADD CONSTRAINT posting_under_rule_book FOREIGN KEY (rule_book) REFERENCES rule_book (id);
ALTER TABLE posting ADD CONSTRAINT posting_verified_by FOREIGN KEY (verified_by) REFERENCES account (id);
CREATE INDEX posting_of_person_by_day ON posting (person, served_on);
CREATE INDEX posting_of_agency_by_day ON posting (agency, served_on);

CREATE TABLE allocation_parted (LIKE allocation INCLUDING DEFAULTS) PARTITION BY RANGE (served_on);
ALTER TABLE allocation_parted ALTER COLUMN id DROP DEFAULT;
DROP TABLE allocation;
CREATE SEQUENCE allocation_id_seq;
ALTER TABLE allocation_parted RENAME TO allocation;
ALTER TABLE allocation ALTER COLUMN id SET DEFAULT nextval('allocation_id_seq');
ALTER SEQUENCE allocation_id_seq OWNED BY allocation.id;
CREATE TABLE allocation_other PARTITION OF allocation DEFAULT;
ALTER TABLE allocation ADD CONSTRAINT allocation_key PRIMARY KEY (id, served_on);
ALTER TABLE allocation ADD CONSTRAINT allocation_at_most_once UNIQUE (posting_id, served_on);
ALTER TABLE allocation ADD CONSTRAINT allocation_not_by_verifier
    CHECK (allocated_by IS NULL OR allocated_by <> verified_by);
ALTER TABLE allocation ADD CONSTRAINT allocation_of_posting
    FOREIGN KEY (posting_id, served_on) REFERENCES posting (id, served_on);
ALTER TABLE allocation ADD CONSTRAINT allocation_to_line FOREIGN KEY (line) REFERENCES line (id);
ALTER TABLE allocation ADD CONSTRAINT allocation_in_period FOREIGN KEY (period) REFERENCES period (id);
ALTER TABLE allocation ADD CONSTRAINT allocation_verified_by FOREIGN KEY (verified_by) REFERENCES account (id);
ALTER TABLE allocation ADD CONSTRAINT allocation_by FOREIGN KEY (allocated_by) REFERENCES account (id);
CREATE INDEX allocation_to_line_by_day ON allocation (line, served_on);
CREATE INDEX allocation_in_period_index ON allocation (period);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
