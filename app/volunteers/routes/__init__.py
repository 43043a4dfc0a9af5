"""Where this package is on the web, as pages, one file for each thing a visitor comes for."""

from typing import Any

from app.volunteers.routes import absences, credentials, imports, people, profile

ROUTES: list[Any] = [*profile.ROUTES, *people.ROUTES, *credentials.ROUTES, *absences.ROUTES, *imports.ROUTES]
