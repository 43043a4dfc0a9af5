"""Saying that one is away, and that one is back after all."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, NotFound, refuse_if
from app.kit.outbox import later
from app.volunteers.actions.people import ensure_person
from app.volunteers.queries.absences import own_absence, staff_absence
from app.volunteers.queries.people import person
from app.volunteers.rules import absences as rules
from app.volunteers.rules.absences import Reason
from app.volunteers.rules.constraints import CONSTRAINTS

ADD = """
    INSERT INTO absence (person, starts, ends, reason, entered_by, entered_at) VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING id
"""
WITHDRAW = "UPDATE absence SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL"


class Away(Struct, frozen=True, kw_only=True):
    """From when until when somebody is away, and why if they say so."""

    starts: datetime
    ends: datetime
    reason: Reason


async def add_own(actor: Actor, away: Away, *, now: datetime) -> int:
    """Say that one is away oneself.

    Raises:
        Conflict: when the time cannot be.
    """
    async with transaction(CONSTRAINTS):
        return await _add(actor, await ensure_person(actor.account_id, now=now), away, now=now)


async def add_for(actor: Actor, person_id: int, away: Away, *, now: datetime) -> int:
    """Write down that one of the agency's own staff is away.

    Raises:
        NotFound: when the agency does not know them.
        Conflict: when they are not its staff, or the time cannot be.
    """
    async with transaction(CONSTRAINTS):
        known = await person(actor, person_id)
        if not known.is_staff:
            raise Conflict(rules.NOT_STAFF)
        return await _add(actor, known.id, away, now=now)


async def _add(actor: Actor, person_id: int, away: Away, *, now: datetime) -> int:
    refuse_if(rules.refusal(away.starts, away.ends, now=now))
    absence_id = int(await value(ADD, person_id, away.starts, away.ends, away.reason, actor.account_id, now))
    await later("absence.added", absence_id=absence_id)
    return absence_id


async def withdraw(actor: Actor, absence_id: int, *, now: datetime) -> int:
    """Say that it turned out otherwise, of one's own absence or one of the agency's staff; the answer is whose.

    Raises:
        NotFound: for everybody else's.
    """
    async with transaction():
        found = await own_absence(actor.account_id, absence_id) or await staff_absence(actor, absence_id)
        if found is None:
            raise NotFound
        await execute(WITHDRAW, absence_id, now)
        return found.person_id
