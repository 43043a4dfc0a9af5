"""Where shifts are on the web, as pages."""

from typing import Any

from app.shifts.routes import activities, board, browse, mine, publishing

ROUTES: list[Any] = [
    *browse.ROUTES,
    *mine.ROUTES,
    *activities.ROUTES,
    *publishing.ROUTES,
    *board.ROUTES,
]
