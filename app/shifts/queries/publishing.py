"""What publishing and managing a shift needs to know, for the agency that runs it."""

from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.programs.rules import ProgramStatus
from app.shifts.rules.publishing import Ground, PeriodSpan
from app.shifts.rules.statuses import ActivityStatus, ShiftStatus

ACTIVITY_GROUND = """
    SELECT a.id, a.line AS line_id, a.name, a.place, a.region, a.service_kind, a.status,
           c.id AS contract_id, c.number AS contract_number, c.starts_on, c.ends_before, p.status AS program_status
    FROM activity a
    LEFT JOIN line l ON l.id = a.line
    LEFT JOIN contract c ON c.id = l.contract
    LEFT JOIN program p ON p.id = c.program
    WHERE a.id = $1 AND a.agency = $2
"""

PERIODS = "SELECT starts_on, ends_before, status FROM period WHERE contract = $1 ORDER BY starts_on"

NO_CONTRACT = date(1, 1, 1)


class GroundRow(Struct, frozen=True, kw_only=True):
    """An activity with the contract its shifts will count for, if it is bound to one."""

    id: int
    line_id: int | None
    name: str
    place: str
    region: str
    service_kind: str
    status: ActivityStatus
    contract_id: int | None
    contract_number: str | None
    starts_on: date | None
    ends_before: date | None
    program_status: ProgramStatus | None


async def activity_ground(actor: Actor, activity_id: int, *, lock: bool = False) -> tuple[GroundRow, Ground]:
    """The activity of the actor's own agency and what its shifts stand on; `lock` keeps it from being closed meanwhile.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    sql = ACTIVITY_GROUND + (" FOR SHARE OF a" if lock else "")
    row = await fetch_one(GroundRow, sql, activity_id, actor.organisation_id)
    if row is None:
        raise NotFound
    periods = await fetch(PeriodSpan, PERIODS, row.contract_id) if row.contract_id else []
    ground = Ground(
        status=row.status,
        program_status=row.program_status,
        contract_number=row.contract_number or "",
        starts_on=row.starts_on or NO_CONTRACT,
        ends_before=row.ends_before or NO_CONTRACT,
        periods=tuple(periods),
    )
    return row, ground


class ShiftFacts(Struct, frozen=True, kw_only=True):
    """A shift as changing it needs to know it."""

    id: int
    activity_id: int
    status: ShiftStatus
    title: str
    place: str
    starts: datetime
    ends: datetime


async def lock_shift(actor: Actor, shift_id: int) -> ShiftFacts:
    """A shift of the actor's own agency, held for this transaction alone.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    found = await fetch_one(
        ShiftFacts,
        "SELECT id, activity AS activity_id, status, title, place, starts, ends FROM shift"
        " WHERE id = $1 AND agency = $2 FOR NO KEY UPDATE",
        shift_id,
        actor.organisation_id,
    )
    if found is None:
        raise NotFound
    return found
