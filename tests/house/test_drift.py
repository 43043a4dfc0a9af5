"""The migrations make exactly the tables that the code describes."""

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager

from app.piccolo_conf import APP_REGISTRY


@pytest.mark.parametrize("name", sorted(APP_REGISTRY.app_configs))
async def test_no_migration_is_missing(name: str) -> None:
    wanted = await AutoMigrationManager(auto_input="n").get_alter_statements(APP_REGISTRY.app_configs[name])
    missing = [statement for kind in wanted for statement in kind.statements]
    assert missing == [], f"run `piccolo migrations new {name} --auto` and read what it wrote"
