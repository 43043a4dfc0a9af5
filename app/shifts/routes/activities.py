"""An agency's activities."""

from typing import Any

ROUTES: list[Any] = []
