"""The leader's board on the day."""

from typing import Any

ROUTES: list[Any] = []
