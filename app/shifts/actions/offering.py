"""Offering a place to people: one, several in turn, or several at once; and taking an offer back.

Locks are taken in one order everywhere: the shift (shared), the asking, the people by number, the seat.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict, Forbidden, NotFound, refuse_if
from app.kit.rules import Refusal
from app.shifts.actions import advancing
from app.shifts.queries import asking as queries
from app.shifts.queries.asking import Wanted
from app.shifts.rules import offers as rules
from app.shifts.rules import signing_up
from app.shifts.rules.constraints import CONSTRAINTS
from app.shifts.rules.offers import LIVE, Mode, OfferStatus, Outcome

INSERT_ASKING = """
    INSERT INTO asking (seat, shift, mode, places, asked_by, asked_at)
    SELECT id, shift, $2, $3, $4, $5 FROM seat WHERE id = $1 RETURNING id
"""
INSERT_OFFER = """
    INSERT INTO offer (asking, seat, shift, person, turn, status, points, why)
    SELECT k.id, k.seat, k.shift, $2, $3, 'waiting', $4, $5::jsonb FROM asking k WHERE k.id = $1
"""
ASKED_LIKE_THIS = """
    SELECT k.id FROM asking k JOIN offer o ON o.asking = k.id AND o.status IN ('waiting', 'open')
    WHERE k.seat = $1 AND k.mode = $2 AND k.closed_at IS NULL AND o.person = ANY ($3)
    GROUP BY k.id HAVING count(*) = cardinality($3::bigint[])
"""
OPENED = "SELECT person AS id FROM offer WHERE asking = $1 AND status = 'open' ORDER BY turn"

ASKING_OF_OFFER = "SELECT asking FROM offer WHERE id = $1"
AGENCY_OF_ASKING = "SELECT h.agency FROM asking k JOIN shift h ON h.id = k.shift WHERE k.id = $1"


class Candidate(Struct, frozen=True, kw_only=True):
    """Someone to be asked. `points` and `why` are the score and its parts as the coordinator saw them."""

    person_id: int
    points: int | None = None
    why: Mapping[str, int] = {}


class Asked(Struct, frozen=True, kw_only=True):
    """What came of asking: who is asked now, in which order, and who could not be asked."""

    asking_id: int
    opened: list[int]
    """Person numbers; the others wait for their turn."""
    skipped: list[tuple[int, Refusal]]


class _Id(Struct, frozen=True):
    id: int


async def ask(
    actor: Actor, seat_id: int, people: Sequence[Candidate], mode: Mode, places: int = 1, *, now: datetime
) -> Asked:
    """Offer a seat of the actor's agency to these people, in this order. Asked again, the answer is the same asking.

    Raises:
        Forbidden: when the actor's role makes no offers.
        NotFound: when the seat is absent or another agency's.
        Conflict: with every reason why nobody can be asked.
    """
    if not actor.may(Permission.OFFER_MAKE):
        raise Forbidden
    candidates = list({each.person_id: each for each in people}.values())
    async with transaction(CONSTRAINTS):
        shift_id = await queries.seat_of_agency(seat_id, actor.organisation_id)
        await value(queries.LOCK_SHIFT, shift_id)
        await queries.lock_people([each.person_id for each in candidates])
        if again := await _asked_already(seat_id, candidates, mode):
            return again
        wanted = await queries.wanted(shift_id, seat_id)
        refuse_if(
            signing_up.closed_refusal(wanted.shift.facts, now),
            *rules.asking_refusals(mode, len(candidates), places, wanted.seat.left, wanted.shift.starts, now),
        )
        asked, skipped = await _sorted_out(wanted, candidates, now=now)
        asking_id = int(await value(INSERT_ASKING, seat_id, str(mode), places, actor.account_id, now))
        for turn, each in enumerate(asked, start=1):
            why = msgspec.json.encode(dict(each.why)).decode()
            await execute(INSERT_OFFER, asking_id, each.person_id, turn, each.points, why)
        await _begin(asking_id, now=now)
        return Asked(asking_id=asking_id, opened=await _opened(asking_id), skipped=skipped)


async def _asked_already(seat_id: int, candidates: Sequence[Candidate], mode: Mode) -> Asked | None:
    """The asking of just these people, when the button was pressed twice."""
    people = [each.person_id for each in candidates]
    found = await value(ASKED_LIKE_THIS, seat_id, str(mode), people) if people else None
    return Asked(asking_id=int(found), opened=await _opened(found), skipped=[]) if found else None


async def _sorted_out(
    wanted: Wanted, candidates: Sequence[Candidate], *, now: datetime
) -> tuple[list[Candidate], list[tuple[int, Refusal]]]:
    asked: list[Candidate] = []
    skipped: list[tuple[int, Refusal]] = []
    for each in candidates:
        against = await queries.bars(wanted, each.person_id, now=now)
        if against:
            skipped += [(each.person_id, refusal) for refusal in against]
        else:
            asked.append(each)
    if not asked:
        raise Conflict(rules.NOBODY, *{refusal.code: refusal for _, refusal in skipped}.values())
    return asked, skipped


async def _begin(asking_id: int, *, now: datetime) -> None:
    asking = await queries.asking_now(asking_id)
    if not asking.mode.holds:
        for offer in await queries.offers_of(asking_id):
            await advancing.open_offer(asking, offer, now=now)
    await advancing.advance(asking, now=now)


async def _opened(asking_id: int) -> list[int]:
    return [row.id for row in await fetch(_Id, OPENED, asking_id)]


async def stop(actor: Actor, asking_id: int, *, now: datetime) -> None:
    """Ask nobody further; who was asked is told kindly. Asked again, nothing more happens.

    Raises:
        NotFound: when the asking is absent or another agency's.
    """
    async with transaction(CONSTRAINTS):
        await _own(actor, asking_id)
        if asking := await queries.lock_asking(asking_id):
            await advancing.close(asking, Outcome.STOPPED, now=now)


async def withdraw(actor: Actor, offer_id: int, *, now: datetime) -> int:
    """Take one offer back; in turn, the next is asked. The answer is the asking.

    Raises:
        NotFound: when the offer is absent or another agency's.
        Conflict: when it was answered already.
    """
    async with transaction(CONSTRAINTS):
        asking_id = int(await value(ASKING_OF_OFFER, offer_id) or 0)
        await _own(actor, asking_id)
        asking = await queries.lock_asking(asking_id)
        offers = {each.id: each for each in await queries.offers_of(asking_id)}
        offer = offers.pop(offer_id)
        if asking is None or offer.status == OfferStatus.WITHDRAWN:
            return asking_id
        if offer.status not in LIVE:
            raise Conflict(rules.SETTLED_ALREADY)
        if any(each.status in LIVE for each in offers.values()):
            await advancing.end(asking, offer, "withdraw")
            await advancing.advance(asking, now=now)
        else:
            await advancing.close(asking, Outcome.STOPPED, now=now)
        return asking_id


async def _own(actor: Actor, asking_id: int) -> None:
    if not actor.may(Permission.OFFER_MAKE):
        raise Forbidden
    agency = await value(AGENCY_OF_ASKING, asking_id)
    if agency is None or agency != actor.organisation_id:
        raise NotFound
