"""Where matching is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

from app.matching.routes import board, fairness, round_plans, rounds, suggestions, weights, why

ROUTES: list[Any] = [
    *board.ROUTES,
    *why.ROUTES,
    *rounds.ROUTES,
    *round_plans.ROUTES,
    *weights.ROUTES,
    *suggestions.ROUTES,
    *fairness.ROUTES,
]
