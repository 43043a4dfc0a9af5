"""Where hours are on the web, as JSON."""

from typing import Any

from app.hours.api import attendances, exceptions, objecting, radar

ROUTES: list[Any] = [*attendances.ROUTES, *exceptions.ROUTES, *objecting.ROUTES, *radar.ROUTES]
