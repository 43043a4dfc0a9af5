"""Who gets which answer at the routes of app.reports."""

from datetime import UTC, datetime

from app.kit.db import value
from tests.house.cases import Case, only
from tests.house.world import World

READS = only("agency_manager", "funder_officer", "evaluator")
SUMS = only("agency_manager", "funder_officer", "evaluator", "platform_admin")
OTHERS_FILE = {"agency_manager": 404, "evaluator": 404}


async def rows(world: World) -> None:
    """A workbook the funder's officer asked for."""
    world.rows["export"] = await value(
        "INSERT INTO export (account, organisation, report, parameters, format, status, created_at)"
        " VALUES ($1, $2, 'hours', $3, 'xlsx', 'waiting', $4) RETURNING id",
        world.accounts["funder_officer"],
        world.rows["funder"],
        f'{{"filter": {{"contract": {world.rows["contract"]}}}, "locale": "en"}}',
        datetime.now(UTC),
    )


CASES: dict[str, Case] = {
    "reports.list": Case("GET", "/reports", roles=READS, stranger=200),
    "reports.hours": Case("GET", "/reports/hours?contract={contract}", roles=READS),
    "reports.rows": Case("GET", "/reports/hours/rows?contract={contract}", roles=READS),
    "reports.hours_csv": Case("GET", "/reports/hours.csv?contract={contract}", roles=READS),
    "reports.hours_json": Case("GET", "/reports/hours.json?contract={contract}", roles=READS),
    "reports.workbook": Case("POST", "/reports/hours/workbook", ok=404, roles=READS),
    "reports.proof": Case("POST", "/reports/hours/proof", ok=404, roles=READS),
    "reports.export": Case("GET", "/exports/{export}", roles=READS, per_role=OTHERS_FILE),
    "reports.export_file": Case("GET", "/exports/{export}/file", ok=410, roles=READS, per_role=OTHERS_FILE),
    "reports.city": Case("GET", "/reports/city", roles=SUMS, stranger=200),
    "reports.city_rows": Case("GET", "/reports/city/rows", roles=SUMS, stranger=200),
    "reports.city_csv": Case("GET", "/reports/city.csv", roles=SUMS, stranger=200),
    "reports.city_json": Case("GET", "/reports/city.json", roles=SUMS, stranger=200),
    "api.reports.city": Case("GET", "/api/v1/reports/city", roles=SUMS, stranger=200),
    "api.reports.city_rows": Case("GET", "/api/v1/reports/city/rows", roles=SUMS, stranger=200),
    "api.reports.city_csv": Case("GET", "/api/v1/reports/city.csv", roles=SUMS, stranger=200),
    "api.reports.hours": Case("GET", "/api/v1/reports/hours?contract={contract}", roles=READS),
    "api.reports.rows": Case("GET", "/api/v1/reports/hours/rows?contract={contract}", roles=READS),
    "api.reports.hours_csv": Case("GET", "/api/v1/reports/hours.csv?contract={contract}", roles=READS),
    "api.reports.hours_json": Case("GET", "/api/v1/reports/hours.json?contract={contract}", roles=READS),
    "api.reports.request_export": Case("POST", "/api/v1/exports", ok=400, roles=READS, stranger=400),
    "api.reports.export": Case("GET", "/api/v1/exports/{export}", roles=READS, per_role=OTHERS_FILE),
    "api.reports.export_file": Case("GET", "/api/v1/exports/{export}/file", ok=410, roles=READS, per_role=OTHERS_FILE),
}
