"""Tells Piccolo which tables this package owns and where their history is."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="matching",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(["app.matching.tables"], exclude_imported=True),
    migration_dependencies=["app.requests.piccolo_app"],
)
