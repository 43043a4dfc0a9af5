"""Sending a round's offers: seat by seat, each in a transaction of its own, so that a send that was killed goes on."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.accounts.rules import MAY, Actor, Permission
from app.kit.db import execute, fetch, fetch_one, transaction, value
from app.kit.errors import BUSY, Conflict, DomainError, Forbidden, refuse_if
from app.kit.outbox import later
from app.matching.queries.placements import standing_of
from app.matching.queries.rounds import locked_round
from app.matching.questions import Pair
from app.matching.rules import rounds as rules
from app.matching.rules.rounds import RoundStatus
from app.shifts.actions.offering import Candidate, ask
from app.shifts.rules.offers import Mode

SEND = "UPDATE round SET status = 'sent', sent_at = $2, sent_by = $3 WHERE id = $1 AND status = 'ready'"
NEXT_SEAT = """
    SELECT seat FROM placement WHERE round = $1 AND dropped_at IS NULL AND offer IS NULL AND problem = ''
    ORDER BY shift, seat LIMIT 1
"""
OF_SEAT = """
    SELECT id, person, points, why::text AS why FROM placement
    WHERE round = $1 AND seat = $2 AND dropped_at IS NULL AND offer IS NULL AND problem = ''
    ORDER BY points DESC, id FOR NO KEY UPDATE
"""
SENDER = "SELECT organisation, sent_by FROM round WHERE id = $1 AND status = 'sent'"
ELSEWHERE = """
    SELECT DISTINCT person FROM placement WHERE round = $1 AND dropped_at IS NULL AND person = ANY ($2)
"""
OFFERS = """
    UPDATE placement l SET offer = o.id FROM offer o
    WHERE l.round = $1 AND l.seat = $2 AND o.asking = $3 AND o.person = l.person AND l.offer IS NULL
"""
REFUSED = """
    UPDATE placement SET problem = $4 WHERE round = $1 AND seat = $2 AND person = ANY ($3) AND offer IS NULL
      AND dropped_at IS NULL
"""
NEXT_BEST = 3
"""People who wait for their turn behind those proposed, for each place."""


class _Placed(Struct, frozen=True):
    id: int
    person: int
    points: int | None
    why: str


class _Sender(Struct, frozen=True):
    organisation: int
    sent_by: int


class _Person(Struct, frozen=True):
    person: int


async def send_round(actor: Actor, round_id: int, *, now: datetime) -> None:
    """Offer every proposed place to whom it is proposed for. Asked again, nothing more happens.

    Raises:
        Forbidden: when the actor may not send offers.
        NotFound: when there is no such round of theirs.
        Conflict: when it is not ready, or proposes nobody.
    """
    if not (actor.may(Permission.MATCH_RUN) and actor.may(Permission.OFFER_MAKE)):
        raise Forbidden()
    async with transaction(rules.CONSTRAINTS):
        found = await locked_round(actor, round_id)
        if found.status == RoundStatus.SENT:
            return
        refuse_if(rules.edit_refusal(found.status, found.part_of))
        if not (await standing_of(round_id)).placed:
            raise Conflict(rules.NOTHING_TO_SEND)
        if not await execute(SEND, round_id, now, actor.account_id):
            raise Conflict()
        await later("round.sent", round_id=round_id)


async def next_seat(round_id: int) -> int | None:
    """The next seat of a sent round whose people were not asked yet."""
    found = await value(NEXT_SEAT, round_id)
    return None if found is None else int(found)


async def send_seat(round_id: int, seat_id: int, others: Sequence[Pair], *, now: datetime) -> None:
    """Ask the people proposed for one seat, the best first; `others` wait for their turn behind them.

    Who cannot be asked any more is marked with the reason. Done again, it asks nobody twice.

    Raises:
        Conflict: when so much is happening at once that it has to be tried again.
    """
    async with transaction():
        placed = await fetch(_Placed, OF_SEAT, round_id, seat_id)
        sender = await _sender(round_id)
        if not placed:
            return
        people = [each.person for each in placed]
        if sender is None:
            await execute(REFUSED, round_id, seat_id, people, "forbidden")
            return
        left = int(await value("SELECT greatest(needed - taken, 0) FROM seat WHERE id = $1", seat_id) or 0)
        candidates = [_candidate(each) for each in placed]
        candidates += await _waiting(round_id, others, people)
        mode = Mode.ONE if len(candidates) == 1 else Mode.IN_TURN
        places = min(len(placed), left) or 1
        try:
            asked = await ask(sender, seat_id, candidates, mode, places, now=now)
        except DomainError as error:
            if error.first.code == BUSY.code:
                raise
            await execute(REFUSED, round_id, seat_id, people, error.refusals[-1].code)
            return
        await execute(OFFERS, round_id, seat_id, asked.asking_id)
        for person_id, refusal in asked.skipped:
            await execute(REFUSED, round_id, seat_id, [person_id], refusal.code)


async def _sender(round_id: int) -> Actor | None:
    """Whoever sent the round, in the post they sent it in; None when they have it no more."""
    found = await fetch_one(_Sender, SENDER, round_id)
    actor = await actor_of_account(found.sent_by, None) if found else None
    if found is None or actor is None:
        return None
    for post in actor.posts:
        if post.organisation_id == found.organisation and Permission.OFFER_MAKE in MAY[post.role]:
            return msgspec.structs.replace(actor, post=post)
    return None


def _candidate(placed: _Placed) -> Candidate:
    why = msgspec.json.decode(placed.why, type=Pair)
    return Candidate(person_id=placed.person, points=placed.points, why=why.parts)


async def _waiting(round_id: int, others: Sequence[Pair], placed: Sequence[int]) -> list[Candidate]:
    """The next best who are proposed for nothing else in this round."""
    elsewhere = await fetch(_Person, ELSEWHERE, round_id, [each.person_id for each in others])
    taken = {each.person for each in elsewhere} | set(placed)
    free = [each for each in others if each.person_id not in taken][: NEXT_BEST * len(placed)]
    return [Candidate(person_id=each.person_id, points=each.points, why=each.parts) for each in free]
