"""Where matching is on the web, as JSON."""

from typing import Any

from app.matching.api import now, rounds

ROUTES: list[Any] = [*now.ROUTES, *rounds.ROUTES]
