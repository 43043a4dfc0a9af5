"""Where matching is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

from app.matching.routes import board, day_routes, fairness, my_day, round_plans, rounds, suggestions, weights, why

ROUTES: list[Any] = [
    *board.ROUTES,
    *why.ROUTES,
    *rounds.ROUTES,
    *round_plans.ROUTES,
    *day_routes.ROUTES,
    *my_day.ROUTES,
    *weights.ROUTES,
    *suggestions.ROUTES,
    *fairness.ROUTES,
]
