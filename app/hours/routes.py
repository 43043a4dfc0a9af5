"""Where this package is on the web, as pages."""

from typing import Any

ROUTES: list[Any] = []
