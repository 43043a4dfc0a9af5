"""Rows a city starts with. They are dated data, so a city changes them without changing the code."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "first rows"

SQL = """
INSERT INTO service_kind (code, name_zh, name_en, since) VALUES
    ('elder_visit', '长者探访', 'Elder visit', '2020-01-01'),
    ('after_school', '课后托管', 'After-school care', '2020-01-01'),
    ('disability_rehab', '残障康复', 'Disability rehab', '2020-01-01'),
    ('home_help', '居家帮扶', 'Help at home', '2020-01-01'),
    ('companionship', '陪诊陪伴', 'Escort and company', '2020-01-01'),
    ('family_counselling', '家庭辅导', 'Family counselling', '2020-01-01'),
    ('group_work', '小组活动', 'Group work', '2020-01-01'),
    ('community_event', '社区活动', 'Community event', '2020-01-01'),
    ('environment', '环境清洁', 'Clean-up and greening', '2020-01-01'),
    ('health_promotion', '健康宣教', 'Health promotion', '2020-01-01'),
    ('culture_sport', '文体活动', 'Culture and sport', '2020-01-01'),
    ('emergency', '应急志愿', 'Emergency support', '2020-01-01'),
    ('other', '其他', 'Other', '2020-01-01');
"""


async def forwards() -> MigrationManager:
    """Insert the rows."""
    manager = MigrationManager(migration_id=ID, app_name="programs", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
