"""Who gets which answer at the routes of app.matching."""

from tests.house.cases import Case

CASES: dict[str, Case] = {}
