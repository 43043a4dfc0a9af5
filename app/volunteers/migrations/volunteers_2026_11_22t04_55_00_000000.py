"""Rows a city starts with. They are dated data, so a city changes them without changing the code."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.kit.db import execute

ID = "2026-11-22T04:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "first rows"

SQL = """
INSERT INTO skill (code, name_zh, name_en) VALUES
    ('first_aid', '急救', 'First aid'),
    ('elder_care', '长者照护', 'Elder care'),
    ('child_care', '儿童看护', 'Child care'),
    ('tutoring', '课业辅导', 'Tutoring'),
    ('rehabilitation', '康复训练', 'Rehabilitation exercise'),
    ('sign_language', '手语', 'Sign language'),
    ('counselling', '心理支持', 'Counselling'),
    ('haircut', '理发', 'Haircutting'),
    ('repair', '家电维修', 'Small repairs'),
    ('driving', '驾驶', 'Driving'),
    ('it', '电脑手机', 'Computers and phones'),
    ('photography', '摄影', 'Photography'),
    ('music', '音乐', 'Music'),
    ('sport', '体育', 'Sport'),
    ('cooking', '烹饪', 'Cooking'),
    ('event', '活动组织', 'Running events');
INSERT INTO language (code, name_zh, name_en) VALUES
    ('cmn', '普通话', 'Mandarin'),
    ('yue', '粤语', 'Cantonese'),
    ('hak', '客家话', 'Hakka'),
    ('nan', '潮汕话', 'Teochew'),
    ('eng', '英语', 'English'),
    ('csl', '手语', 'Chinese Sign Language');
"""


async def forwards() -> MigrationManager:
    """Insert the rows."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await execute(SQL)

    manager.add_raw(run)
    return manager
