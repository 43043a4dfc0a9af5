"""Where this package is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

from app.accounts.routes import account, home, keys, looks, members, organisations, regions, signing

ROUTES: list[Any] = [
    *home.ROUTES,
    *signing.ROUTES,
    *account.ROUTES,
    *organisations.ROUTES,
    *members.ROUTES,
    *keys.ROUTES,
    *looks.ROUTES,
    *regions.ROUTES,
]
