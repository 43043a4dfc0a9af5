"""What happens later: people of the other side are told what was decided about a program or period."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from msgspec import Struct

from app.accounts.rules import Role
from app.kit.db import fetch, fetch_one
from app.kit.outbox import Job
from app.notices.actions import tell
from app.programs.rules import PeriodStatus, ProgramStatus

MEMBERS = "SELECT account FROM membership WHERE organisation = $1 AND role = $2 AND until IS NULL ORDER BY account"
PROGRAM = "SELECT name, name_en, status, funder, agency FROM program WHERE id = $1"
PERIOD = """
    SELECT p.name, p.name_en, p.funder, p.agency, e.status, e.starts_on, e.ends_before - 1 AS last_on
    FROM period e JOIN contract c ON c.id = e.contract JOIN program p ON p.id = c.program WHERE e.id = $1
"""

TOLD_TO_AGENCY = (ProgramStatus.AWARDED, ProgramStatus.ACTIVE, ProgramStatus.CLOSING, ProgramStatus.CLOSED)


class _Member(Struct, frozen=True):
    account: int


class _Program(Struct, frozen=True):
    name: str
    name_en: str
    status: ProgramStatus
    funder: int
    agency: int


class _Period(Struct, frozen=True):
    name: str
    name_en: str
    funder: int
    agency: int
    status: PeriodStatus
    starts_on: date
    last_on: date


async def _tell_all(organisation: int, role: Role, event: str, facts: dict[str, str], link: str) -> None:
    for member in await fetch(_Member, MEMBERS, organisation, role):
        await tell(member.account, event, facts, link)


async def tell_of_program(payload: dict[str, Any]) -> None:
    """Tell the agency's managers how the program moved; nothing if it has moved on since."""
    program_id, to = int(payload["program_id"]), payload["to"]
    program = await fetch_one(_Program, PROGRAM, program_id)
    if program is None or program.status != to or program.status not in TOLD_TO_AGENCY:
        return
    facts = {"program": program.name, "program_en": program.name_en}
    await _tell_all(program.agency, Role.AGENCY_MANAGER, f"program.{to}", facts, f"/programs/{program_id}")


def tell_of_period(status: PeriodStatus) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """A job that tells the side whose turn it is now; nothing if the period has moved on since."""

    async def job(payload: dict[str, Any]) -> None:
        period_id = int(payload["period_id"])
        period = await fetch_one(_Period, PERIOD, period_id)
        if period is None or period.status is not status:
            return
        facts = {
            "program": period.name,
            "program_en": period.name_en,
            "starts_on": period.starts_on.isoformat(),
            "last_on": period.last_on.isoformat(),
        }
        submitted = status is PeriodStatus.SUBMITTED
        organisation, role = (period.funder, Role.FUNDER_OFFICER) if submitted else (period.agency, Role.AGENCY_MANAGER)
        await _tell_all(organisation, role, f"period.{status}", facts, f"/periods/{period_id}")

    return job


JOBS: dict[str, list[Job]] = {
    "program.moved": [tell_of_program],
    "period.submitted": [tell_of_period(PeriodStatus.SUBMITTED)],
    "period.accepted": [tell_of_period(PeriodStatus.ACCEPTED)],
    "period.returned": [tell_of_period(PeriodStatus.RETURNED)],
}
