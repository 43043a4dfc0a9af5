"""What people say of themselves stays within reason; kinds of credential a city starts with."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T10:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "credentials, absences and wishes"

SQL = """
ALTER TABLE person ADD CONSTRAINT person_sex_known CHECK (sex IN ('', 'female', 'male'));
ALTER TABLE person ADD CONSTRAINT person_place_whole CHECK ((latitude IS NULL) = (longitude IS NULL));
ALTER TABLE person ADD CONSTRAINT person_place_on_earth
    CHECK (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180);
ALTER TABLE person ADD CONSTRAINT person_limits_sensible
    CHECK (reach_metres > 0 AND day_minutes BETWEEN 0 AND 1440 AND week_minutes BETWEEN 0 AND 10080);
ALTER TABLE credential ADD CONSTRAINT credential_ends_after_issue CHECK (ends_before > issued_on);
ALTER TABLE credential ADD CONSTRAINT credential_verified_whole
    CHECK ((verified_by IS NULL) = (verified_at IS NULL));
ALTER TABLE absence ADD CONSTRAINT absence_ends_after_start CHECK (ends > starts);
ALTER TABLE absence ADD CONSTRAINT absence_reason_known CHECK (reason IN ('', 'ill', 'away'));
CREATE INDEX absence_in_force ON absence USING gist (person, tstzrange(starts, ends)) WHERE withdrawn_at IS NULL;

INSERT INTO credential_kind (code, name_zh, name_en) VALUES
    ('no_offences', '无犯罪记录查询', 'Check of criminal records'),
    ('health_check', '健康证明', 'Health check'),
    ('social_work', '社会工作者职业资格', 'Social work licence'),
    ('first_aid', '急救员证', 'First-aid certificate'),
    ('nursing', '养老护理员证', 'Elder-care certificate'),
    ('teaching', '教师资格', 'Teaching licence'),
    ('counselling', '心理咨询培训证明', 'Counselling certificate'),
    ('driving', '驾驶证', 'Driving licence');
"""


async def forwards() -> MigrationManager:
    """Add the constraints and rows."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
