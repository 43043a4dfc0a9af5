"""A volunteer's own shifts."""

from typing import Any

ROUTES: list[Any] = []
