"""A volunteer's own shifts: the next one first; and giving a place back."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError
from app.kit.forms import bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect, url_for
from app.shifts.actions.signing_up import cancel_signup
from app.shifts.forms.browsing import Cancelling, Onward
from app.shifts.queries.mine import my_signup, past, upcoming, with_agency
from app.shifts.queries.offers import waiting_count
from app.shifts.rules.signing_up import CANCEL_REASONS, SIGNUP_WORDS, STATUS_WORDS, cancel_refusal
from app.volunteers.queries.people import person

SHOWN_AT_HOME = 3
NEAR = timedelta(hours=12)
"""From then on what someone comes for is checking in."""

Place = tuple[datetime, int]


def _place(request: AnyRequest) -> Place | None:
    onward = bind(Onward, request.query_params.dict()).form
    return (onward.before, onward.id) if onward and onward.before and onward.before.tzinfo else None


def _older_href(path: str, place: Place | None) -> str:
    return f"{path}?{urlencode({'before': place[0].isoformat(), 'id': place[1]})}" if place else ""


@get("/me/shifts", name="shifts.mine", access=SIGNED_IN, include_in_schema=False)
async def mine(request: AnyRequest) -> Template:
    """The next shift, later ones, and those that are over."""
    if is_fragment(request):
        return await _next(request)
    account_id, now = signed_in(request).account_id, clock.now()
    older, further = await past(account_id, _place(request), now=now)
    coming = await upcoming(account_id, now=now)
    return page(
        request,
        "shifts/mine.html",
        coming=coming,
        is_near=bool(coming) and coming[0].starts - now < NEAR,
        past=older,
        words=SIGNUP_WORDS,
        offers=await waiting_count(account_id, now=now),
        older_href=_older_href(request.url.path, further),
        newer_href=request.url.path if _place(request) else "",
    )


@get("/me/shifts/next", name="shifts.mine_next", access=SIGNED_IN, include_in_schema=False)
async def mine_next(request: AnyRequest) -> Template:
    """The next few shifts alone, for the home page."""
    return await _next(request)


async def _next(request: AnyRequest) -> Template:
    account_id, now = signed_in(request).account_id, clock.now()
    coming = await upcoming(account_id, now=now, limit=SHOWN_AT_HOME)
    return page(request, "shifts/_coming.html", coming=coming, offers=await waiting_count(account_id, now=now))


@get("/signups/{signup_id:int}/cancel", name="shifts.cancel_signup", access=SIGNED_IN, include_in_schema=False)
async def cancel_page(request: AnyRequest, signup_id: FromPath[int]) -> Template:
    """Why, and what happens then."""
    return await _cancel_page(request, signup_id)


async def _cancel_page(request: AnyRequest, signup_id: int, form: Any = None) -> Template:
    found = await my_signup(signed_in(request).account_id, signup_id)
    show = form_page if form else page
    return show(
        request,
        "shifts/cancel.html",
        signup=found,
        refusal=cancel_refusal(found.status, found.starts, clock.now()),
        words=SIGNUP_WORDS,
        reasons=[(code, _(sentence)) for code, sentence in CANCEL_REASONS.items()],
        form=form or blank(),
    )


@post("/signups/{signup_id:int}/cancel", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def cancel(request: AnyRequest, signup_id: FromPath[int]) -> Response[None] | Template:
    """Give the place back; the agency is told."""
    bound = bind(Cancelling, await request.form())
    if not bound.errors:
        try:
            await cancel_signup(signed_in(request), signup_id, bound.good.reason, bound.good.note, now=clock.now())
        except DomainError as error:
            if error.status == 404:
                raise
            bound.refuse(error)
    if bound.errors:
        return await _cancel_page(request, signup_id, bound)
    said = _("Your place is given back and the agency is told. Thank you for saying so in time.")
    return redirect(request, url_for(request, "shifts.mine"), said)


@get("/people/{person_id:int}/shifts", name="shifts.of_person", access=Permission.PERSON_SEE, include_in_schema=False)
async def of_person(request: AnyRequest, person_id: FromPath[int]) -> Template:
    """What one of the agency's people signed up for with it, latest first."""
    actor = signed_in(request)
    known = await person(actor, person_id)
    rows, further = await with_agency(person_id, actor.organisation_id, _place(request))
    return page(
        request,
        "shifts/_of_person.html" if is_fragment(request) else "shifts/of_person.html",
        person=known,
        signups=rows,
        words=STATUS_WORDS,
        older_href=_older_href(request.url.path, further),
        newer_href=request.url.path if _place(request) else "",
    )


ROUTES: list[Any] = [mine, mine_next, cancel_page, cancel, of_person]
