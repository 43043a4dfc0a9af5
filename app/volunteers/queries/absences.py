"""When people said they are away."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit.db import fetch, fetch_one
from app.volunteers.rules.absences import Reason

ROWS = """
    SELECT a.id, a.person AS person_id, a.starts, a.ends, a.reason, p.account IS DISTINCT FROM a.entered_by AS by_other,
           e.name AS entered_by
    FROM absence a JOIN person p ON p.id = a.person JOIN account e ON e.id = a.entered_by
"""
COMING = f"{ROWS} WHERE a.person = $1 AND a.ends > $2 AND a.withdrawn_at IS NULL ORDER BY a.starts, a.id"
OWN = f"{ROWS} WHERE a.id = $1 AND p.account = $2"
STAFF = f"{ROWS} WHERE a.id = $1 AND p.staff_of = $2"


class AbsenceRow(Struct, frozen=True, kw_only=True):
    """A stretch in which somebody is away."""

    id: int
    person_id: int
    starts: datetime
    ends: datetime
    reason: Reason
    by_other: bool
    """Whether somebody else wrote it down for them."""
    entered_by: str


async def coming(person_id: int, *, now: datetime) -> list[AbsenceRow]:
    """Absences that are not over. Whether the reader may see the person is asked before."""
    return await fetch(AbsenceRow, COMING, person_id, now)


async def own_absence(account_id: int, absence_id: int) -> AbsenceRow | None:
    """One of the account's own absences, if it is one."""
    return await fetch_one(AbsenceRow, OWN, absence_id, account_id)


async def staff_absence(viewer: Actor, absence_id: int) -> AbsenceRow | None:
    """An absence of the viewer's agency's staff, to whoever may see people there."""
    if not viewer.may(Permission.PERSON_SEE):
        return None
    return await fetch_one(AbsenceRow, STAFF, absence_id, viewer.organisation_id)
