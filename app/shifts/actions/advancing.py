"""Bringing an asking to where it should stand: offers run out, the next in turn is asked, a filled one is closed.

Everything that happens to an asking ends here, under its lock, so it may be called at any time and any number of times.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from msgspec import Struct

from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict
from app.kit.outbox import later
from app.shifts.queries import asking as queries
from app.shifts.queries.asking import Asking, OfferState
from app.shifts.rules.constraints import CONSTRAINTS
from app.shifts.rules.offer_deadlines import answer_by
from app.shifts.rules.offers import LAST_CALL, LIVE, OFFER_MOVES, OfferStatus, Outcome

HOLD_SEAT = "UPDATE seat SET taken = taken + 1 WHERE id = $1 AND taken < needed"
FREE_SEAT = "UPDATE seat SET taken = taken - 1 WHERE id = $1"

HOLD = """
    INSERT INTO signup (seat, shift, person, capacity, starts, ends, status, created_by, created_at)
    SELECT e.id, h.id, $2, e.capacity, h.starts, h.ends, 'offered', $3, $4
    FROM seat e JOIN shift h ON h.id = e.shift WHERE e.id = $1 RETURNING id
"""
LET_GO = "DELETE FROM signup WHERE id = $1 AND status = 'offered'"
"""A place that was only held was never anybody's: what happened to it stands in the offer."""

MOVE = "UPDATE offer SET status = $2 WHERE id = $1 AND status = $3"
OPEN = "UPDATE offer SET opened_at = $2, answer_by = $3, signup = $4 WHERE id = $1"
SKIP = "UPDATE offer SET note = $2 WHERE id = $1"
NO_HOLD = "UPDATE offer SET signup = NULL WHERE id = $1"
CLOSE = "UPDATE asking SET closed_at = $2, outcome = $3 WHERE id = $1 AND closed_at IS NULL"

FREE = "SELECT needed - taken FROM seat WHERE id = $1"
HELD = "SELECT count(*) FROM signup WHERE seat = $1 AND status = 'offered'"

DUE = """
    SELECT k.id FROM asking k JOIN shift h ON h.id = k.shift
    WHERE k.closed_at IS NULL AND k.id > $3
      AND (h.status <> 'published' OR h.starts <= $2
           OR EXISTS (SELECT FROM offer o WHERE o.asking = k.id AND o.status = 'open' AND o.answer_by <= $1)
           OR NOT EXISTS (SELECT FROM offer o WHERE o.asking = k.id AND o.status = 'open')
           OR EXISTS (SELECT FROM seat e WHERE e.id = k.seat AND e.taken >= e.needed) AND k.mode = 'at_once')
    ORDER BY k.id LIMIT $4
"""
OF_SHIFT = "SELECT id FROM asking WHERE shift = $1 AND closed_at IS NULL ORDER BY id"
AT_ONCE = 200


class _Id(Struct, frozen=True):
    id: int


async def advance(asking: Asking, *, now: datetime) -> None:
    """Do what is due. The asking is locked by whoever calls this."""
    if asking.is_over:
        return
    if over := asking.over_by_shift(now):
        await close(asking, over, now=now)
        return
    for offer in await queries.offers_of(asking.id):
        if offer.status == OfferStatus.OPEN and offer.answer_by is not None and offer.answer_by <= now:
            await end(asking, offer, "expire")
    if asking.mode.holds:
        await _ask_the_next(asking, now=now)
    await _close_if_settled(asking, now=now)


async def _ask_the_next(asking: Asking, *, now: datetime) -> None:
    offers = await queries.offers_of(asking.id)
    engaged = sum(offer.status in (OfferStatus.OPEN, OfferStatus.ACCEPTED) for offer in offers)
    for offer in offers:
        if engaged >= asking.places or int(await value(FREE, asking.seat_id)) <= 0:
            return
        if offer.status == OfferStatus.WAITING:
            engaged += await open_offer(asking, offer, now=now)


