"""Sending a round's offers: shift by shift, each in a transaction of its own, so that a send that was killed goes on.

A shift's team is asked whole or not at all. Locks are taken in the order of `offering`: shift, people, seats.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit.db import execute, fetch, fetch_one, transaction, value
from app.kit.errors import BUSY, Conflict, DomainError, Forbidden, refuse_if
from app.kit.outbox import later
from app.matching.actions.in_post import in_post
from app.matching.queries.placements import standing_of
from app.matching.queries.rounds import locked_round
from app.matching.queries.teams import half_teams, lack_now, people_to_ask
from app.matching.questions import Pair
from app.matching.rules import rounds as rules
from app.matching.rules.rounds import RoundStatus
from app.matching.rules.teams import Lack
from app.shifts.actions.offering import Candidate, ask
from app.shifts.queries.asking import LOCK_SHIFT, lock_people
from app.shifts.rules.offers import Mode

SEND = "UPDATE round SET status = 'sent', sent_at = $2, sent_by = $3 WHERE id = $1 AND status = 'ready'"
NEXT_SHIFT = """
    SELECT shift FROM placement WHERE round = $1 AND dropped_at IS NULL AND offer IS NULL AND problem = ''
    ORDER BY shift LIMIT 1
"""
SEATS_OF = """
    SELECT DISTINCT seat AS id FROM placement
    WHERE round = $1 AND shift = $2 AND dropped_at IS NULL AND offer IS NULL AND problem = '' ORDER BY seat
"""
OF_SHIFT = """
    SELECT id, seat, person, points, why::text AS why FROM placement
    WHERE round = $1 AND shift = $2 AND dropped_at IS NULL AND offer IS NULL AND problem = ''
    ORDER BY seat, points DESC, id FOR NO KEY UPDATE
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
    UPDATE placement SET problem = $4 WHERE round = $1 AND shift = $2 AND person = $3 AND offer IS NULL
      AND dropped_at IS NULL
"""
NEXT_BEST = 3
"""People who wait for their turn behind those proposed, for each place."""


class _Placed(Struct, frozen=True):
    id: int
    seat: int
    person: int
    points: int | None
    why: str


class _Sender(Struct, frozen=True):
    organisation: int
    sent_by: int


class _Person(Struct, frozen=True):
    person: int


class _Id(Struct, frozen=True):
    id: int


class _HalfATeam(Exception):
    """Not everybody of a team could be asked; whoever was, was not after all."""

    def __init__(self, lack: Lack, refused: dict[int, str]) -> None:
        self.lack, self.refused = lack, refused


async def send_round(actor: Actor, round_id: int, *, now: datetime) -> None:
    """Offer every proposed place to whom it is proposed for. Asked again, nothing more happens.

    Raises:
        Forbidden: when the actor may not send offers.
        NotFound: when there is no such round of theirs.
        Conflict: when it is not ready, proposes nobody, or no whole team.
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
        if not await people_to_ask(round_id, list(await half_teams(round_id))):
            raise Conflict(rules.NO_WHOLE_TEAM)
        if not await execute(SEND, round_id, now, actor.account_id):
            raise Conflict()
        await later("round.sent", round_id=round_id)


async def next_shift(round_id: int) -> tuple[int, list[int]] | None:
    """The next shift of a sent round whose people were not asked yet, with its seats."""
    shift_id = await value(NEXT_SHIFT, round_id)
    if shift_id is None:
        return None
    return int(shift_id), [seat.id for seat in await fetch(_Id, SEATS_OF, round_id, shift_id)]


async def send_shift(round_id: int, shift_id: int, others: Mapping[int, Sequence[Pair]], *, now: datetime) -> None:
    """Ask the people proposed for one shift, the best first; `others` of each seat wait for their turn behind them.

    Who cannot be asked any more is marked with the reason, and so is everybody when no whole team can be asked. Done
    again, it asks nobody twice.

    Raises:
        Conflict: when so much is happening at once that it has to be tried again.
    """
    async with transaction():
        await value(LOCK_SHIFT, shift_id)
        placed = await fetch(_Placed, OF_SHIFT, round_id, shift_id)
        sender = await _sender(round_id)
        people = {each.person for each in placed}
        if sender is None:
            refused = dict.fromkeys(people, "forbidden")
        elif lack := (await half_teams(round_id, [shift_id])).get(shift_id):
            refused = dict.fromkeys(people, str(lack))
        else:
            await lock_people(people | {each.person_id for pairs in others.values() for each in pairs})
            try:
                refused = await _ask_team(sender, round_id, shift_id, placed, others, now=now)
            except _HalfATeam as half:
                refused = dict.fromkeys(people, str(half.lack)) | half.refused
        for person_id, code in refused.items():
            await execute(REFUSED, round_id, shift_id, person_id, code)


async def _ask_team(
    sender: Actor, round_id: int, shift_id: int, placed: Sequence[_Placed], others: Mapping[int, Sequence[Pair]],
    *, now: datetime,
) -> dict[int, str]:  # fmt: skip
    """Ask for every seat; the answer is who could not be asked, with why. If the team is not whole then, nobody was."""
    refused: dict[int, str] = {}
    async with transaction():
        for seat_id, rows in groupby(placed, key=lambda each: each.seat):
            refused |= await _ask_for(sender, round_id, seat_id, list(rows), others.get(seat_id, ()), now=now)
        if lack := await lack_now(shift_id):
            raise _HalfATeam(lack, refused)
    return refused


async def _ask_for(
    sender: Actor, round_id: int, seat_id: int, placed: Sequence[_Placed], others: Sequence[Pair], *, now: datetime
) -> dict[int, str]:
    people = [each.person for each in placed]
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
        return dict.fromkeys(people, error.refusals[-1].code)
    await execute(OFFERS, round_id, seat_id, asked.asking_id)
    skipped = {person_id: refusal.code for person_id, refusal in asked.skipped}
    return {person_id: skipped[person_id] for person_id in people if person_id in skipped}


async def _sender(round_id: int) -> Actor | None:
    """Whoever sent the round, in the post they sent it in; None when they have it no more."""
    found = await fetch_one(_Sender, SENDER, round_id)
    return await in_post(found.sent_by, found.organisation, Permission.OFFER_MAKE) if found else None


def _candidate(placed: _Placed) -> Candidate:
    why = msgspec.json.decode(placed.why, type=Pair)
    return Candidate(person_id=placed.person, points=placed.points, why=why.parts)


async def _waiting(round_id: int, others: Sequence[Pair], placed: Sequence[int]) -> list[Candidate]:
    """The next best who are proposed for nothing else in this round."""
    elsewhere = await fetch(_Person, ELSEWHERE, round_id, [each.person_id for each in others])
    taken = {each.person for each in elsewhere} | set(placed)
    free = [each for each in others if each.person_id not in taken][: NEXT_BEST * len(placed)]
    return [Candidate(person_id=each.person_id, points=each.points, why=each.parts) for each in free]
