"""Rounds as JSON: asking for one, following it, reading and changing its plan, stopping it, sending its offers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.matching.actions import editing, rounds, sending
from app.matching.queries import placements as plans
from app.matching.queries import rounds as queries
from app.matching.queries.rounds import RoundRow
from app.matching.queries.teams import half_teams
from app.matching.rules.rounds import SECONDS, RoundStatus

TAGS = ["Matching"]


class RoundBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a round is to be about. `ends` is the first instant that no longer belongs to it."""

    region: Annotated[str, Meta(min_length=2, max_length=12, description="Code of a region; all below it are in.")]
    starts: datetime
    ends: datetime
    seconds: Annotated[int, Meta(ge=1, le=3600)] = SECONDS
    based_on: int | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 1
    by_district: bool = False


class RoundOut(Struct, frozen=True, kw_only=True):
    """A round. `gap` is how far its plan is from the best possible one at most, as a share; null when not proven."""

    id: int
    region: str
    starts: datetime
    ends: datetime
    status: RoundStatus
    stage: str
    seconds: int
    seconds_spent: float
    seed: int
    based_on: int | None
    value: int | None
    bound: int | None
    gap: float | None
    heads_open: int | None
    heads_filled: int | None
    stop_asked: bool
    weights_changed: bool
    error: str
    asked_at: datetime
    finished_at: datetime | None
    sent_at: datetime | None


class PlacementOut(Struct, frozen=True, kw_only=True):
    """Somebody proposed for a place. `answer` is how their offer stands; `problem` why none could be made."""

    id: int
    seat_id: int
    shift_id: int
    person_id: int
    points: int | None
    parts: dict[str, int]
    kept: bool
    by_hand: bool
    dropped_at: datetime | None
    problem: str
    offer_id: int | None
    answer: str | None


class OpenOut(Struct, frozen=True, kw_only=True):
    """Places that stay open, and what is short."""

    seat_id: int
    shift_id: int
    heads: int
    short: str
    detail: str


class HalfTeamOut(Struct, frozen=True, kw_only=True):
    """A shift whose people are no whole team, so that none of them is asked: too few of a role, or nobody of the staff
    with the volunteers."""

    shift_id: int
    lack: Literal["team", "staffed"]


class PlanOut(Struct, frozen=True, kw_only=True):
    """A page of a plan, by the time of its shifts. `next_after` begins the next page.

    `half_teams` are those of the whole plan, until it is sent.
    """

    placements: list[PlacementOut]
    open: list[OpenOut]
    half_teams: list[HalfTeamOut]
    next_after: str | None


class PlacementBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is put into a plan, and where."""

    seat_id: int
    person_id: int


class MadeOut(Struct, frozen=True, kw_only=True):
    """What was made."""

    id: int


def _out(found: RoundRow) -> RoundOut:
    so_far = found.so_far
    return RoundOut(
        id=found.id,
        region=found.region,
        starts=found.starts,
        ends=found.ends,
        status=found.status,
        stage=so_far.stage if found.at_work else "",
        seconds=found.seconds,
        seconds_spent=round(so_far.seconds, 1),
        seed=found.seed,
        based_on=found.based_on,
        value=found.value,
        bound=found.bound,
        gap=found.gap,
        heads_open=found.heads_open,
        heads_filled=found.heads_filled,
        stop_asked=found.stop_asked,
        weights_changed=so_far.weights_changed,
        error=found.error,
        asked_at=found.asked_at,
        finished_at=found.finished_at,
        sent_at=found.sent_at,
    )


@get("/rounds", name="api.matching.rounds", access=Permission.MATCH_SEE, tags=TAGS, responses={401: READS[401]})
async def listing(request: AnyRequest, before: FromQuery[int | None] = None) -> list[RoundOut]:
    """The agency's rounds, newest first; `before` is the number below which to go on."""
    found = await queries.rounds_of(signed_in(request), before)
    return [_out(each) for each in found[: queries.PAGE]]


@post("/rounds", name="api.matching.round_ask", access=Permission.MATCH_RUN, tags=TAGS, responses=CHANGES)
async def ask(request: AnyRequest, data: JSONBody[RoundBody]) -> RoundOut:
    """Have a plan made. Nobody is asked until the round is sent."""
    actor = signed_in(request)
    wanted = rounds.Wanted(
        region=data.region,
        starts=data.starts,
        ends=data.ends,
        seconds=data.seconds,
        based_on=data.based_on,
        seed=data.seed,
        by_district=data.by_district,
    )
    return _out(await queries.round_for(actor, await rounds.ask_round(actor, wanted, now=clock.now())))


