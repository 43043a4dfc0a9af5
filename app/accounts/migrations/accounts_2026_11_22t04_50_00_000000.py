"""What Piccolo cannot say: named constraints and indexes. The names are what refusals are looked up by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "constraints"

SQL = """
ALTER TABLE region ADD CONSTRAINT region_level_known CHECK (level BETWEEN 1 AND 5);
ALTER TABLE region ADD CONSTRAINT region_parent_is_prefix
    CHECK (parent_code IS NULL OR starts_with(code, parent_code));
ALTER TABLE region ADD CONSTRAINT region_has_parent FOREIGN KEY (parent_code) REFERENCES region (code);
CREATE INDEX region_children ON region (parent_code);
CREATE INDEX region_by_prefix ON region (code text_pattern_ops);

ALTER TABLE account ADD CONSTRAINT account_phone_once UNIQUE (phone_index);
ALTER TABLE account ADD CONSTRAINT account_email_once UNIQUE (email_index);
ALTER TABLE account ADD CONSTRAINT account_can_be_reached CHECK (phone_index IS NOT NULL OR email_index IS NOT NULL);

ALTER TABLE organisation ADD CONSTRAINT organisation_kind_known
    CHECK (kind IN ('funder', 'agency', 'community', 'evaluator', 'platform'));
ALTER TABLE organisation ADD CONSTRAINT organisation_credit_code_once UNIQUE (credit_code);

CREATE UNIQUE INDEX membership_once ON membership (account, organisation, role) WHERE until IS NULL;
CREATE INDEX consent_of_subject ON consent (subject_kind, subject_id);
CREATE INDEX look_at_subject ON look (subject_kind, subject_id, at);
ALTER TABLE api_key ADD CONSTRAINT api_key_once UNIQUE (key_digest);
"""


async def forwards() -> MigrationManager:
    """Add the constraints."""
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
