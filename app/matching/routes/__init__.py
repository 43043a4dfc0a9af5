"""Where matching is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

from app.matching.routes import board, fairness, suggestions, why

ROUTES: list[Any] = [*board.ROUTES, *why.ROUTES, *suggestions.ROUTES, *fairness.ROUTES]
