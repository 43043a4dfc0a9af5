"""People from an agency's own list."""

from typing import Any

from app.kit.importing.pages import pages
from app.volunteers.importing import DESK

ROUTES: list[Any] = pages(DESK)
