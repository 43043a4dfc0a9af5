"""Where Piccolo looks for the engine and for the packages that own tables."""

from piccolo.conf.apps import AppRegistry

from app.kit.db import DB

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(
    apps=[
        "app.kit.piccolo_app",
        "app.accounts.piccolo_app",
        "app.notices.piccolo_app",
        "app.programs.piccolo_app",
        "app.volunteers.piccolo_app",
        "app.shifts.piccolo_app",
        "app.hours.piccolo_app",
        "app.requests.piccolo_app",
        "app.reports.piccolo_app",
        "app.matching.piccolo_app",
    ]
)
