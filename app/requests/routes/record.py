"""One request: what its desk sees and decides, and the logged door to the resident's details."""

from collections.abc import Awaitable, Callable
from typing import Any

import segno
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect, url_for
from app.requests.actions import looking, triage
from app.requests.forms.desk import GivenBack, HandedOver, Look, Merged, Noted, Refused
from app.requests.queries import choices, residents, seen, visits
from app.requests.routes.desk import is_agency
from app.requests.routes.words import asking_words, clock_words
from app.requests.rules.statuses import Status

P = Permission


@get("/requests/{request_id:int}", name="requests.show", access=P.REQUEST_SEE, include_in_schema=False)
async def show(request: AnyRequest, request_id: FromPath[int]) -> Template:
    """Where a request stands and what comes next. Nothing sealed is shown here."""
    return page(request, "requests/show.html", **await _context(signed_in(request), request_id))


@post(
    "/requests/{request_id:int}/details",
    name="requests.details",
    access=P.RESIDENT_LOOK,
    include_in_schema=False,
    status_code=200,
)
async def details(request: AnyRequest, request_id: FromPath[int]) -> Template:
    """Open the resident's details for a stated purpose; the look is logged before anything is shown."""
    actor, now = signed_in(request), clock.now()
    bound: Bound[Any] = bind(Look, await request.form())
    if bound.errors:
        return form_page(request, "requests/show.html", **await _context(actor, request_id, look=bound))
    opened = await looking.open_details(actor, request_id, bound.good.purpose, now=now)
    context = await _context(actor, request_id) | {"opened": opened, "languages": await choices.languages()}
    return page(request, "requests/_details.html" if is_fragment(request) else "requests/show.html", **context)


@post(
    "/requests/{request_id:int}/accept",
    name="requests.accept",
    access=P.REQUEST_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def accept(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """Say yes."""
    bound: Bound[Any] = bind(Noted, await request.form())

    async def act(actor: Actor) -> str:
        await triage.accept(actor, request_id, note=bound.good.note, now=clock.now())
        return _("Accepted. Now hand it to a program.")

    return await _decide(request, request_id, "accept", bound, act)


@post(
    "/requests/{request_id:int}/decline",
    name="requests.decline",
    access=P.REQUEST_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def decline(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """Say no, with the reason."""
    bound: Bound[Any] = bind(Refused, await request.form())

    async def act(actor: Actor) -> str:
        await triage.decline(actor, request_id, bound.good.reason, note=bound.good.note, now=clock.now())
        return _("Declined. The request is kept as need that was not met.")

    return await _decide(request, request_id, "decline", bound, act)


@post(
    "/requests/{request_id:int}/hand-over",
    name="requests.hand_over",
    access=P.REQUEST_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def hand_over(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """Give it to a program."""
    bound: Bound[Any] = bind(HandedOver, await request.form())

    async def act(actor: Actor) -> str:
        await triage.hand_over(actor, request_id, bound.good.line, now=clock.now())
        return _("Handed over. The agency has been told and will plan a visit.")

    return await _decide(request, request_id, "hand_over", bound, act)


@post(
    "/requests/{request_id:int}/give-back",
    name="requests.give_back",
    access=P.REQUEST_PLAN,
    include_in_schema=False,
    status_code=303,
)
async def give_back(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """An agency cannot take it; afterwards it no longer sees it."""
    bound: Bound[Any] = bind(GivenBack, await request.form())

    async def act(actor: Actor) -> str:
        await triage.give_back(actor, request_id, note=bound.good.note, now=clock.now())
        return _("Given back. The community has been told.")

    return await _decide(request, request_id, "give_back", bound, act, leads_to=url_for(request, "requests.list"))


@post(
    "/requests/{request_id:int}/close",
    name="requests.close",
    access=P.REQUEST_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def close(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """Nothing more is to be done."""
    bound: Bound[Any] = bind(Noted, await request.form())

    async def act(actor: Actor) -> str:
        await triage.close(actor, request_id, note=bound.good.note, now=clock.now())
        return _("Closed.")

    return await _decide(request, request_id, "close", bound, act)


@post(
    "/requests/{request_id:int}/reopen",
    name="requests.reopen",
    access=P.REQUEST_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def reopen(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """Decide again."""
    bound: Bound[Any] = bind(Noted, await request.form())

    async def act(actor: Actor) -> str:
        await triage.reopen(actor, request_id, note=bound.good.note, now=clock.now())
        return _("Opened again. It waits for your answer.")

    return await _decide(request, request_id, "reopen", bound, act)


@post(
    "/requests/{request_id:int}/merge",
    name="requests.merge",
    access=P.REQUEST_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def merge(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """It is the same person: file the request under the resident already known."""
    bound: Bound[Any] = bind(Merged, await request.form())

    async def act(actor: Actor) -> str:
        form = bound.good
        await triage.merge(actor, request_id, form.resident, take_details=form.take_details, now=clock.now())
        return _("Filed under the resident already known.")

    return await _decide(request, request_id, "merge", bound, act)


@post(
    "/requests/{request_id:int}/slip",
    name="requests.slip",
    access=P.REQUEST_TAKE,
    include_in_schema=False,
    status_code=200,
)
async def slip(request: AnyRequest, request_id: FromPath[int]) -> Template:
    """A slip to hand over: the number and a new private link, as text and as a QR code; an older link stops working."""
    actor, now = signed_in(request), clock.now()
    token = await triage.make_link(actor, request_id, now=now)
    link = f"{str(request.base_url).rstrip('/')}{url_for(request, 'requests.follow', token=token)}"
    return page(
        request,
        "requests/slip.html",
        row=await seen.request_for(actor, request_id, now),
        link=link,
        qr=segno.make(link, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff"),
    )


async def _decide(
    request: AnyRequest,
    request_id: int,
    what: str,
    bound: Bound[Any],
    act: Callable[[Actor], Awaitable[str]],
    *,
    leads_to: str = "",
) -> Template | Response[None]:
    actor = signed_in(request)
    if not bound.errors:
        try:
            said = await act(actor)
            return redirect(request, leads_to or url_for(request, "requests.show", request_id=request_id), said=said)
        except DomainError as error:
            if error.status == 404:
                raise
            bound.refuse(error)
    return form_page(request, "requests/show.html", **await _context(actor, request_id, **{what: bound}))


async def _context(actor: Actor, request_id: int, **failed: Bound[Any]) -> dict[str, Any]:
    now = clock.now()
    row = await seen.request_for(actor, request_id, now)
    planned = await visits.visits_of(row.id)
    at_desk = actor.may(P.REQUEST_TAKE) and not is_agency(actor)
    to_place = at_desk and row.status == Status.ACCEPTED
    alike = (
        await residents.alike(actor, await residents.fingerprint_of(row.resident_id))
        if at_desk and row.undecided
        else []
    )
    return {
        "row": row,
        "clock": clock_words(row, now),
        "visits": planned,
        "denied": any(visit.happened is False for visit in planned),
        "history": await seen.history(row.id),
        "alike": alike,
        "lines": await choices.fitting_lines(row.region, row.service_kind, clock.local_day(now)) if to_place else [],
        "at_desk": at_desk,
        "opened": None,
        "failed": next(iter(failed.values()), blank()),
        "forms": {name: blank() for name in ("decline", "hand_over", "give_back", "look", "merge")} | failed,
        "words": asking_words(),
    }


ROUTES: list[Any] = [
    show,
    details,
    accept,
    decline,
    hand_over,
    give_back,
    close,
    reopen,
    merge,
    slip,
]
