"""Tells Piccolo which tables this package owns and where their history is."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

TABLES = ["rule_books", "attendance", "ledger", "seals", "rollups", "objections", "radar", "certificates"]

APP_CONFIG = AppConfig(
    app_name="hours",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder([f"app.hours.tables.{name}" for name in TABLES], exclude_imported=True),
    migration_dependencies=["app.shifts.piccolo_app"],
)
