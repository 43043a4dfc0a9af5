"""Who may do what to the ledger, in the database itself; the names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T07:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints of the hour ledger"

SQL = """
-- Rule-books: the city's, a funder's or a contract's.
ALTER TABLE rule_book DROP CONSTRAINT rule_book_version_once;
ALTER TABLE rule_book DROP CONSTRAINT rule_book_one_a_day;
ALTER TABLE rule_book ADD CONSTRAINT rule_book_version_once UNIQUE NULLS NOT DISTINCT (contract, funder, version);
ALTER TABLE rule_book ADD CONSTRAINT rule_book_one_a_day UNIQUE NULLS NOT DISTINCT (contract, funder, applies_from);
ALTER TABLE rule_book ADD CONSTRAINT rule_book_of_contract_or_funder CHECK (contract IS NULL OR funder IS NULL);
ALTER TABLE rule_book_draft ADD CONSTRAINT rule_book_draft_of_contract_or_funder
    CHECK (contract IS NULL OR funder IS NULL);
ALTER TABLE rule_book_draft ADD CONSTRAINT rule_book_draft_preview_known
    CHECK (preview_status IN ('', 'asked', 'made', 'failed'));
ALTER TABLE rerating ADD CONSTRAINT rerating_status_known CHECK (status IN ('waiting', 'running', 'done', 'failed'));
ALTER TABLE rerating ADD CONSTRAINT rerating_span_in_order CHECK (to_before > from_on);

-- Attendance.
ALTER TABLE attendance DROP CONSTRAINT attendance_once;
ALTER TABLE attendance DROP CONSTRAINT IF EXISTS attendance_vouched;
CREATE UNIQUE INDEX attendance_once ON attendance (signup) WHERE origin <> 'claim';
ALTER TABLE attendance ADD CONSTRAINT attendance_once_a_kind UNIQUE (signup, kind);
ALTER TABLE attendance ADD CONSTRAINT attendance_origin_known CHECK (origin IN ('shift', 'roster', 'claim'));
ALTER TABLE attendance ADD CONSTRAINT attendance_kind_known
    CHECK (kind IN ('service', 'preparation', 'write_up', 'training', 'supervision', 'travel'));
ALTER TABLE attendance DROP CONSTRAINT attendance_capacity_known;
ALTER TABLE attendance ADD CONSTRAINT attendance_capacity_known CHECK (capacity IN ('volunteer', 'staff', 'training'));
ALTER TABLE attendance ADD CONSTRAINT attendance_training_is_apart
    CHECK ((capacity = 'training') <= (kind = 'training') AND NOT (kind = 'training' AND capacity = 'volunteer'));
ALTER TABLE attendance DROP CONSTRAINT attendance_status_known;
ALTER TABLE attendance ADD CONSTRAINT attendance_status_known
    CHECK (status IN ('expected', 'present', 'recorded', 'vouched', 'returned', 'posted', 'no_show'));

-- Parts: one account, one part.
ALTER TABLE part ADD CONSTRAINT part_known CHECK (part IN ('recorder', 'verifier', 'allocator'));
ALTER TABLE part ADD CONSTRAINT part_one_each UNIQUE (attendance, account);
ALTER TABLE part ADD CONSTRAINT part_to_refer_to UNIQUE (attendance, account, part);
INSERT INTO part (attendance, account, part)
    SELECT id, unnest(array_append(recorders, nullif(account_id, 0))), 'recorder' FROM attendance
    ON CONFLICT DO NOTHING;
INSERT INTO part (attendance, account, part)
    SELECT DISTINCT attendance, approved_by, 'verifier' FROM approval WHERE decision = 'approved'
    ON CONFLICT DO NOTHING;
ALTER TABLE adjustment ADD CONSTRAINT adjustment_part_is_recorder CHECK (part = 'recorder');
ALTER TABLE adjustment ADD CONSTRAINT adjustment_by_recorder
    FOREIGN KEY (attendance, by, part) REFERENCES part (attendance, account, part);
ALTER TABLE adjustment ADD CONSTRAINT adjustment_batch_counts CHECK (batch_size > 0);

ALTER TABLE approval DROP CONSTRAINT approval_decision_known;
ALTER TABLE approval ADD CONSTRAINT approval_decision_known
    CHECK (decision IN ('approved', 'returned', 'undone', 'reopened'));
