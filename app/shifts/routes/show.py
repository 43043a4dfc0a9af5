"""One shift, for anyone: what it is, who may come, and taking a place in it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from app.accounts.actor import actor_in, signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.access import PUBLIC
from app.kit.answers import wants_json
from app.kit.errors import DomainError, Invalid
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.i18n import say, say_fix
from app.kit.rules import Refusal
from app.kit.web import AnyRequest, page, redirect, url_for
from app.kit.wording import span
from app.settings import settings
from app.shifts.actions.signing_up import sign_up
from app.shifts.forms.browsing import SigningUp
from app.shifts.queries.mine import Me, me, my_signup_at
from app.shifts.queries.open_shifts import ShiftPage, shift_page, shift_seats
from app.shifts.rules import signing_up as rules
from app.shifts.rules.offers import HELD_FOR_YOU
from app.shifts.rules.signing_up import SeatFacts
from app.volunteers.rules import credentials

Reason = tuple[str, str, str]
"""A sentence, and the address and words of the link that mends it; both empty when nothing here does."""


class SeatView(Struct, frozen=True, kw_only=True):
    """One role of the shift, and what keeps this visitor from its places."""

    seat: SeatFacts
    reasons: list[Reason | str]
    asks_birth: bool
    """Whether only a date of birth is missing, which the form itself asks for."""


def _reason(request: AnyRequest, shift_id: int, refusal: Refusal) -> Reason:
    sentence = f"{say(refusal)} {say_fix(refusal)}".strip()
    here = url_for(request, "shifts.show", shift_id=shift_id)
    profile = f"{url_for(request, 'volunteers.profile')}?next={here}"
    match refusal.code:
        case rules.CLASH.code if "signup_id" in refusal.params:
            signup_id = refusal.params["signup_id"]
            return sentence, url_for(request, "shifts.cancel_signup", signup_id=signup_id), _("Cancel the other shift")
        case rules.OFFERED_THEN.code | HELD_FOR_YOU.code:
            return sentence, url_for(request, "shifts.my_offers"), _("My offers")
        case rules.SKILL.code:
            return sentence, f"{profile}#skills", _("My skills")
        case rules.LANGUAGE.code:
            return sentence, f"{profile}#languages", _("My languages")
        case code if code in credentials.CODES:
            return sentence, f"{url_for(request, 'volunteers.credentials')}?next={here}", _("My credentials")
        case rules.WOMEN_ONLY.code | rules.MEN_ONLY.code:
            return sentence, f"{profile}#sex", _("My profile")
        case rules.GUARDIAN.code | rules.ADULTS_ONLY.code | rules.BIRTH_DATE_MISSING.code:
            return sentence, f"{profile}#born", _("My profile")
        case rules.CANCELLED.code | rules.CLOSED.code:
            return sentence, url_for(request, "shifts.browse"), _("Find a shift")
    return sentence, "", ""


def _seat_views(request: AnyRequest, shift: ShiftPage, seats: list[SeatFacts], known: Me | None) -> list[SeatView]:
    """Places for volunteers, and to the agency's own people also those for staff."""
    works_here = known is not None and shift.agency in known.facts.employers
    views = []
    for seat in seats:
        if seat.capacity == "staff" and not works_here:
            continue
        against = rules.refusals(shift.facts, seat, known.facts if known else None, clock.now())
        asks_birth = against == [rules.BIRTH_DATE_MISSING]
        against = [refusal for refusal in against if refusal != rules.SIGN_IN]
        named = [] if asks_birth else [_reason(request, shift.id, refusal) for refusal in against]
        reasons = [reason if reason[1] else reason[0] for reason in named]
        views.append(SeatView(seat=seat, reasons=reasons, asks_birth=asks_birth))
    return views


async def _show(
    request: AnyRequest, shift_id: int, form: Bound[Any] | None = None, refused: DomainError | None = None
) -> Template:
    actor: Actor | None = actor_in(request)
    shift = await shift_page(shift_id)
    known = await me(actor.account_id, shift.starts, shift.ends) if actor else None
    closed = rules.closed_refusal(shift.facts, clock.now())
    seats = _seat_views(request, shift, await shift_seats(shift_id), known)
    return page(
        request,
        "shifts/show.html",
        status=refused.status if refused else 422 if form and form.errors else 200,
        shift=shift,
        seats=seats,
        asks_birth=any(view.asks_birth for view in seats),
        mine=await my_signup_at(actor.account_id, shift_id) if actor else None,
        closed=_reason(request, shift_id, closed) if closed else None,
        refused=[_reason(request, shift_id, refusal) for refusal in refused.refusals] if refused else [],
        form=form or blank(),
        manages=actor is not None and actor.organisation_id == shift.agency and actor.may(Permission.SHIFT_PUBLISH),
        share=f"{settings().base_url}{url_for(request, 'shifts.show', shift_id=shift_id)}",
    )


@get("/shifts/{shift_id:int}", name="shifts.show", access=PUBLIC, include_in_schema=False)
async def show(request: AnyRequest, shift_id: FromPath[int]) -> Template:
    """One shift as anyone may see it."""
    return await _show(request, shift_id)


@post(
    "/shifts/{shift_id:int}/sign-up",
    name="shifts.sign_up",
    access=Permission.SHIFT_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def take_place(request: AnyRequest, shift_id: FromPath[int]) -> Response[None] | Template:
    """Take a place; refused, the page says every reason and what would change it."""
    bound = bind(SigningUp, await request.form())
    if bound.errors:
        return await _show(request, shift_id, bound)
    try:
        await sign_up(signed_in(request), shift_id, bound.good.seat, bound.good.born, now=clock.now())
    except Invalid as error:
        return await _show(request, shift_id, bound.refuse(error))
    except DomainError as error:
        if error.status == 404 or wants_json(request):
            raise
        return await _show(request, shift_id, bound, error)
    shift = await shift_page(shift_id)
    said = _("You have a place: %(when)s.") % {"when": span(shift.starts, shift.ends)}
    return redirect(request, url_for(request, "shifts.show", shift_id=shift_id), said)


@get("/shifts/{shift_id:int}/sign-up", access=PUBLIC, include_in_schema=False)
async def back_to_shift(request: AnyRequest, shift_id: FromPath[int]) -> Response[None]:
    """Where a browser lands that reloads a refused sign-up, or comes here after signing in."""
    return redirect(request, url_for(request, "shifts.show", shift_id=shift_id))


ROUTES: list[Any] = [show, take_place, back_to_shift]
