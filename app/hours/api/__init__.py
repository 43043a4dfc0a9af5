"""Where hours are on the web, as JSON."""

from typing import Any

from app.hours.api import (
    attendances,
    certificates,
    claiming,
    exceptions,
    inbox,
    merging,
    objecting,
    radar,
    rule_books,
    seals,
)

ROUTES: list[Any] = [
    *attendances.ROUTES,
    *certificates.ROUTES,
    *claiming.ROUTES,
    *exceptions.ROUTES,
    *inbox.ROUTES,
    *merging.ROUTES,
    *objecting.ROUTES,
    *radar.ROUTES,
    *rule_books.ROUTES,
    *seals.ROUTES,
]
