"""Where hours are on the web, as pages."""

from typing import Any

from app.hours.routes import (
    attendances,
    call_backs,
    certificates,
    claiming,
    exceptions,
    inbox,
    merging,
    mine,
    objecting,
    published_keys,
    radar,
    radar_rules,
    rerating,
    rule_book_drafts,
    rule_books,
    seals,
    star_tables,
    verifying,
)

ROUTES: list[Any] = [
    *inbox.ROUTES,
    *attendances.ROUTES,
    *call_backs.ROUTES,
    *claiming.ROUTES,
    *exceptions.ROUTES,
    *merging.ROUTES,
    *mine.ROUTES,
    *objecting.ROUTES,
    *radar.ROUTES,
    *radar_rules.ROUTES,
    *rule_books.ROUTES,
    *rule_book_drafts.ROUTES,
    *rerating.ROUTES,
    *certificates.ROUTES,
    *verifying.ROUTES,
    *published_keys.ROUTES,
    *seals.ROUTES,
    *star_tables.ROUTES,
]
