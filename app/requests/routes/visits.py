"""Visits: planned by the agency; opened and confirmed by whoever is signed up for them."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.requests.actions import confirming, looking, planning
from app.requests.forms.desk import GUESSING, CardCode, VisitPlan
from app.requests.queries import choices, seen, visits
from app.requests.routes.words import asking_words
from app.requests.rules.asking import Recurs
from app.requests.rules.visits import USUAL_MINUTES, opens_at

FIRST_GUESS = {"morning": "09:30", "afternoon": "14:30", "evening": "19:00", "": "10:00"}


@get(
    "/requests/{request_id:int}/visits/new",
    name="requests.plan_visit",
    access=Permission.REQUEST_PLAN,
    include_in_schema=False,
)
async def plan(request: AnyRequest, request_id: FromPath[int]) -> Template:
    """Turn a request into a visit."""
    actor, now = signed_in(request), clock.now()
    row = await seen.request_for(actor, request_id, now)
    earliest = clock.local_day(now) + timedelta(days=1)
    form = blank(
        day=max(row.wanted_on or earliest, earliest).isoformat(),
        begins=FIRST_GUESS[(row.times or [""])[0]],
        minutes=USUAL_MINUTES,
        volunteers=2,
        staff=0,
        weeks=4 if row.recurs == Recurs.WEEKLY else 1,
    )
    return page(request, "requests/plan_visit.html", **await _plan_context(actor, request_id, form, once_token()))


@post(
    "/requests/{request_id:int}/visits/new",
    name="requests.plan_visit_save",
    access=Permission.REQUEST_PLAN,
    include_in_schema=False,
    status_code=303,
)
async def plan_save(request: AnyRequest, request_id: FromPath[int]) -> Template | Response[None]:
    """Publish the visit's shift, or one a week."""
    actor, typed = signed_in(request), await request.form()
    token = str(typed.get("_once", ""))
    bound: Bound[Any] = bind(VisitPlan, typed)
    await seen.request_for(actor, request_id, clock.now())
    if not bound.errors:
        form = bound.good
        wanted = planning.Wanted(
            activity_id=form.activity,
            day=form.day,
            begins=form.begins,
            minutes=form.minutes,
            volunteers=form.volunteers,
            staff=form.staff,
            weeks=form.weeks,
            sex_wanted=form.sex_wanted or "",
        )

        async def act() -> str:
            await planning.plan_visits(actor, request_id, wanted, now=clock.now())
            return url_for(request, "requests.show", request_id=request_id)

        try:
            said = ngettext(
                "Visit planned. Volunteers can sign up now.",
                "%(n)s visits planned. Volunteers can sign up now.",
                form.weeks,
            )
            return redirect(request, await once(token, act), said=said % {"n": form.weeks})
        except DomainError as error:
            if error.status == 404:
                raise
            bound.refuse(error)
    return form_page(request, "requests/plan_visit.html", **await _plan_context(actor, request_id, bound, token))


@get("/shifts/{shift_id:int}/visit", name="requests.visit_of_shift", access=SIGNED_IN, include_in_schema=False)
async def of_shift(request: AnyRequest, shift_id: FromPath[int]) -> Response[None]:
    """From a visit's shift to the page that opens the address."""
    visit_id = await visits.visit_of_shift(signed_in(request), shift_id)
    return redirect(request, url_for(request, "requests.visit", visit_id=visit_id))


@get("/visits/{visit_id:int}", name="requests.visit", access=SIGNED_IN, include_in_schema=False)
async def show(request: AnyRequest, visit_id: FromPath[int]) -> Template:
    """Where to go and what to know, from a day before the visit on; that look is logged."""
    return page(request, "requests/visit.html", **await _visit_context(signed_in(request), visit_id, blank()))


@get("/visits/{visit_id:int}/confirm", name="requests.confirm_visit", access=SIGNED_IN, include_in_schema=False)
async def confirm_form(request: AnyRequest, visit_id: FromPath[int]) -> Template:
    """Which code of the door card to ask for, and a field for it."""
    visit = await visits.visit_for_visitor(signed_in(request), visit_id)
    return page(request, "requests/confirm.html", visit=visit, form=blank(), started=clock.now() >= visit.starts)


@post(
    "/visits/{visit_id:int}/confirm",
    name="requests.confirm_visit_save",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
    rate=GUESSING,
)
async def confirm(request: AnyRequest, visit_id: FromPath[int]) -> Template | Response[None]:
    """Take the code the person served read out."""
    actor = signed_in(request)
    visit = await visits.visit_for_visitor(actor, visit_id)
    bound: Bound[Any] = bind(CardCode, await request.form())
    if not bound.errors:
        try:
            await confirming.confirm_by_card(actor, visit_id, bound.good.code, now=clock.now())
            path = url_for(request, "requests.visit", visit_id=visit_id)
            return redirect(request, path, said=_("Confirmed. Thank you for the visit."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "requests/confirm.html", visit=visit, form=bound, started=clock.now() >= visit.starts)


async def _visit_context(actor: Actor, visit_id: int, form: Bound[Any]) -> dict[str, Any]:
    now = clock.now()
    visit, opened = await looking.open_for_visit(actor, visit_id, now=now)
    return {
        "visit": visit,
        "opened": opened,
        "opens": opens_at(visit.starts),
        "is_over": now >= visit.ends,
        "started": now >= visit.starts,
        "languages": await choices.languages() if opened else [],
        "form": form,
        "words": asking_words(),
    }


async def _plan_context(actor: Actor, request_id: int, form: Bound[Any], token: str) -> dict[str, Any]:
    row = await seen.request_for(actor, request_id, clock.now())
    return {
        "row": row,
        "form": form,
        "once": token,
        "activities": await choices.activities(actor, row.line_id) if row.line_id else [],
        "words": asking_words(),
    }


ROUTES: list[Any] = [plan, plan_save, of_shift, show, confirm_form, confirm]
