"""Where matching is on the web, as JSON."""

from typing import Any

ROUTES: list[Any] = []
