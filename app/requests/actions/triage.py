"""What a community decides about a request: accept, decline, hand to a program, close; and the way back."""

from datetime import datetime

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, NotFound, refuse_if
from app.kit.outbox import later
from app.requests.actions.asking import link_digest, new_token
from app.requests.actions.moving import keep, move
from app.requests.queries.choices import fitting_lines
from app.requests.queries.seen import request_for
from app.requests.rules import asking as rules
from app.requests.rules.asking import Declined
from app.requests.rules.statuses import Event

HAND_OVER = """
    UPDATE request SET line = l.id, program = c.program
    FROM line l JOIN contract c ON c.id = l.contract
    WHERE request.id = $1 AND request.status = $2 AND l.id = $3
"""
TAKE_OVER_DETAILS = """
    UPDATE resident SET phone = coalesce(n.phone, resident.phone),
        phone_index = coalesce(n.phone_index, resident.phone_index),
        address = coalesce(n.address, resident.address),
        address_index = coalesce(n.address_index, resident.address_index),
        needs = coalesce(n.needs, resident.needs), region = n.region,
        language = CASE WHEN n.language <> '' THEN n.language ELSE resident.language END,
        sex = CASE WHEN n.sex <> '' THEN n.sex ELSE resident.sex END
    FROM resident n WHERE resident.id = $1 AND n.id = $2
"""


async def accept(actor: Actor, request_id: int, *, note: str = "", now: datetime) -> None:
    """Say yes: from now on a program is looked for."""
    async with transaction():
        row = await request_for(actor, request_id, now)
        await move(row.id, row.status, Event.ACCEPT, by=actor.account_id, now=now, note=note)


async def decline(actor: Actor, request_id: int, reason: Declined, *, note: str = "", now: datetime) -> None:
    """Say no, with the reason. The request is kept: it is need that was not met."""
    async with transaction(rules.CONSTRAINTS):
        row = await request_for(actor, request_id, now)
        await execute("UPDATE request SET decline_reason = $2 WHERE id = $1", row.id, str(reason))
        await move(row.id, row.status, Event.DECLINE, by=actor.account_id, now=now, note=note)


async def hand_over(actor: Actor, request_id: int, line_id: int, *, now: datetime) -> None:
    """Give an accepted request to the agency of a program that buys this help here.

    Raises:
        Conflict: when the line's program is not active, covers another area, or buys another kind of help.
    """
    async with transaction():
        row = await request_for(actor, request_id, now)
        fitting = await fitting_lines(row.region, row.service_kind, clock.local_day(now), line_id)
        refuse_if(None if fitting else rules.NO_PROGRAM_FITS)
        await move(row.id, row.status, Event.HAND_OVER, by=actor.account_id, now=now)
        if not await execute(HAND_OVER, row.id, str(row.status), line_id):
            raise Conflict
        await later("request.handed_over", request_id=row.id)


async def give_back(actor: Actor, request_id: int, *, note: str, now: datetime) -> None:
    """An agency cannot take it: the community decides again."""
    async with transaction():
        row = await request_for(actor, request_id, now)
        await move(row.id, row.status, Event.GIVE_BACK, by=actor.account_id, now=now, note=note)
        await later("request.returned", request_id=row.id)


async def close(actor: Actor, request_id: int, *, note: str = "", now: datetime) -> None:
    """Nothing more is to be done."""
    async with transaction():
        row = await request_for(actor, request_id, now)
        await move(row.id, row.status, Event.CLOSE, by=actor.account_id, now=now, note=note)


async def reopen(actor: Actor, request_id: int, *, note: str = "", now: datetime) -> None:
    """Decide again about a request that was declined or closed; its clock starts anew."""
    async with transaction():
        row = await request_for(actor, request_id, now)
        await move(row.id, row.status, Event.REOPEN, by=actor.account_id, now=now, note=note)


async def merge(actor: Actor, request_id: int, resident_id: int, *, take_details: bool, now: datetime) -> None:
    """File a request under a resident already known, and drop the second record of the same person.

    `take_details`: the phone, address and needs of this request are newer than those on file.
    """
    async with transaction():
        row = await request_for(actor, request_id, now)
        known = await value(
            "SELECT id FROM resident WHERE id = $1 AND region LIKE $2 || '%'", resident_id, actor.region
        )
        if known is None or known == row.resident_id:
            raise NotFound
        if take_details:
            await execute(TAKE_OVER_DETAILS, resident_id, row.resident_id)
        moved = await execute(
            "UPDATE request SET resident = $3 WHERE id = $1 AND resident = $2", row.id, row.resident_id, resident_id
        )
        if not moved:
            raise Conflict
        others = await value("SELECT count(*) FROM request WHERE resident = $1", row.resident_id)
        if not others:
            await execute(
                "UPDATE consent SET subject_id = $2 WHERE subject_kind = 'resident' AND subject_id = $1",
                row.resident_id,
                resident_id,
            )
            await execute("DELETE FROM resident WHERE id = $1", row.resident_id)
        await keep(row.id, row.status, row.status, Event.MERGE, by=actor.account_id, now=now)


async def make_link(actor: Actor, request_id: int, *, now: datetime) -> str:
    """A new private link for a request; an older one stops working. The answer is its secret, shown once."""
    token = new_token()
    async with transaction(rules.CONSTRAINTS):
        row = await request_for(actor, request_id, now)
        await execute("UPDATE request SET link_digest = $2 WHERE id = $1", row.id, link_digest(token))
    return token
