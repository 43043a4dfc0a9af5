"""The community's desk: the piles of requests, and one screen to take a request at the window or by telephone."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, OrganisationKind, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.requests.actions import asking
from app.requests.forms.desk import Taken, Typing
from app.requests.queries import choices, residents, seen
from app.requests.routes.words import asking_words, badge
from app.requests.rules.asking import NO_CONSENT, AskedBy, Channel, id_in_number
from app.requests.rules.statuses import AGENCY_GROUPS, COMMUNITY_GROUPS, Group


@get("/requests", name="requests.list", access=Permission.REQUEST_SEE, include_in_schema=False)
async def show_list(request: AnyRequest) -> Template:
    """The requests of this community, or those handed to this agency, pile by pile, late ones first."""
    actor, now, asked = signed_in(request), clock.now(), request.query_params
    groups = groups_of(actor)
    totals, late = await seen.counts(actor, now)
    group = next((group for group in groups if group == asked.get("pile")), None)
    number = asked.get("number", "").strip()
    if group is None and not number:
        group = next((group for group in groups if totals[group]), groups[0])
    pile = await seen.pile(
        actor,
        group,
        now,
        kind=asked.get("kind") or None,
        request_id=(id_in_number(number) or 0) if number else None,
        page=_page_number(asked.get("page", "1")),
    )
    return page(
        request,
        "requests/list.html",
        pile=pile,
        rows=[(row, badge(row, now)) for row in pile.rows],
        pager=_pager(request, pile),
        group=group,
        groups=[(group, totals[group]) for group in groups],
        late=late,
        waiting=totals[Group.DECIDE],
        kinds=await choices.kinds(clock.local_day(now)),
        filters=blank(kind=asked.get("kind", ""), number=number),
        active=bool(asked.get("kind")) + bool(number),
        words=asking_words(),
        is_agency=is_agency(actor),
    )


@get("/requests/new", name="requests.new", access=Permission.REQUEST_TAKE, include_in_schema=False)
async def new(request: AnyRequest) -> Template:
    """One screen for the window, the telephone and the round."""
    actor = signed_in(request)
    form = blank(channel="window", asked_by="self", recurs="once")
    return page(request, "requests/new.html", **await _context(actor, form, once_token()))


@post("/requests/new", name="requests.take", access=Permission.REQUEST_TAKE, include_in_schema=False, status_code=303)
async def take(request: AnyRequest) -> Template | Response[None]:
    """Take the request; or, with the button of that name, look for the same person first."""
    actor, typed = signed_in(request), await request.form()
    token = str(typed.get("_once", ""))
    bound: Bound[Any] = bind(Taken, typed)
    if "check" in typed:
        bound.errors.clear()
        return page(request, "requests/new.html", **await _context(actor, bound, token, checked=True))
    if not bound.errors and not bound.good.consent:
        bound.errors["consent"] = _(NO_CONSENT.text) + " " + _(NO_CONSENT.fix)
    if not bound.errors:
        form = bound.good

        async def act() -> str:
            made = await asking.receive(actor, await _ask(actor, form), Channel(form.channel), now=clock.now())
            return url_for(request, "requests.show", request_id=made)

        try:
            return redirect(
                request, await once(token, act), said=_("Taken. Give the person their number and the slip.")
            )
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "requests/new.html", **await _context(actor, bound, token, checked=True))


@post(
    "/requests/duplicates",
    name="requests.duplicates",
    access=Permission.REQUEST_TAKE,
    include_in_schema=False,
    status_code=200,
)
async def duplicates(request: AnyRequest) -> Template:
    """Who may be the same person, while the name, number or address is being typed."""
    actor = signed_in(request)
    form: Bound[Any] = bind(Typing, await request.form())
    return page(request, "requests/_duplicates.html", form=form, alike=await _alike(actor, form), checked=True)


def is_agency(actor: Actor) -> bool:
    """Whether the viewer's organisation is an agency."""
    return actor.post is not None and actor.post.organisation_kind == OrganisationKind.AGENCY


def groups_of(actor: Actor) -> tuple[Group, ...]:
    """The piles this viewer works through."""
    return AGENCY_GROUPS if is_agency(actor) else COMMUNITY_GROUPS


def _pager(request: AnyRequest, pile: seen.Pile) -> dict[str, str]:
    def href(number: int) -> str:
        kept = {name: given for name, given in request.query_params.items() if name != "page"}
        return f"{request.url.path}?{urlencode(kept | {'page': number})}"

    return {
        "newer_href": href(pile.page - 1) if pile.page > 1 else "",
        "older_href": href(pile.page + 1) if pile.has_more else "",
    }


def _page_number(typed: str) -> int:
    return min(max(int(typed), 1), seen.MOST_PAGES) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


async def _context(actor: Actor, form: Bound[Any], token: str, *, checked: bool = False) -> dict[str, Any]:
    return {
        "form": form,
        "once": token,
        "communities": await choices.communities(actor.region),
        "kinds": await choices.kinds(clock.local_day(clock.now())),
        "languages": await choices.languages(),
        "alike": await _alike(actor, form) if checked else [],
        "checked": checked,
        "words": asking_words(),
    }


async def _alike(actor: Actor, form: Bound[Any]) -> Any:
    region = form.value("community") or actor.region
    phone = asking.read_phone(form.value("phone"))
    return await residents.alike(actor, residents.fingerprint(form.value("name"), phone, form.value("address"), region))


async def _ask(actor: Actor, form: Taken) -> asking.Ask:
    found = choices.matching(form.community, await choices.communities(actor.region))
    by_self = form.asked_by in (AskedBy.SELF, AskedBy.WORKER)
    return asking.Ask(
        region=found[0].code if len(found) == 1 else "",
        service_kind=form.service_kind,
        asked_by=form.asked_by,
        name=form.name,
        phone=form.phone or form.asker_phone,
        address=form.address,
        born=form.born,
        language=form.language,
        sex=form.sex or "",
        needs=form.needs,
        risks=form.risks,
        asker_name="" if by_self else form.asker_name,
        asker_phone="" if by_self else form.asker_phone,
        details=form.details,
        wanted_on=form.wanted_on,
        wanted_times=form.wanted_times,
        recurs=form.recurs,
        resident_id=form.resident or None,
    )


ROUTES: list[Any] = [show_list, new, take, duplicates]
