"""Where hours are on the web, as JSON."""

from typing import Any

from app.hours.api import attendances, exceptions

ROUTES: list[Any] = [*attendances.ROUTES, *exceptions.ROUTES]
