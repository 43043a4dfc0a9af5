"""Where matching is on the web, as JSON."""

from typing import Any

from app.matching.api import day_routes, now, rounds

ROUTES: list[Any] = [*now.ROUTES, *rounds.ROUTES, *day_routes.ROUTES]
