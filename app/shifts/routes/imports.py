"""Opportunities from another platform's table."""

from typing import Any

from app.kit.importing.pages import pages
from app.shifts.importing import DESK

ROUTES: list[Any] = pages(DESK)