async def open_offer(asking: Asking, offer: OfferState, *, now: datetime) -> bool:
    """Ask one person, holding the place for them where the mode does; someone who can no longer come is passed over."""
    wanted = await queries.wanted(asking.shift_id, asking.seat_id)
    against = await queries.bars(wanted, offer.person_id, asking_id=asking.id, now=now)
    if against:
        await move(offer, "withdraw")
        await execute(SKIP, offer.id, against[0].code)
        return False
    signup_id = None
    if asking.mode.holds:
        if not await execute(HOLD_SEAT, asking.seat_id):
            return False
        signup_id = await value(HOLD, asking.seat_id, offer.person_id, asking.asked_by, now)
    steps = await queries.steps(clock.local_day(now))
    until = answer_by(steps, asking.starts, now, clock.city_zone())
    # The deadline goes first: an open offer without one is refused by the database.
    await execute(OPEN, offer.id, now, until, signup_id)
    await move(offer, "open")
    await later("offer.opened", offer_id=offer.id)
    return True


async def _close_if_settled(asking: Asking, *, now: datetime) -> None:
    offers = await queries.offers_of(asking.id)
    accepted = sum(offer.status == OfferStatus.ACCEPTED for offer in offers)
    if accepted >= asking.places or await _is_taken_by_others(asking, offers):
        await close(asking, Outcome.FILLED, now=now)
    elif not any(offer.status in LIVE for offer in offers):
        await close(asking, Outcome.NOBODY_LEFT, now=now)


async def _is_taken_by_others(asking: Asking, offers: Sequence[OfferState]) -> bool:
    """Whether the seat is full for good. Places that are only held may come back, so these are waited for."""
    held_here = asking.mode.holds and any(offer.status == OfferStatus.OPEN for offer in offers)
    is_full = int(await value(FREE, asking.seat_id)) <= 0
    return is_full and not held_here and not await value(HELD, asking.seat_id)


async def close(asking: Asking, outcome: Outcome, *, now: datetime) -> None:
    """End an asking and whatever of it is still open. The asking is locked by whoever calls this."""
    if not await execute(CLOSE, asking.id, now, str(outcome)):
        return
    for offer in await queries.offers_of(asking.id):
        if offer.status == OfferStatus.OPEN and outcome == Outcome.SHIFT_BEGAN:
            await end(asking, offer, "expire")
        elif offer.status in LIVE:
            await end(asking, offer, "withdraw")
    await later("asking.closed", asking_id=asking.id)


async def end(asking: Asking, offer: OfferState, event: str) -> None:
    """End a live offer and give back the place that was held for it; the person is told if they knew of it."""
    await move(offer, event)
    await free(asking, offer)
    if event == "expire":
        await later("offer.answered", offer_id=offer.id)
    elif offer.status == OfferStatus.OPEN and event == "withdraw":
        await later("offer.withdrawn", offer_id=offer.id)


async def free(asking: Asking, offer: OfferState) -> None:
    """Give back the place that was held for an offer, if there is one still."""
    if offer.signup_id is None:
        return
    await execute(NO_HOLD, offer.id)
    if await execute(LET_GO, offer.signup_id):
        await execute(FREE_SEAT, asking.seat_id)


async def move(offer: OfferState, event: str) -> None:
    """Move an offer by the table, if it still stands where we saw it.

    Raises:
        Conflict: when it was moved meanwhile.
    """
    if not await execute(MOVE, offer.id, str(OFFER_MOVES[offer.status, event]), str(offer.status)):
        raise Conflict


async def expire_offers(*, now: datetime) -> int:
    """Bring every asking that is due to where it should stand; the answer is how many were looked at.

    Each in its own transaction, and nobody waits for it: what somebody else is at is left to them.
    """
    seen, after = 0, 0
    while due := await fetch(_Id, DUE, now, now + LAST_CALL, after, AT_ONCE):
        for row in due:
            await _advance_if_free(row.id, now=now)
        seen, after = seen + len(due), due[-1].id
    return seen


async def _advance_if_free(asking_id: int, *, now: datetime) -> None:
    # A conflict means that the world moved under our hands; the next minute looks again.
    with suppress(Conflict):
        async with transaction(CONSTRAINTS):
            if asking := await queries.lock_asking(asking_id, patient=False):
                await advance(asking, now=now)


async def close_of_shift(shift_id: int, *, now: datetime) -> None:
    """A shift does not take place: nobody is asked for it any more."""
    for row in await fetch(_Id, OF_SHIFT, shift_id):
        async with transaction():
            if asking := await queries.lock_asking(row.id):
                await advance(asking, now=now)
