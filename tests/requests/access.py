"""Who gets which answer at the routes of app.requests."""

from tests.house.cases import Case

CASES: dict[str, Case] = {}
