"""Where reports are on the web, as pages and files."""

from typing import Any

from app.reports.routes import downloads, hours

ROUTES: list[Any] = [*hours.ROUTES, *downloads.ROUTES]
