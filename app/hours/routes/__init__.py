"""Where hours are on the web, as pages."""

from typing import Any

from app.hours.routes import (
    attendances,
    certificates,
    exceptions,
    inbox,
    merging,
    mine,
    objecting,
    published_keys,
    radar,
    radar_rules,
    star_tables,
    verifying,
)

ROUTES: list[Any] = [
    *inbox.ROUTES,
    *attendances.ROUTES,
    *exceptions.ROUTES,
    *merging.ROUTES,
    *mine.ROUTES,
    *objecting.ROUTES,
    *radar.ROUTES,
    *radar_rules.ROUTES,
    *certificates.ROUTES,
    *verifying.ROUTES,
    *published_keys.ROUTES,
    *star_tables.ROUTES,
]
