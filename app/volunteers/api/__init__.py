"""Where this package is on the web, as JSON."""

from typing import Any

from app.volunteers.api import absences, credentials, people

ROUTES: list[Any] = [*people.ROUTES, *credentials.ROUTES, *absences.ROUTES]