UPDATE approval SET part = 'verifier' WHERE decision = 'approved';
CREATE UNIQUE INDEX approval_once ON approval (attendance, turn, step) WHERE decision = 'approved';
CREATE UNIQUE INDEX approval_by_another ON approval (attendance, turn, approved_by) WHERE decision = 'approved';
ALTER TABLE approval ADD CONSTRAINT approval_tier_known CHECK (tier IN ('rule', 'agency', 'second', 'parent'));
ALTER TABLE approval ADD CONSTRAINT approval_by_someone
    CHECK ((tier = 'rule' AND decision = 'approved') = (approved_by IS NULL));
ALTER TABLE approval ADD CONSTRAINT approval_part_is_verifier
    CHECK ((decision = 'approved' AND approved_by IS NOT NULL) = (part IS NOT NULL) AND part = 'verifier');
ALTER TABLE approval ADD CONSTRAINT approval_by_verifier
    FOREIGN KEY (attendance, approved_by, part) REFERENCES part (attendance, account, part);

ALTER TABLE time_exception ADD CONSTRAINT time_exception_once UNIQUE (attendance, code);
ALTER TABLE time_exception ADD CONSTRAINT time_exception_action_known
    CHECK (action IN ('', 'kept', 'adjusted', 'missed'));
ALTER TABLE time_exception ADD CONSTRAINT time_exception_settled_with_reason
    CHECK ((action = '') = (settled_at IS NULL) AND (action = '' OR reason <> ''));
ALTER TABLE call_back ADD CONSTRAINT call_back_once UNIQUE (attendance);
ALTER TABLE call_back ADD CONSTRAINT call_back_status_known
    CHECK (status IN ('waiting', 'agrees', 'differs', 'unreachable'));
ALTER TABLE sample_draw ADD CONSTRAINT sample_draw_once_a_day UNIQUE (agency, drawn_on);

-- The ledger.
UPDATE posting SET reverses = true WHERE entry % 2 = 0;
ALTER TABLE posting ADD CONSTRAINT posting_kind_known
    CHECK (kind IN ('service', 'preparation', 'write_up', 'training', 'supervision', 'travel'));
ALTER TABLE posting DROP CONSTRAINT posting_capacity_known;
ALTER TABLE posting ADD CONSTRAINT posting_capacity_known CHECK (capacity IN ('volunteer', 'staff', 'training'));
ALTER TABLE posting ADD CONSTRAINT posting_training_is_apart
    CHECK ((capacity = 'training') <= (kind = 'training') AND NOT (kind = 'training' AND capacity = 'volunteer'));
ALTER TABLE posting ADD CONSTRAINT posting_takes_turns CHECK (reverses = (entry % 2 = 0));
ALTER TABLE posting ADD CONSTRAINT posting_reversal_names_its_entry CHECK (NOT reverses OR corrects_id IS NOT NULL);
ALTER TABLE posting ADD CONSTRAINT posting_negative_only_to_reverse CHECK (minutes = 0 OR (minutes < 0) = reverses);
ALTER TABLE posting DROP CONSTRAINT posting_negative_only_as_correction;
CREATE INDEX posting_of_corrected ON posting (corrects_id) WHERE corrects_id IS NOT NULL;
UPDATE allocation al SET attendance_id = p.attendance_id
    FROM posting p WHERE p.id = al.posting_id AND p.served_on = al.served_on;
ALTER TABLE allocation ADD CONSTRAINT allocation_part_is_allocator
    CHECK ((allocated_by IS NULL) = (part IS NULL) AND part = 'allocator');
ALTER TABLE allocation ADD CONSTRAINT allocation_by_allocator
    FOREIGN KEY (attendance_id, allocated_by, part) REFERENCES part (attendance, account, part);
ALTER TABLE held_time ADD CONSTRAINT held_time_in_order CHECK (ends > starts);
ALTER TABLE held_time ADD CONSTRAINT held_time_once
    EXCLUDE USING gist (person WITH =, tstzrange(starts, ends) WITH &&);
INSERT INTO held_time (attendance, person, starts, ends)
    SELECT p.attendance_id, p.person, p.starts, p.ends FROM posting p
    WHERE p.entry = (SELECT max(n.entry) FROM posting n WHERE n.attendance_id = p.attendance_id) AND p.ends > p.starts
      AND NOT p.reverses;