@get("/rounds/{round_id:int}", name="api.matching.round", access=Permission.MATCH_SEE, tags=TAGS, responses=READS)
async def show(request: AnyRequest, round_id: FromPath[int]) -> RoundOut:
    """How far a round is, or what came of it."""
    return _out(await queries.round_for(signed_in(request), round_id))


@get(
    "/rounds/{round_id:int}/placements", name="api.matching.placements", access=Permission.MATCH_SEE, tags=TAGS,
    responses=READS,
)  # fmt: skip
async def placements(request: AnyRequest, round_id: FromPath[int], after: FromQuery[str] = "") -> PlanOut:
    """Who is proposed for what, and what stays open: a page of shifts, by time."""
    found = await queries.round_for(signed_in(request), round_id)
    plan = await plans.plan_page(found.id, plans.Narrowed(after=plans.cursor(after)))
    half = await half_teams(found.id) if found.status == RoundStatus.READY else {}
    return PlanOut(
        placements=[
            PlacementOut(
                id=each.id,
                seat_id=each.seat,
                shift_id=each.shift,
                person_id=each.person,
                points=each.points,
                parts=each.pair.parts,
                kept=each.kept,
                by_hand=each.by_hand,
                dropped_at=each.dropped_at,
                problem=each.problem,
                offer_id=each.offer,
                answer=each.answer,
            )
            for rows in plan.placed.values()
            for each in rows
        ],
        open=[
            OpenOut(
                seat_id=gap.seat, shift_id=gap.shift, heads=gap.heads, short=gap.short.code, detail=gap.short.detail
            )
            for rows in plan.open.values()
            for gap in rows
        ],
        half_teams=[HalfTeamOut(shift_id=shift, lack=lack) for shift, lack in half.items()],
        next_after=plans.cursor_of(plan.more) if plan.more else None,
    )


@post(
    "/rounds/{round_id:int}/placements", name="api.matching.placement_add", access=Permission.MATCH_RUN, tags=TAGS,
    responses=CHANGES,
)  # fmt: skip
async def add(request: AnyRequest, round_id: FromPath[int], data: JSONBody[PlacementBody]) -> MadeOut:
    """Put somebody into a plan that is not sent yet, if every rule lets them."""
    actor = signed_in(request)
    added = await editing.add_placement(actor, round_id, data.seat_id, data.person_id, now=clock.now())
    return MadeOut(id=added.placement_id)


@delete(
    "/rounds/{round_id:int}/placements/{placement_id:int}", name="api.matching.placement_drop",
    access=Permission.MATCH_RUN, tags=TAGS, responses=CHANGES, status_code=204,
)  # fmt: skip
async def drop(request: AnyRequest, round_id: FromPath[int], placement_id: FromPath[int]) -> None:
    """Take somebody out of a plan that is not sent yet."""
    await editing.drop_placement(signed_in(request), round_id, placement_id, "other", now=clock.now())


@post(
    "/rounds/{round_id:int}/stop", name="api.matching.round_stop", access=Permission.MATCH_RUN, tags=TAGS,
    responses=CHANGES, status_code=200,
)  # fmt: skip
async def stop(request: AnyRequest, round_id: FromPath[int]) -> RoundOut:
    """Let it end now, with the best plan so far."""
    actor = signed_in(request)
    await rounds.stop_round(actor, round_id)
    return _out(await queries.round_for(actor, round_id))


@post(
    "/rounds/{round_id:int}/send", name="api.matching.round_send", access=Permission.MATCH_RUN, tags=TAGS,
    responses=CHANGES, status_code=200,
)  # fmt: skip
async def send(request: AnyRequest, round_id: FromPath[int]) -> RoundOut:
    """Offer every proposed place to whom it is proposed for. Sent again, nobody is asked twice."""
    actor = signed_in(request)
    await sending.send_round(actor, round_id, now=clock.now())
    return _out(await queries.round_for(actor, round_id))


ROUTES: list[Any] = [listing, ask, show, placements, add, drop, stop, send]
