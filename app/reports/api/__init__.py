"""Where reports are on the web, as JSON and files."""

from typing import Any

from app.reports.api import city, hours

ROUTES: list[Any] = [*hours.ROUTES, *city.ROUTES]