ALTER TABLE detached_month ADD CONSTRAINT detached_month_begins_a_month CHECK (extract(day FROM month) = 1);
CREATE UNIQUE INDEX detached_month_once ON detached_month (month) WHERE restored_at IS NULL;

-- Seals and rollups.
INSERT INTO unsealed (posting_id, served_on) SELECT id, served_on FROM posting;
ALTER TABLE leaf ADD CONSTRAINT leaf_position_not_negative CHECK (position >= 0);
ALTER TABLE leaf ADD CONSTRAINT leaf_once UNIQUE (posting_id);
ALTER TABLE tile ADD CONSTRAINT tile_once UNIQUE (level, place);
ALTER TABLE tile ADD CONSTRAINT tile_of_whole_hashes
    CHECK (octet_length(hashes) % 32 = 0 AND octet_length(hashes) BETWEEN 32 AND 8192);
ALTER TABLE signing_key ADD CONSTRAINT signing_key_name_once UNIQUE (name);
CREATE UNIQUE INDEX signing_key_one_signs ON signing_key ((true)) WHERE retired_at IS NULL;
ALTER TABLE tree_head ADD CONSTRAINT tree_head_size_positive CHECK (size > 0);
ALTER TABLE tree_head ADD CONSTRAINT tree_head_key_known FOREIGN KEY (key) REFERENCES signing_key (name);
ALTER TABLE rollup_day ADD CONSTRAINT rollup_day_once
    UNIQUE (day, line, agency, region, service_kind, kind, capacity, grade);
ALTER TABLE rollup_month ADD CONSTRAINT rollup_month_once
    UNIQUE (month, line, agency, region, service_kind, kind, capacity, grade);
ALTER TABLE rollup_person ADD CONSTRAINT rollup_person_once UNIQUE (person, month, agency, kind, capacity, grade);

-- Objections, radar, certificates.
CREATE UNIQUE INDEX objection_one_open ON objection (attendance) WHERE status = 'raised';
ALTER TABLE objection ADD CONSTRAINT objection_status_known
    CHECK (status IN ('raised', 'upheld', 'refused', 'withdrawn'));
ALTER TABLE objection ADD CONSTRAINT objection_held_by_known CHECK (held_by IN ('agency', 'parent'));
ALTER TABLE objection ADD CONSTRAINT objection_decided_by_someone
    CHECK ((status IN ('upheld', 'refused')) = (decided_by IS NOT NULL));
ALTER TABLE objection_word ADD CONSTRAINT objection_word_side_known CHECK (side IN ('person', 'agency', 'parent'));
ALTER TABLE radar_rule ADD CONSTRAINT radar_rule_once UNIQUE (code, applies_from);
ALTER TABLE radar_finding ADD CONSTRAINT radar_finding_once UNIQUE (key);
ALTER TABLE radar_finding ADD CONSTRAINT radar_finding_status_known
    CHECK (status IN ('open', 'explained', 'corrected', 'misuse'));
ALTER TABLE radar_finding ADD CONSTRAINT radar_finding_settled_by_someone
    CHECK ((status = 'open') = (settled_by IS NULL));
ALTER TABLE certificate ADD CONSTRAINT certificate_number_once UNIQUE (number);
ALTER TABLE certificate ADD CONSTRAINT certificate_token_once UNIQUE (token);
ALTER TABLE certificate ADD CONSTRAINT certificate_span_in_order CHECK (to_before > from_on);
ALTER TABLE certificate ADD CONSTRAINT certificate_notice_in_order
    CHECK ((notice_from IS NULL) = (notice_before IS NULL) AND notice_before > notice_from);
ALTER TABLE certificate_posting ADD CONSTRAINT certificate_posting_once UNIQUE (certificate, posting_id);
CREATE INDEX certificate_of_posting ON certificate_posting (posting_id);
ALTER TABLE star_tier ADD CONSTRAINT star_tier_once UNIQUE NULLS NOT DISTINCT (region, applies_from, stars);
"""


async def forwards() -> MigrationManager:
    """Add the constraints, and give rows from before their parts, held times and place in the tail."""
    manager = MigrationManager(migration_id=ID, app_name="hours", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
