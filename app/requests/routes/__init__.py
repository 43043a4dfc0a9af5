"""Where this package is on the web, as pages."""

from typing import Any

from app.requests.routes import asking, cards, desk, follow, record, visits

ROUTES: list[Any] = [*asking.ROUTES, *follow.ROUTES, *desk.ROUTES, *record.ROUTES, *visits.ROUTES, *cards.ROUTES]
