"""Where shifts are on the web, as pages."""

from typing import Any

from app.shifts.routes import (
    activities,
    askings,
    board,
    browse,
    imports,
    managing,
    mine,
    offers,
    publishing,
    punching,
    safeguards,
    show,
)

ROUTES: list[Any] = [
    *browse.ROUTES,
    *show.ROUTES,
    *mine.ROUTES,
    *offers.ROUTES,
    *askings.ROUTES,
    *activities.ROUTES,
    *publishing.ROUTES,
    *managing.ROUTES,
    *board.ROUTES,
    *punching.ROUTES,
    *safeguards.ROUTES,
    *imports.ROUTES,
]
