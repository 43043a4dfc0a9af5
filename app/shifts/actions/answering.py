"""Answering an offer: by whoever was asked, or by their coordinator, to whom they said it on the telephone."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit.db import execute, fetch, fetch_one, transaction, value
from app.kit.errors import Conflict, NotFound, refuse_if
from app.kit.outbox import later
from app.shifts.actions import advancing
from app.shifts.actions.confirming import confirmed
from app.shifts.actions.signing_up import SIGN_UP
from app.shifts.queries import asking as queries
from app.shifts.queries.asking import Asking, OfferState
from app.shifts.rules import offers as rules
from app.shifts.rules.constraints import CONSTRAINTS
from app.shifts.rules.offers import OfferStatus
from app.shifts.rules.signing_up import NO_PLACE_LEFT

DOOR = """
    SELECT o.asking AS asking_id, coalesce(p.merged_into, p.id) AS person_id,
           coalesce(who.account = $2, false) AND o.opened_at IS NOT NULL AS is_own, h.agency
    FROM offer o JOIN person p ON p.id = o.person JOIN person who ON who.id = coalesce(p.merged_into, p.id)
    JOIN shift h ON h.id = o.shift
    WHERE o.id = $1
"""

CONFIRM = "UPDATE signup SET status = 'confirmed' WHERE id = $1 AND status = 'offered'"
ACCEPTED = "UPDATE offer SET answered_at = $2, answered_by = $3, signup = $4 WHERE id = $1"
DECLINED = """
    UPDATE offer SET answered_at = $2, answered_by = $3, decline_reason = $4, not_again = $5, note = $6 WHERE id = $1
"""
NOT_AGAIN = """
    UPDATE person p SET refuses = p.refuses || h.service_kind::text, likes = array_remove(p.likes, h.service_kind::text)
    FROM shift h WHERE p.id = $1 AND h.id = $2 AND NOT h.service_kind = ANY (p.refuses)
"""
BESIDE = """
    SELECT o.id AS offer_id, o.asking AS asking_id, o.seat = g.seat AS is_same_seat, g.created_by AS by
    FROM signup g JOIN offer o ON o.shift = g.shift AND o.person = g.person
    WHERE g.id = $1 AND g.status IN ('confirmed', 'attended') AND o.status = 'open' AND o.signup IS NULL
"""


class Answered(Struct, frozen=True, kw_only=True):
    """An offer that was answered: its asking and shift, and whether it was one's own."""

    asking_id: int
    shift_id: int
    is_own: bool


class _Door(Struct, frozen=True, kw_only=True):
    asking_id: int
    person_id: int
    is_own: bool
    agency: int


class _Beside(Struct, frozen=True, kw_only=True):
    offer_id: int
    asking_id: int
    is_same_seat: bool
    by: int


async def accept(actor: Actor, offer_id: int, *, now: datetime) -> Answered:
    """Take the place that is offered. Accepted again, nothing more happens.

    Raises:
        NotFound: when the offer is absent, or neither the actor's own nor made by their agency.
        Conflict: when it can no longer be answered, with what happened to the place; when the person may no longer
            take it, with every reason.
    """
    async with transaction(CONSTRAINTS):
        door = await _door(actor, offer_id)
        asking, offer = await _locked(door.asking_id, offer_id)
        if offer.status != OfferStatus.ACCEPTED:
            refuse_if(rules.answer_refusal(offer.status, offer.answer_by, asking.shift_status, asking.starts, now))
            wanted = await queries.wanted(asking.shift_id, asking.seat_id)
            against = await queries.sign_up_refusals(wanted, offer.person_id, now=now)
            refuse_if(*against if door.is_own else map(rules.of_another, against))
            signup_id = await _take_place(actor, asking, offer, now=now)
            await advancing.move(offer, "accept")
            await execute(ACCEPTED, offer.id, now, actor.account_id, signup_id)
            await confirmed(signup_id, now=now)
            await later("offer.answered", offer_id=offer.id)
            await advancing.advance(asking, now=now)
        return Answered(asking_id=asking.id, shift_id=asking.shift_id, is_own=door.is_own)


async def _take_place(actor: Actor, asking: Asking, offer: OfferState, *, now: datetime) -> int:
    if offer.signup_id is not None:
        if not await execute(CONFIRM, offer.signup_id):
            raise Conflict
        return offer.signup_id
    if not await execute(advancing.HOLD_SEAT, asking.seat_id):
        raise Conflict(NO_PLACE_LEFT)
    return int(await value(SIGN_UP, asking.seat_id, offer.person_id, actor.account_id, now))


async def decline(
    actor: Actor, offer_id: int, reason: str, not_again: bool = False, note: str = "", *, now: datetime
) -> Answered:
    """Say no; the place goes on to the next in turn at once. It counts against nobody. Declined again, nothing happens.

    With `not_again` the person is not asked for this kind of service any more, until they change it in their profile.

    Raises:
        NotFound: when the offer is absent, or neither the actor's own nor made by their agency.
        Conflict: when it can no longer be answered, with what happened to the place.
    """
    async with transaction(CONSTRAINTS):
        door = await _door(actor, offer_id)
        asking, offer = await _locked(door.asking_id, offer_id)
        if offer.status != OfferStatus.DECLINED:
            refuse_if(rules.answer_refusal(offer.status, offer.answer_by, asking.shift_status, asking.starts, now))
            await advancing.end(asking, offer, "decline")
            await execute(DECLINED, offer.id, now, actor.account_id, reason, not_again, note)
            if not_again:
                await execute(NOT_AGAIN, offer.person_id, asking.shift_id)
            await later("offer.answered", offer_id=offer.id)
            await advancing.advance(asking, now=now)
        return Answered(asking_id=asking.id, shift_id=asking.shift_id, is_own=door.is_own)


async def note_own_signup(signup_id: int, *, now: datetime) -> None:
    """Somebody who was asked signed up by themselves: that is a yes to that place, and settles the shift's others."""
    for row in await fetch(_Beside, BESIDE, signup_id):
        async with transaction(CONSTRAINTS):
            asking, offer = await _locked(row.asking_id, row.offer_id)
            if offer.status != OfferStatus.OPEN:
                continue
            await advancing.move(offer, "accept" if row.is_same_seat else "withdraw")
            if row.is_same_seat:
                await execute(ACCEPTED, offer.id, now, row.by, signup_id)
                await later("offer.answered", offer_id=offer.id)
            await advancing.advance(asking, now=now)


async def _door(actor: Actor, offer_id: int) -> _Door:
    found = await fetch_one(_Door, DOOR, offer_id, actor.account_id)
    if found is None:
        raise NotFound
    of_agency = actor.may(Permission.OFFER_MAKE) and found.agency == actor.organisation_id
    if not found.is_own and not of_agency:
        raise NotFound
    return found


async def _locked(asking_id: int, offer_id: int) -> tuple[Asking, OfferState]:
    asking = await queries.lock_asking(asking_id)
    if asking is None:
        raise NotFound
    offer = next(each for each in await queries.offers_of(asking_id) if each.id == offer_id)
    if not asking.mode.holds:
        await queries.lock_people([offer.person_id])
    return asking, offer
