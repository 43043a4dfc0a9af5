"""Which open seat needs somebody first: by its start, moved by its priority."""

from datetime import timedelta

NORMAL = 3
"""The priority that moves nothing. A step above it counts like a day nearer, one below like a day further off."""

SOON = timedelta(days=2)
AHEAD = timedelta(weeks=4)
"""How far boards and suggestions look."""
