"""Where this package is on the web, as JSON."""

from typing import Any

from app.requests.api import requests, visits

ROUTES: list[Any] = [*requests.ROUTES, *visits.ROUTES]
