"""The person served says whether a visit took place: by the private link, or with a code of the door card."""

import hmac
from datetime import datetime

from app.accounts.rules import Actor
from app.hours.actions import resident_confirmed
from app.kit.db import execute, transaction
from app.kit.errors import Invalid, NotFound, refuse_if
from app.kit.outbox import later
from app.kit.sealing import seal_optional
from app.requests.actions.asking import link_digest
from app.requests.actions.cards import code
from app.requests.actions.moving import move_for_visit
from app.requests.queries.seen import request_for
from app.requests.queries.visits import VisitorsView, followed, visit_for_visitor, visit_in_request, visits_of
from app.requests.rules import visits as rules
from app.requests.rules.statuses import Event
from app.requests.rules.visits import How

NEW = """
    INSERT INTO confirmation (visit, how, happened, rating, words, keyed_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def confirm_by_link(
    token: str, visit_id: int, happened: bool, *, rating: int | None = None, words: str = "", now: datetime
) -> None:
    """Say by the private link whether a visit took place, and how it was. Once for each visit.

    Raises:
        NotFound: when the link is unknown or the visit belongs to another request.
        Conflict: when the visit is not over, too long ago, or already confirmed.
    """
    async with transaction(rules.CONSTRAINTS):
        request = await followed(link_digest(token))
        visit = next((visit for visit in await visits_of(request.id) if visit.id == visit_id), None)
        if visit is None:
            raise NotFound
        refuse_if(
            rules.ALREADY_CONFIRMED
            if visit.happened is not None
            else rules.link_refusal(visit.ends, visit.cancelled, now)
        )
        sealed = seal_optional(words, "confirmation.words")
        await execute(NEW, visit.id, str(How.LINK), happened, rating if happened else None, sealed, None, now)
        await _take_effect(request.id, visit.shift_id, visit.id, happened, by=None, now=now)


async def confirm_by_card(actor: Actor, visit_id: int, typed: str, *, now: datetime) -> None:
    """A visitor who is there enters the code the person served read out from their door card.

    Raises:
        NotFound: for anyone who is not signed up for this visit.
        Invalid: for a code that is not the one at this visit's place of the newest card.
        Conflict: before the visit, long after it, or when it is already confirmed.
    """
    async with transaction(rules.CONSTRAINTS):
        await _by_card(actor, await visit_for_visitor(actor, visit_id), typed, now)


async def confirm_by_card_at_desk(actor: Actor, request_id: int, visit_id: int, typed: str, *, now: datetime) -> None:
    """The same for a system that takes codes for a request its organisation may see, such as a telephone line."""
    async with transaction(rules.CONSTRAINTS):
        row = await request_for(actor, request_id, now)
        await _by_card(actor, await visit_in_request(row.id, visit_id), typed, now)


async def _by_card(actor: Actor, visit: VisitorsView, typed: str, now: datetime) -> None:
    refuse_if(
        rules.ALREADY_CONFIRMED
        if visit.happened is not None
        else rules.code_refusal(visit.starts, visit.ends, visit.cancelled, now)
    )
    refuse_if(rules.NO_CARD if visit.position is None else None)
    right = code(visit.resident_id, visit.newest_card, visit.position or 0)
    digits = "".join(sign for sign in typed if sign.isdecimal())
    if not hmac.compare_digest(right.encode(), digits.encode()):
        wrong = rules.WRONG_CODE.with_params(position=visit.position)
        raise Invalid(wrong)
    await execute(NEW, visit.id, str(How.CARD), True, None, None, actor.account_id, now)
    await _take_effect(visit.request_id, visit.shift_id, visit.id, True, by=actor.account_id, now=now)


async def _take_effect(
    request_id: int, shift_id: int, visit_id: int, happened: bool, *, by: int | None, now: datetime
) -> None:
    if happened:
        # Attendances before the request: the worker, which reads the visit's punches, takes them in this order too.
        await resident_confirmed(shift_id, now=now)
    else:
        await later("visit.denied", visit_id=visit_id)
    event = Event.CONFIRM if happened else Event.DENY
    await move_for_visit(request_id, shift_id, event, by=by, now=now)
