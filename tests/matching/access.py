"""Who gets which answer at the routes of app.matching."""

from tests.house.cases import Case, only

SEES = only("agency_manager", "social_worker", "funder_officer", "evaluator", "platform_admin")

CASES: dict[str, Case] = {
    "matching.fairness": Case("GET", "/matching/fairness", roles=SEES, stranger=200),
    "matching.fairness_csv": Case("GET", "/matching/fairness.csv?days=30", roles=SEES, stranger=200),
}
