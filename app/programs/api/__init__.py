"""Where programs are on the web, as JSON: the same deeds and reads as the pages."""

from typing import Any

from app.programs.api import contracts, periods, programs

ROUTES: list[Any] = [*programs.ROUTES, *contracts.ROUTES, *periods.ROUTES]
