"""Where reports are on the web, as pages and files."""

from typing import Any

from app.reports.routes import city, downloads, hours

ROUTES: list[Any] = [*hours.ROUTES, *city.ROUTES, *downloads.ROUTES]
