"""Asking for a round, stopping it with the best plan so far, and dropping it."""

from datetime import datetime

from msgspec import Struct

from app.accounts.queries.regions import children, exists
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Forbidden, Invalid, refuse_if
from app.matching.queries.rounds import locked_round, round_for
from app.matching.rules import rounds as rules
from app.matching.rules.rounds import CONSTRAINTS, ROUND_MOVES

ASK = """
    INSERT INTO round (organisation, region, starts, ends, zone, status, seed, seconds, based_on, part_of, stop_asked,
                       progress, error, asked_by, asked_at)
    VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, false, '{}', '', $10, $11) RETURNING id
"""
DROP = "UPDATE round SET status = 'dropped', finished_at = coalesce(finished_at, $2) WHERE id = $1 AND status = $3"
STOP = "UPDATE round SET stop_asked = true WHERE (id = $1 OR part_of = $1) AND status IN ('waiting', 'running')"


class Wanted(Struct, frozen=True, kw_only=True):
    """What a round is to be about."""

    region: str
    starts: datetime
    ends: datetime
    seconds: int = rules.SECONDS
    based_on: int | None = None
    seed: int = 1
    by_district: bool = False
    """Each district by itself first, by as many processes as there are; then the whole, where districts meet."""


async def ask_round(actor: Actor, wanted: Wanted, *, now: datetime) -> int:
    """Have a plan made for the agency's open places of a region and a stretch of time; the answer is the round.

    Raises:
        Forbidden: when the actor may not run rounds.
        Invalid: when the region or the round to stay near is none of theirs.
        Conflict: when the stretch makes no sense, or a round for the same region is at work.
    """
    if not actor.may(Permission.MATCH_RUN):
        raise Forbidden()
    refuse_if(rules.span_refusal(wanted.starts, wanted.ends, now))
    if not 1 <= wanted.seconds <= 3600:
        raise Invalid(rules.NOT_THAT_LONG, seconds=rules.NOT_THAT_LONG.text)
    if not await exists(wanted.region):
        raise Invalid(rules.NO_SUCH_PLACE, region=rules.NO_SUCH_PLACE.text)
    if wanted.based_on is not None:
        base = await round_for(actor, wanted.based_on)
        if not base.finished:
            raise Invalid(rules.BASED_ELSEWHERE, based_on=rules.BASED_ELSEWHERE.text)
    async with transaction(CONSTRAINTS):
        whole = await _insert(actor, wanted, wanted.region, None, now)
        if wanted.by_district:
            for part in await children(wanted.region):
                await _insert(actor, wanted, part.code, whole, now)
        return whole


async def _insert(actor: Actor, wanted: Wanted, region: str, part_of: int | None, now: datetime) -> int:
    return int(
        await value(
            ASK,
            actor.organisation_id,
            region,
            wanted.starts,
            wanted.ends,
            clock.city_zone().key,
            wanted.seed,
            wanted.seconds,
            wanted.based_on,
            part_of,
            actor.account_id,
            now,
        )
    )


async def stop_round(actor: Actor, round_id: int) -> None:
    """Let a round end now, with the best plan it has found so far. Asked again, nothing more happens.

    Raises:
        Forbidden: when the actor may not run rounds.
        NotFound: when there is no such round of theirs.
        Conflict: when it is not at work.
    """
    if not actor.may(Permission.MATCH_RUN):
        raise Forbidden()
    async with transaction():
        await locked_round(actor, round_id)
        if not await execute(STOP, round_id):
            raise Conflict(rules.NOT_AT_WORK)


async def drop_round(actor: Actor, round_id: int, *, now: datetime) -> None:
    """Put a round away of which nothing was sent: its plan is kept, and nobody is asked.

    Raises:
        Forbidden: when the actor may not run rounds.
        NotFound: when there is no such round of theirs.
        Conflict: when it is running, sent or dropped.
    """
    if not actor.may(Permission.MATCH_RUN):
        raise Forbidden()
    async with transaction():
        found = await locked_round(actor, round_id)
        if (found.status, "drop") not in ROUND_MOVES:
            raise Conflict(rules.NOT_READY)
        if not await execute(DROP, round_id, now, found.status):
            raise Conflict()
