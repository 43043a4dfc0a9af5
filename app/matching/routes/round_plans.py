"""What a round proposes: figures, people by shift, changing it by hand, comparing it, sending it, taking it away."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, local_path, page, redirect, url_for
from app.matching import saying
from app.matching import saying_rounds as words
from app.matching.actions import editing, sending
from app.matching.forms.rounds import AddForm, AddSearch, DropForm, PlanFilter
from app.matching.queries import placements as queries
from app.matching.queries.board import OpenSeat, open_seat
from app.matching.queries.candidates import Who, who_are
from app.matching.queries.comparing_rounds import compared, round_before
from app.matching.queries.now import people_for
from app.matching.queries.placements import Narrowed, PlanPage
from app.matching.queries.round_figures import figures_of
from app.matching.queries.rounds import RoundRow, round_for, stored
from app.matching.queries.teams import half_teams, people_to_ask
from app.matching.queries.vocabulary import names_of
from app.matching.routes.board import candidates
from app.matching.routes.taking_away import plan_file
from app.shifts.queries.asking import steps
from app.shifts.rules.offer_deadlines import answer_by
from app.shifts.rules.offers import LAST_CALL
from app.volunteers.queries.people import people

BEST, FOUND = 10, 20


async def plan_shown(request: AnyRequest, actor: Actor, found: RoundRow, narrowed: Bound[PlanFilter]) -> Template:
    """The page of a finished round."""
    now = clock.now()
    filter_ = narrowed.form or PlanFilter()
    half = await half_teams(found.id) if found.can_be_changed else {}
    wanted = Narrowed(
        kind=filter_.kind,
        region=filter_.region,
        gaps=filter_.gaps,
        only=tuple(half) if filter_.half else None,
        after=queries.cursor(filter_.after),
    )
    standing = await queries.standing_of(found.id)
    figures = await figures_of(found.id)
    plan = await queries.plan_page(found.id, wanted)
    names = await names_of([each.detail for each in figures.short if each.detail])
    left_out = found.so_far.left_out
    known = await who_are(actor, [*plan.people, *(each.person for each in left_out)], now=now)
    return page(
        request,
        "matching/round.html",
        round=found,
        standing=standing,
        figures=figures,
        plan=plan,
        known=known,
        reasons=_reasons(plan, known, now),
        left_out=left_out,
        finding=words.finding(standing.placed, standing.open, figures.short, names),
        names=names,
        short=_short(plan),
        half=half,
        to_ask=await people_to_ask(found.id, list(half)) if found.can_be_changed else 0,
        before=await round_before(found),
        active=bool(filter_.kind or filter_.region or filter_.gaps or filter_.half),
        filter=filter_,
        next_href=_further(request, found.id, filter_, plan.more),
        until=await _until(found, standing, now),
        words=words,
        once=once_token(),
    )


def _reasons(plan: PlanPage, known: dict[int, Who], now: datetime) -> dict[int, list[str]]:
    """Why each is proposed, in words and figures."""
    return {
        each.id: saying.for_coordinator(each.pair, known[each.person], now)
        for rows in plan.placed.values()
        for each in rows
        if each.person in known
    }


def _short(plan: PlanPage) -> dict[int, tuple[str, str]]:
    """What is short for each open seat."""
    return {gap.seat: (gap.short.code, gap.short.detail) for rows in plan.open.values() for gap in rows}


async def _until(found: RoundRow, standing: queries.Standing, now: datetime) -> tuple[datetime, datetime] | None:
    """Between when and when people would have to answer if the offers went out now."""
    if not standing.placed:
        return None
    spans = await queries.first_and_last(found.id, now + LAST_CALL)
    rows = await steps(clock.local_day(now))
    times = [answer_by(rows, starts, now, clock.city_zone()) for starts in spans]
    return (min(times), max(times)) if times else None


def _further(request: AnyRequest, round_id: int, filter_: PlanFilter, more: tuple[datetime, int] | None) -> str:
    if more is None:
        return ""
    marks = {name: "1" if on else "" for name, on in (("gaps", filter_.gaps), ("half", filter_.half))}
    chosen = {"kind": filter_.kind, "region": filter_.region} | marks
    query = {name: given for name, given in chosen.items() if given}
    query["after"] = queries.cursor_of(more)
    return f"{url_for(request, 'matching.round', round_id=round_id)}?{urlencode(query)}#shifts"


@get(
    "/rounds/{round_id:int}/compare", name="matching.round_compare", access=Permission.MATCH_SEE,
    include_in_schema=False,
)  # fmt: skip
async def compare(request: AnyRequest, round_id: FromPath[int]) -> Template:
    """How a plan differs from the one before it."""
    actor = signed_in(request)
    found = await round_for(actor, round_id)
    if not found.finished:
        raise NotFound
    before_id = await round_before(found)
    before = await round_for(actor, before_id) if before_id else None
    result = await compared(before, found) if before else None
    shown = [*result.moved, *result.new, *result.lost] if result else []
    return page(
        request,
        "matching/round_compare.html",
        round=found,
        before=before,
        compared=result,
        known=await who_are(actor, sorted({each.person for each in shown}), now=clock.now()),
        words=words,
    )


@post(
    "/rounds/{round_id:int}/send", name="matching.round_send", access=Permission.MATCH_RUN, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def send(request: AnyRequest, round_id: FromPath[int]) -> Response[None]:
    """Send the offers."""
    await sending.send_round(signed_in(request), round_id, now=clock.now())
    said = _("The offers are going out. Answers appear here as they come.")
    return redirect(request, url_for(request, "matching.round", round_id=round_id), said=said)


@post(
    "/rounds/{round_id:int}/placements/{placement_id:int}/drop", name="matching.placement_drop",
    access=Permission.MATCH_RUN, include_in_schema=False, status_code=303,
)  # fmt: skip
async def drop(request: AnyRequest, round_id: FromPath[int], placement_id: FromPath[int]) -> Response[None]:
    """Take somebody out of the plan."""
    actor = signed_in(request)
    bound = bind(DropForm, await request.form())
    form = bound.form or DropForm()
    lack = await editing.drop_placement(actor, round_id, placement_id, form.reason, now=clock.now())
    back = local_path(form.back, url_for(request, "matching.round", round_id=round_id) + "#shifts")
    return redirect(request, back, said=words.edited(_("Taken out of the plan."), lack))


@get(
    "/rounds/{round_id:int}/seats/{seat_id:int}", name="matching.placement_new", access=Permission.MATCH_RUN,
    include_in_schema=False,
)  # fmt: skip
async def choose(request: AnyRequest, round_id: FromPath[int], seat_id: FromPath[int]) -> Template:
    """Who else could take a place: the best by themselves, or somebody by name."""
    actor = signed_in(request)
    found = await round_for(actor, round_id)
    seat = await open_seat(actor, seat_id)
    return page(request, "matching/round_add.html", **await _choices(request, actor, found, seat, blank()))


@post(
    "/rounds/{round_id:int}/seats/{seat_id:int}", name="matching.placement_add", access=Permission.MATCH_RUN,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def add(request: AnyRequest, round_id: FromPath[int], seat_id: FromPath[int]) -> Template | Response[None]:
    """Put somebody into the plan."""
    actor = signed_in(request)
    found = await round_for(actor, round_id)
    seat = await open_seat(actor, seat_id)
    bound = bind(AddForm, await request.form())
    if not bound.errors:
        try:
            added = await editing.add_placement(actor, round_id, seat_id, bound.good.person, now=clock.now())
            back = url_for(request, "matching.round", round_id=round_id) + f"#shift-{seat.shift_id}"
            return redirect(request, back, said=words.edited(_("Put into the plan."), added.lack))
        except DomainError as error:
            if error.status in (403, 404):
                raise
            bound.refuse(error)
    return form_page(request, "matching/round_add.html", **await _choices(request, actor, found, seat, bound))


async def _choices(
    request: AnyRequest, actor: Actor, found: RoundRow, seat: OpenSeat, form: Bound[Any]
) -> dict[str, Any]:
    now = clock.now()
    search = bind(AddSearch, request.query_params.dict())
    q = search.form.q if search.form else ""
    answer = None if q else await people_for(request.app.state.valkey, seat.id, BEST)
    ranking = answer.ranking if answer else None
    rows = (await people(actor, q, limit=FOUND)).rows if q else []
    ids = [row.id for row in rows] + [pair.person_id for pair in (ranking.people if ranking else [])]
    known = await who_are(actor, ids, now=now)
    return {
        "round": found,
        "seat": seat,
        "form": form,
        "search": search,
        "q": q,
        "named": [known[row.id] for row in rows if row.id in known],
        "candidates": candidates(ranking, known, now),
        "answered": answer is not None or bool(q),
    }


@get(
    "/rounds/{round_id:int}/plan.json.gz", name="matching.round_file", access=Permission.MATCH_SET,
    include_in_schema=False,
)  # fmt: skip
async def take_away(request: AnyRequest, round_id: FromPath[int]) -> Response[bytes]:
    """The problem and the plan as one file, which `linli matching check` reads.

    It holds where everybody in the city lives and when they are free: it is for the platform's administrator alone.
    """
    found = await round_for(signed_in(request), round_id)
    return await plan_file(found, await stored(found.id))


ROUTES: list[Any] = [compare, send, drop, choose, add, take_away]
