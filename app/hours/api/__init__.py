"""Where hours are on the web, as JSON."""

from typing import Any

from app.hours.api import attendances, exceptions, merging, objecting, radar

ROUTES: list[Any] = [*attendances.ROUTES, *exceptions.ROUTES, *merging.ROUTES, *objecting.ROUTES, *radar.ROUTES]
