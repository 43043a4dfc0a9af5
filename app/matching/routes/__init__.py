"""Where matching is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

ROUTES: list[Any] = []
