"""Where shifts are on the web, as pages."""

from typing import Any

from app.shifts.routes import activities, board, browse, imports, managing, mine, publishing, punching, show

ROUTES: list[Any] = [
    *browse.ROUTES,
    *show.ROUTES,
    *mine.ROUTES,
    *activities.ROUTES,
    *publishing.ROUTES,
    *managing.ROUTES,
    *board.ROUTES,
    *punching.ROUTES,
    *imports.ROUTES,
]
