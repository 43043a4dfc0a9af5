"""Shifts an agency publishes, changes and cancels."""

from typing import Any

ROUTES: list[Any] = []
