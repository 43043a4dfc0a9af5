"""The routes of a day as JSON: having them planned, following that, reading them, and taking them over."""

from datetime import date, datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.i18n import gettext
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.matching.actions import day_routes as actions
from app.matching.queries.day_routes import plans as queries
from app.matching.queries.day_routes.plans import PlanRow
from app.matching.rules.day_routes import SECONDS, PlanStatus, Route, Stop

TAGS = ["Matching"]


class RoutePlanBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which day, how many seconds to look, and the seed: the same one gives the same routes."""

    day: date
    seconds: Annotated[int, Meta(ge=1, le=300)] = SECONDS
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 1


class RouteStopOut(Struct, frozen=True, kw_only=True):
    """A stop. `kind` is `visit` (published, with open places), `request` (to be planned), `own` (what they had said yes
    to) or `off` (off duty). `way_minutes` is the way from the place before; `tight` that there is less time;
    `asked` that they have not answered yet for what counts as their own."""

    kind: str
    shift_id: int | None
    request_id: int | None
    seat_id: int | None
    arrives: datetime
    begins: datetime
    ends: datetime
    way_minutes: int
    tight: bool
    asked: bool


class RouteOut(Struct, frozen=True, kw_only=True):
    """The day of one social worker."""

    person_id: int
    leaves: datetime
    returns: datetime
    travel_minutes: int
    break_begins: datetime | None
    break_ends: datetime | None
    stops: list[RouteStopOut]


class LeftOutOut(Struct, frozen=True, kw_only=True):
    """A visit or request that is in no route, and the code of the reason."""

    kind: str
    shift_id: int | None
    request_id: int | None
    reason: str


class TakenOut(Struct, frozen=True, kw_only=True):
    """What came of taking a stop over: its shift, who was asked, and what no longer went, in sentences."""

    request_id: int | None
    shift_id: int | None
    asked: list[int]
    problems: list[str]


class RoutePlanOut(Struct, frozen=True, kw_only=True):
    """The routes of an agency on a day. They are empty until the status is `ready`."""

    id: int
    day: date
    status: PlanStatus
    seconds: int
    seed: int
    error: str
    asked_at: datetime
    finished_at: datetime | None
    sent_at: datetime | None
    travel_minutes: int
    routes: list[RouteOut]
    left_out: list[LeftOutOut]
    taken: list[TakenOut]


def _out(found: PlanRow) -> RoutePlanOut:
    plan = found.plan
    return RoutePlanOut(
        id=found.id,
        day=found.on_day,
        status=found.status,
        seconds=found.seconds,
        seed=found.seed,
        error=found.error,
        asked_at=found.asked_at,
        finished_at=found.finished_at,
        sent_at=found.sent_at,
        travel_minutes=plan.travel,
        routes=[_route(found, route) for route in plan.routes],
        left_out=[
            LeftOutOut(
                kind=plan.items[each.item].kind,
                shift_id=plan.items[each.item].shift or None,
                request_id=plan.items[each.item].request or None,
                reason=each.code,
            )
            for each in plan.left
        ],
        taken=[
            TakenOut(
                request_id=plan.items[int(number)].request or None,
                shift_id=each.shift or None,
                asked=list(each.asked),
                problems=[gettext(problem.text) % problem.params for problem in each.problems],
            )
            for number, each in found.taken.items()
        ],
    )


def _route(found: PlanRow, route: Route) -> RouteOut:
    return RouteOut(
        person_id=route.person,
        leaves=found.instant(route.leaves),
        returns=found.instant(route.returns),
        travel_minutes=route.travel,
        break_begins=found.instant(route.rest.begins) if route.rest else None,
        break_ends=found.instant(route.rest.ends) if route.rest else None,
        stops=[_stop(found, stop) for stop in route.stops],
    )


def _stop(found: PlanRow, stop: Stop) -> RouteStopOut:
    item = found.plan.items[stop.item]
    return RouteStopOut(
        kind=item.kind,
        shift_id=item.shift or None,
        request_id=item.request or None,
        seat_id=item.seats[stop.place] if item.seats else None,
        arrives=found.instant(stop.arrives or stop.begins),
        begins=found.instant(stop.begins),
        ends=found.instant(stop.ends),
        way_minutes=stop.way,
        tight=stop.tight,
        asked=item.asked,
    )


@get("/routes", name="api.matching.routes", access=Permission.MATCH_SEE, tags=TAGS, responses={401: READS[401]})
async def listing(request: AnyRequest, before: FromQuery[int | None] = None) -> list[RoutePlanOut]:
    """The agency's planned days, newest first; `before` is the number below which to go on."""
    found = await queries.plans_of(signed_in(request), before)
    return [_out(each) for each in found[: queries.PAGE]]


@post("/routes", name="api.matching.route_ask", access=Permission.MATCH_RUN, tags=TAGS, responses=CHANGES)
async def ask(request: AnyRequest, data: JSONBody[RoutePlanBody]) -> RoutePlanOut:
    """Have the routes of a day planned. Nobody is asked until they are taken over."""
    actor = signed_in(request)
    new = await actions.ask_plan(actor, data.day, seconds=data.seconds, seed=data.seed, now=clock.now())
    return _out(await queries.plan_for(actor, new))


@get("/routes/{plan_id:int}", name="api.matching.route", access=Permission.MATCH_SEE, tags=TAGS, responses=READS)
async def show(request: AnyRequest, plan_id: FromPath[int]) -> RoutePlanOut:
    """How the planning of a day stands, its routes, what is left out, and what came of taking it over."""
    return _out(await queries.plan_for(signed_in(request), plan_id))


@post(
    "/routes/{plan_id:int}/take-over", name="api.matching.route_take_over", access=Permission.MATCH_RUN, tags=TAGS,
    responses=CHANGES, status_code=200,
)  # fmt: skip
async def take_over(request: AnyRequest, plan_id: FromPath[int]) -> RoutePlanOut:
    """Plan the visits and offer the places to the people named. Sent again, nobody is asked twice."""
    actor = signed_in(request)
    await actions.take_over(actor, plan_id, now=clock.now())
    return _out(await queries.plan_for(actor, plan_id))


ROUTES: list[Any] = [listing, ask, show, take_over]
