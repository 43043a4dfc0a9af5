"""Where programs are on the web, as pages."""

from typing import Any

from app.programs.routes import contracts, lines, periods, programs

ROUTES: list[Any] = [*programs.ROUTES, *contracts.ROUTES, *lines.ROUTES, *periods.ROUTES]
