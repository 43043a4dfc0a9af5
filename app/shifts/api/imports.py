"""Opportunities from another platform's table, as JSON."""

from typing import Any

from app.kit.importing.api import api
from app.shifts.importing import DESK

ROUTES: list[Any] = api(DESK)
