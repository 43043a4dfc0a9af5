"""Where this package is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

from app.volunteers.routes import imports, people, profile

ROUTES: list[Any] = [*profile.ROUTES, *people.ROUTES, *imports.ROUTES]
