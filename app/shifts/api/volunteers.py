"""Open shifts and sign-ups, as JSON."""

from typing import Any

ROUTES: list[Any] = []
