"""Visits of a request as JSON: plan, list, confirm by door card."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath, JSONBody

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.requests.actions import confirming, planning
from app.requests.api.shapes import CodeBody, VisitAnswer, VisitBody
from app.requests.forms.desk import GUESSING
from app.requests.queries import seen, visits

TAGS = ["Visits"]


@get(
    "/requests/{request_id:int}/visits",
    name="api.visits.list",
    access=Permission.REQUEST_SEE,
    tags=TAGS,
    responses=READS,
    summary="List the visits of a request",
)
async def listed(request: AnyRequest, request_id: FromPath[int]) -> list[VisitAnswer]:
    """Latest first."""
    return await _visits(signed_in(request), request_id)


@post(
    "/requests/{request_id:int}/visits",
    name="api.visits.plan",
    access=Permission.REQUEST_PLAN,
    tags=TAGS,
    responses=CHANGES,
    summary="Plan visits",
    description="Publishes one visit shift, or one a week, under an open activity of the line that took the request.",
)
async def plan(request: AnyRequest, request_id: FromPath[int], data: JSONBody[VisitBody]) -> list[VisitAnswer]:
    """Turn a request into visit shifts."""
    actor = signed_in(request)
    wanted = planning.Wanted(
        activity_id=data.activity,
        day=data.day,
        begins=data.begins,
        minutes=data.minutes,
        volunteers=data.volunteers,
        staff=data.staff,
        weeks=data.weeks,
        sex_wanted=data.sex_wanted,
    )
    made = await planning.plan_visits(actor, request_id, wanted, now=clock.now())
    return [visit for visit in await _visits(actor, request_id) if visit.id in made]


@post(
    "/requests/{request_id:int}/visits/{visit_id:int}/confirmation",
    name="api.visits.confirm",
    access=Permission.REQUEST_SEE,
    tags=TAGS,
    responses=CHANGES,
    rate=GUESSING,
    summary="Confirm a visit by door-card code",
    description="The code at the visit's place of the newest card, from its start until 12 hours after its end.",
)
async def confirm(
    request: AnyRequest, request_id: FromPath[int], visit_id: FromPath[int], data: JSONBody[CodeBody]
) -> VisitAnswer:
    """Confirm a visit by door-card code."""
    actor = signed_in(request)
    await confirming.confirm_by_card_at_desk(actor, request_id, visit_id, data.code, now=clock.now())
    return next(visit for visit in await _visits(actor, request_id) if visit.id == visit_id)


async def _visits(actor: Actor, request_id: int) -> list[VisitAnswer]:
    row = await seen.request_for(actor, request_id, clock.now())
    return [VisitAnswer.of(visit) for visit in await visits.visits_of(row.id)]


ROUTES: list[Any] = [listed, plan, confirm]
