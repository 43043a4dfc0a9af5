"""Offers, for whoever is asked: what it is, why you, yes or no. Their coordinator may write the answer down."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.answers import wants_json
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, page, redirect, url_for
from app.shifts import offer_words as words
from app.shifts.actions import answering
from app.shifts.forms.offers import Declining
from app.shifts.queries.offers import OfferPage, agency_offer, open_offers, own_offer, settled_offers
from app.shifts.rules.offers import DECLINE_REASONS, answer_refusal


@get("/me/offers", name="shifts.my_offers", access=SIGNED_IN, include_in_schema=False)
async def my_offers(request: AnyRequest) -> Template:
    """What waits for an answer, and what was asked lately."""
    account_id, now = signed_in(request).account_id, clock.now()
    return page(
        request,
        "shifts/offers.html",
        open=await open_offers(account_id, now=now),
        settled=await settled_offers(account_id, now=now),
        words=words,
    )


async def _visible(actor: Actor, offer_id: int) -> tuple[OfferPage, bool]:
    """An offer, and whether it is one's own; else it is the agency's whose coordinator asks."""
    try:
        return await own_offer(actor.account_id, offer_id), True
    except NotFound:
        if not actor.may(Permission.OFFER_MAKE):
            raise
        return await agency_offer(actor.organisation_id, offer_id), False


@get("/offers/{offer_id:int}", name="shifts.offer", access=SIGNED_IN, include_in_schema=False)
async def show(request: AnyRequest, offer_id: FromPath[int]) -> Template | Response[None]:
    """One offer; whoever made it is led to where all of them stand."""
    offer, is_own = await _visible(signed_in(request), offer_id)
    if not is_own:
        return redirect(request, url_for(request, "shifts.asking", asking_id=offer.asking_id))
    return _own_page(request, offer)


def _own_page(request: AnyRequest, offer: OfferPage, refused: DomainError | None = None) -> Template:
    now = clock.now()
    against = answer_refusal(offer.status, offer.answer_by, offer.shift_status, offer.starts, now)
    return page(
        request,
        "shifts/offer.html",
        status=refused.status if refused else 200,
        offer=offer,
        against=against,
        standing=words.own_standing(offer.stands(now)),
        why=words.why_you(offer.parts, offer.metres),
        reason=words.decline_reason(offer.decline_reason),
        refused=refused.refusals if refused else (),
    )


@post("/offers/{offer_id:int}/accept", name="shifts.accept_offer", access=SIGNED_IN, include_in_schema=False,
      status_code=303)  # fmt: skip
async def accept(request: AnyRequest, offer_id: FromPath[int]) -> Template | Response[None]:
    """Yes: the place is theirs."""
    actor = signed_in(request)
    offer, is_own = await _visible(actor, offer_id)
    try:
        done = await answering.accept(actor, offer_id, now=clock.now())
    except DomainError as error:
        if error.status == 404 or wants_json(request) or not is_own:
            raise
        return _own_page(request, await own_offer(actor.account_id, offer_id), error)
    if is_own:
        said = _("You have a place. Thank you for coming!")
        return redirect(request, url_for(request, "shifts.show", shift_id=done.shift_id), said)
    said = _("%(name)s has the place now. You wrote the answer down.") % {"name": offer.person}
    return redirect(request, url_for(request, "shifts.asking", asking_id=done.asking_id), said)


@get("/offers/{offer_id:int}/decline", name="shifts.decline_offer", access=SIGNED_IN, include_in_schema=False)
async def decline_page(request: AnyRequest, offer_id: FromPath[int]) -> Template:
    """Why not, and whether to ask again."""
    return _decline_page(request, *await _visible(signed_in(request), offer_id))


def _decline_page(request: AnyRequest, offer: OfferPage, is_own: bool, form: Bound[Any] | None = None) -> Template:
    return page(
        request,
        "shifts/offer_decline.html",
        status=422 if form else 200,
        offer=offer,
        is_own=is_own,
        against=answer_refusal(offer.status, offer.answer_by, offer.shift_status, offer.starts, clock.now()),
        reasons=[(code, _(sentence)) for code, sentence in DECLINE_REASONS.items()],
        form=form or blank(),
    )


@post("/offers/{offer_id:int}/decline", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def decline(request: AnyRequest, offer_id: FromPath[int]) -> Template | Response[None]:
    """No: the place goes on to the next."""
    actor = signed_in(request)
    offer, is_own = await _visible(actor, offer_id)
    bound = bind(Declining, await request.form())
    if bound.errors:
        return _decline_page(request, offer, is_own, bound)
    no = bound.good
    try:
        done = await answering.decline(actor, offer_id, no.reason, no.not_again, no.note, now=clock.now())
    except DomainError as error:
        if error.status == 404 or wants_json(request):
            raise
        return _decline_page(request, offer, is_own, bound.refuse(error))
    if is_own:
        said = _("Thank you for answering. The agency asks somebody else; it counts against nobody.")
        return redirect(request, url_for(request, "shifts.my_offers"), said)
    said = _("You wrote down that %(name)s cannot come.") % {"name": offer.person}
    return redirect(request, url_for(request, "shifts.asking", asking_id=done.asking_id), said)


ROUTES: list[Any] = [my_offers, show, accept, decline_page, decline]
