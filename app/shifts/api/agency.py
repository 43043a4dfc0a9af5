"""An agency's activities, shifts, boards and punches, as JSON."""

from typing import Any

ROUTES: list[Any] = []
