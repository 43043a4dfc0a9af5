"""Where hours are on the web, as pages."""

from typing import Any

from app.hours.routes import attendances, exceptions, inbox, merging, mine, objecting, radar, radar_rules

ROUTES: list[Any] = [
    *inbox.ROUTES,
    *attendances.ROUTES,
    *exceptions.ROUTES,
    *merging.ROUTES,
    *mine.ROUTES,
    *objecting.ROUTES,
    *radar.ROUTES,
    *radar_rules.ROUTES,
]
