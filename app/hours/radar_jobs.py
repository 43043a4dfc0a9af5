"""What the radar does later: it looks at what was posted, looks back every night, and tells who has the next word."""

from typing import Any

from msgspec import Struct

from app.accounts.rules import Role
from app.hours.actions.watching import watch_attendance, watch_lately
from app.kit import clock
from app.kit.db import fetch
from app.kit.outbox import Job
from app.notices.actions import tell

# Whoever has not read the last notice of a kind is not sent another.
MANAGERS = """
    SELECT m.account FROM membership m
    WHERE m.organisation = $1 AND m.role = $2 AND m.until IS NULL
      AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.account = m.account AND n.event = $3 AND n.link = $4
                      AND n.read_at IS NULL)
    ORDER BY m.account
"""
OFFICERS = """
    SELECT DISTINCT m.account FROM radar_finding f
    JOIN program p ON p.agency = f.agency AND p.status NOT IN ('draft', 'calling', 'cancelled')
    JOIN membership m ON m.organisation = p.funder AND m.role = $2 AND m.until IS NULL
    WHERE f.id = $1 AND f.status = 'open' AND f.held_by = 'funder'
    ORDER BY m.account
"""
AGENCY_OF = "SELECT agency AS account FROM radar_finding WHERE id = $1"


class _Told(Struct, frozen=True):
    account: int


async def watch_nightly() -> None:
    """Look back over the last days."""
    await watch_lately(now=clock.now())


async def look_at_posted(payload: dict[str, Any]) -> None:
    """Look at what an attendance that was just posted takes part in."""
    await watch_attendance(int(payload["attendance_id"]), now=clock.now())


async def tell_found(payload: dict[str, Any]) -> None:
    """The agency's managers hear that there is something to explain."""
    await _tell_managers(int(payload["agency"]), "radar.found", "/radar")


async def tell_explained(payload: dict[str, Any]) -> None:
    """The officers who buy from the agency hear that it has explained something."""
    finding = int(payload["finding_id"])
    for told in await fetch(_Told, OFFICERS, finding, Role.FUNDER_OFFICER):
        await tell(told.account, "radar.explained", {}, f"/radar/{finding}", now=clock.now())


async def tell_settled(payload: dict[str, Any]) -> None:
    """The agency's managers hear what came of it."""
    finding = int(payload["finding_id"])
    for agency in await fetch(_Told, AGENCY_OF, finding):
        await _tell_managers(agency.account, "radar.settled", f"/radar/{finding}")


async def _tell_managers(agency: int, event: str, link: str) -> None:
    for told in await fetch(_Told, MANAGERS, agency, Role.AGENCY_MANAGER, event, link):
        await tell(told.account, event, {}, link, now=clock.now())


RADAR_JOBS: dict[str, list[Job]] = {
    "radar.found": [tell_found],
    "radar.explained": [tell_explained],
    "radar.settled": [tell_settled],
}
