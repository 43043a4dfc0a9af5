"""Open shifts, for anyone."""

from typing import Any

ROUTES: list[Any] = []
