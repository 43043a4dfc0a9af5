"""Where matching is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

from app.matching.routes import fairness

ROUTES: list[Any] = [*fairness.ROUTES]
