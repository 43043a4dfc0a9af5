"""Rounds: the list, asking for one, watching it, and what it proposes."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.queries import regions
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect, url_for
from app.kit.wording import day, last_day
from app.matching import saying_rounds as words
from app.matching.actions import rounds as actions
from app.matching.forms.rounds import PlanFilter, RoundForm
from app.matching.queries import rounds as queries
from app.matching.queries.rounds import RoundRow
from app.matching.routes import round_plans
from app.matching.rules.rounds import LONELY_AFTER, SECONDS, SECONDS_CHOICES, RoundStatus, days_ahead, instants

CITY = 4


@get("/rounds", name="matching.rounds", access=Permission.MATCH_SEE, include_in_schema=False)
async def listing(request: AnyRequest, before: FromQuery[int | None] = None) -> Template:
    """The agency's rounds, newest first."""
    found = await queries.rounds_of(signed_in(request), before)
    shown = found[: queries.PAGE]
    return page(
        request,
        "matching/rounds.html",
        rounds=shown,
        more=shown[-1].id if len(found) > queries.PAGE else None,
        words=words,
    )


@get("/rounds/new", name="matching.round_new", access=Permission.MATCH_RUN, include_in_schema=False)
async def new(request: AnyRequest, based_on: FromQuery[int | None] = None) -> Template:
    """What a round is to be about: seven days from tomorrow, near the last one, unless somebody says otherwise."""
    actor = signed_in(request)
    bases = await queries.bases_of(actor)
    first, last = days_ahead(clock.local_day(clock.now()))
    near = next((each.id for each in bases if each.id == based_on), bases[0].id if bases else None)
    form = blank(region=actor.region[:CITY], first=first, last=last, seconds=SECONDS, based_on=near)
    return page(request, "matching/round_new.html", **await _asked(actor, form))


async def _asked(actor: Actor, form: Bound[Any]) -> dict[str, Any]:
    first, last = days_ahead(clock.local_day(clock.now()))
    starts, ends = instants(first, last, clock.city_zone())
    return {
        "form": form,
        "picker": await regions.picker(form.value("region"), top="", highest=regions.CITY),
        "bases": [(each.id, _base_label(each)) for each in await queries.bases_of(actor)],
        "lengths": [(seconds, _length(seconds)) for seconds in SECONDS_CHOICES],
        "ahead": await queries.open_ahead(actor, "", starts, ends),
        "once": once_token(),
    }


def _base_label(found: RoundRow) -> str:
    days = {"first": day(found.first_day, weekday=False), "last": last_day(found.to_before)}
    return _("Round %(number)s · %(place)s · %(first)s to %(last)s") % (
        {"number": found.id, "place": found.place} | days
    )


def _length(seconds: int) -> str:
    if seconds < 60:
        return _("%(num)s seconds") % {"num": seconds}
    return _("1 minute") if seconds == 60 else _("%(num)s minutes") % {"num": seconds // 60}


@post("/rounds", name="matching.round_ask", access=Permission.MATCH_RUN, include_in_schema=False, status_code=303)
async def ask(request: AnyRequest) -> Template | Response[None]:
    """Ask for a round."""
    actor = signed_in(request)
    typed = await request.form()
    bound = bind(RoundForm, typed)

    async def act() -> str:
        form = bound.good
        starts, ends = instants(form.first, form.last, clock.city_zone())
        wanted = actions.Wanted(
            region=form.region,
            starts=starts,
            ends=ends,
            seconds=form.seconds,
            based_on=form.based_on,
            by_district=form.by_district,
        )
        new_id = await actions.ask_round(actor, wanted, now=clock.now())
        return url_for(request, "matching.round", round_id=new_id)

    if not bound.errors:
        try:
            return redirect(request, await once(str(typed.get("_once", "")), act))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "matching/round_new.html", **await _asked(actor, bound))


@get("/rounds/{round_id:int}", name="matching.round", access=Permission.MATCH_SEE, include_in_schema=False)
async def show(request: AnyRequest, round_id: FromPath[int], was: FromQuery[str] = "") -> Template:
    """A round: how far it is, or what it proposes; as a fragment, how far it is, to a page that shows it as it was."""
    actor = signed_in(request)
    found = await queries.round_for(actor, round_id)
    if found.finished and not is_fragment(request):
        narrowed = bind(PlanFilter, request.query_params.dict())
        return await round_plans.plan_shown(request, actor, found, narrowed)
    template = "matching/_round_running.html" if is_fragment(request) else "matching/round_running.html"
    answer = page(request, template, **_running(found))
    if is_fragment(request) and (not found.at_work or was not in ("", found.status)):
        answer.headers["HX-Refresh"] = "true"  # everything on the page is another thing now
    return answer


def _running(found: RoundRow) -> dict[str, Any]:
    lonely = found.status == RoundStatus.WAITING and clock.now() - found.asked_at > LONELY_AFTER and not found.parts
    return {"round": found, "so_far": found.so_far, "lonely": lonely, "words": words}


@post(
    "/rounds/{round_id:int}/stop", name="matching.round_stop", access=Permission.MATCH_RUN, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def stop(request: AnyRequest, round_id: FromPath[int]) -> Response[None]:
    """Stop, and keep the best plan so far."""
    await actions.stop_round(signed_in(request), round_id)
    return redirect(
        request, url_for(request, "matching.round", round_id=round_id), said=_("It stops and keeps its best plan.")
    )


@post(
    "/rounds/{round_id:int}/drop", name="matching.round_drop", access=Permission.MATCH_RUN, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def drop(request: AnyRequest, round_id: FromPath[int]) -> Response[None]:
    """Put a round away."""
    await actions.drop_round(signed_in(request), round_id, now=clock.now())
    return redirect(request, url_for(request, "matching.rounds"), said=_("The round is put away; nobody was asked."))


ROUTES: list[Any] = [listing, new, ask, show, stop, drop]
