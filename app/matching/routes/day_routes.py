"""The routes of a day on the web: choosing a day, watching them being planned, looking at them, taking them over."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect, url_for
from app.matching.actions import day_routes as actions
from app.matching.forms.day_routes import DayForm
from app.matching.queries.candidates import who_are
from app.matching.queries.day_routes import plans as queries
from app.matching.queries.day_routes.loading import days_to_plan
from app.matching.queries.day_routes.plans import PlanRow
from app.matching.routes import saying_days as words
from app.matching.rules.day_routes import PlanStatus, days_ahead
from app.matching.rules.rounds import LONELY_AFTER

SHOWN_AHEAD = 7


@get("/routes", name="matching.routes", access=Permission.MATCH_SEE, include_in_schema=False)
async def listing(request: AnyRequest, before: FromQuery[int | None] = None) -> Template:
    """A day to choose, the days with something to plan, and the plans so far, newest first."""
    return page(request, "matching/day_routes.html", **await _listed(signed_in(request), None, before))


async def _listed(actor: Actor, form: Bound[Any] | None, before: int | None = None) -> dict[str, Any]:
    now = clock.now()
    ahead = await days_to_plan(actor, now=now)
    found = await queries.plans_of(actor, before)
    shown = found[: queries.PAGE]
    return {
        "form": form or blank(day=days_ahead(clock.local_day(now), [each.day for each in ahead]).isoformat()),
        "ahead": ahead[:SHOWN_AHEAD],
        "days_ahead": len(ahead),
        "plans": shown,
        "more": shown[-1].id if len(found) > queries.PAGE else None,
        "words": words,
        "once": once_token(),
    }


@post("/routes", name="matching.route_ask", access=Permission.MATCH_RUN, include_in_schema=False, status_code=303)
async def ask(request: AnyRequest) -> Template | Response[None]:
    """Have the routes of a day planned."""
    actor = signed_in(request)
    typed = await request.form()
    bound = bind(DayForm, typed)

    async def act() -> str:
        new_id = await actions.ask_plan(actor, bound.good.day, now=clock.now())
        return url_for(request, "matching.route", plan_id=new_id)

    if not bound.errors:
        try:
            return redirect(request, await once(str(typed.get("_once", "")), act))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "matching/day_routes.html", **await _listed(actor, bound))


@get("/routes/{plan_id:int}", name="matching.route", access=Permission.MATCH_SEE, include_in_schema=False)
async def show(request: AnyRequest, plan_id: FromPath[int], was: FromQuery[str] = "") -> Template:
    """Everybody's day; while it is being planned, how far that is; as a fragment, just that."""
    actor = signed_in(request)
    found = await queries.plan_for(actor, plan_id)
    if found.finished and not is_fragment(request):
        return page(request, "matching/day_route.html", **await _shown(actor, found))
    template = "matching/_day_route_running.html" if is_fragment(request) else "matching/day_route_running.html"
    answer = page(request, template, **_running(found))
    if is_fragment(request) and (not found.at_work or was not in ("", found.status)):
        answer.headers["HX-Refresh"] = "true"  # everything on the page is another thing now
    return answer


def _running(found: PlanRow) -> dict[str, Any]:
    now = clock.now()
    lonely = found.status == PlanStatus.WAITING and now - found.asked_at > LONELY_AFTER
    return {"found": found, "spent": found.spent(now), "lonely": lonely, "words": words, "once": once_token()}


async def _shown(actor: Actor, found: PlanRow) -> dict[str, Any]:
    named = await queries.named_in(actor, found)
    known = await who_are(actor, sorted({route.person for route in found.plan.routes}), now=clock.now())
    days = words.days(found, named, known)
    return {
        "found": found,
        "plan": found.plan,
        "finding": words.answers(days) if found.sent_at and not found.to_take else words.finding(found.plan),
        "days": days,
        "idle": words.idle(found.plan, known),
        "left_out": words.left_out(found, named),
        "words": words,
        "once": once_token(),
    }


@post(
    "/routes/{plan_id:int}/take-over", name="matching.route_take_over", access=Permission.MATCH_RUN,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def take_over(request: AnyRequest, plan_id: FromPath[int]) -> Response[None]:
    """Plan the visits and ask the people named."""
    actor = signed_in(request)
    typed = await request.form()

    async def act() -> str:
        await actions.take_over(actor, plan_id, now=clock.now())
        return url_for(request, "matching.route", plan_id=plan_id)

    said = _("The visits are being planned and people asked. Answers appear here as they come.")
    return redirect(request, await once(str(typed.get("_once", "")), act), said=said)


ROUTES: list[Any] = [listing, ask, show, take_over]
