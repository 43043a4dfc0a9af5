"""What happens later around objections: each side hears what the other said or decided, or that time ran out."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from app.accounts.rules import MAY, Permission
from app.hours.actions.objecting import escalate_overdue
from app.hours.queries.objecting import ObjectionRow, objection_by_id
from app.hours.rules.objecting import Side, Status
from app.kit import clock
from app.kit.db import fetch
from app.kit.outbox import Job
from app.notices.actions import tell

DECIDERS = """
    SELECT DISTINCT account FROM membership
    WHERE organisation = $1 AND role = ANY ($2) AND until IS NULL AND account <> $3 ORDER BY account
"""
DECIDING_ROLES = sorted(role for role, may in MAY.items() if Permission.OBJECTION_DECIDE in may)


class _Account(Struct, frozen=True):
    account: int


async def raised(payload: dict[str, Any]) -> None:
    """Those who have to answer hear of it; nothing if it was answered or withdrawn meanwhile."""
    row = await objection_by_id(int(payload["objection_id"]))
    if row and row.status is Status.RAISED:
        event = "objection.raised" if row.held_by is Side.AGENCY else "objection.came_up"
        await _tell(event, row, await _deciders(row, row.held_by))


async def said(payload: dict[str, Any]) -> None:
    """The other side hears that there is something to read."""
    row = await objection_by_id(int(payload["objection_id"]))
    if row:
        by_person = payload["side"] == Side.PERSON
        await _tell("objection.said", row, await _deciders(row, row.held_by) if by_person else [row.raised_by])


async def escalated(payload: dict[str, Any]) -> None:
    """All three hear that the body above the agency decides now."""
    row = await objection_by_id(int(payload["objection_id"]))
    if row and row.status is Status.RAISED and row.held_by is Side.PARENT:
        await _tell("objection.escalated", row, [row.raised_by])
        await _tell("objection.taken_away", row, await _deciders(row, Side.AGENCY))
        await _tell("objection.came_up", row, await _deciders(row, Side.PARENT))


async def upheld(payload: dict[str, Any]) -> None:
    """The person hears that they were right."""
    row = await objection_by_id(int(payload["objection_id"]))
    if row and row.status is Status.UPHELD:
        await _tell("objection.upheld", row, [row.raised_by])


async def refused(payload: dict[str, Any]) -> None:
    """The person hears that nothing changes; the page says why, and what can be done."""
    row = await objection_by_id(int(payload["objection_id"]))
    if row and row.status is Status.REFUSED:
        await _tell("objection.refused", row, [row.raised_by])


async def withdrawn(payload: dict[str, Any]) -> None:
    """Whoever held it hears that nothing has to be answered any more."""
    row = await objection_by_id(int(payload["objection_id"]))
    if row and row.status is Status.WITHDRAWN:
        await _tell("objection.withdrawn", row, await _deciders(row, row.held_by))


async def escalate_objections() -> None:
    """Hand on what was not answered in time. Run by the clock; safe to run twice."""
    await escalate_overdue(now=clock.now())


async def _deciders(row: ObjectionRow, side: Side) -> list[int]:
    organisation = row.parent_id if side is Side.PARENT else row.agency_id
    return [found.account for found in await fetch(_Account, DECIDERS, organisation, DECIDING_ROLES, row.raised_by)]


async def _tell(event: str, row: ObjectionRow, accounts: Sequence[int]) -> None:
    facts = {
        "title": row.shift_title,
        "name": row.person_name,
        "starts": row.planned_starts.isoformat(),
        "ends": row.planned_ends.isoformat(),
        "due_on": row.due_on.isoformat(),
        "parent": row.parent_name or "",
        "parent_en": row.parent_name_en or "",
    }
    for account in accounts:
        await tell(account, event, facts, f"/objections/{row.id}", now=clock.now())


OBJECTION_JOBS: dict[str, list[Job]] = {
    "objection.raised": [raised],
    "objection.said": [said],
    "objection.escalated": [escalated],
    "objection.upheld": [upheld],
    "objection.refused": [refused],
    "objection.withdrawn": [withdrawn],
}
