"""Where this package is on the web, as JSON."""

from typing import Any

from app.shifts.api import agency, board, imports, offers, safeguards, volunteers

ROUTES: list[Any] = [
    *volunteers.ROUTES,
    *offers.ROUTES,
    *agency.ROUTES,
    *board.ROUTES,
    *safeguards.ROUTES,
    *imports.ROUTES,
]
