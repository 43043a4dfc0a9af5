"""The integrity radar's pages: the queue of findings, one finding with its rows, and the scores."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from msgspec import Meta

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, OrganisationKind, Permission
from app.hours import saying, saying_radar
from app.hours.actions import findings as deeds
from app.hours.forms import Explain, Settle
from app.hours.queries.radar.findings import (
    PAGE,
    FindingRow,
    Wanted,
    finding_for,
    findings_for,
    involved,
    queue_for,
    rows_behind,
    words_about,
)
from app.hours.queries.radar.scope import MOST_ROWS
from app.hours.queries.radar.scores import scores_for
from app.hours.rules.radar import Code
from app.hours.rules.radar_outcomes import FindingStatus, why_not_settle
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import by_locale
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, is_fragment, page, redirect, url_for

ALL = "all"
Skip = Annotated[int, Meta(ge=0, le=MOST_ROWS)]


def _wanted(show: str, rule: str, agency: str, before: int | None) -> Wanted:
    return Wanted(
        status=None if show == ALL else FindingStatus(show) if show in set(FindingStatus) else FindingStatus.OPEN,
        rule=Code(rule) if rule in set(Code) else None,
        agency=int(agency) if agency.isdecimal() and len(agency) < 19 else None,
        before=before,
    )


def _explains(actor: Actor) -> bool:
    """Whether this actor reads the queue to explain what it says, rather than to settle it."""
    return actor.post is not None and actor.post.organisation_kind == OrganisationKind.AGENCY


@get("/radar", name="hours.radar", access=Permission.RADAR_SEE, include_in_schema=False)
async def queue(
    request: AnyRequest,
    show: FromQuery[str] = "",
    rule: FromQuery[str] = "",
    agency: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Template:
    """What was found and still waits, or what became of it. The home page takes the figures alone."""
    actor, now = signed_in(request), clock.now()
    counts = await queue_for(actor)
    if is_fragment(request):
        return page(request, "hours/_radar_waiting.html", counts=counts, explains=_explains(actor))
    wanted = _wanted(show, rule, agency, before)
    rows = await findings_for(actor, wanted, PAGE + 1)
    scores = await scores_for(actor, clock.local_day(now))
    return page(
        request,
        "hours/radar.html",
        rows=rows[:PAGE],
        older=rows[PAGE - 1].id if len(rows) > PAGE else None,
        counts=counts,
        scores=scores,
        explains=_explains(actor),
        show=wanted.status or ALL,
        filter=blank(rule=wanted.rule or "", agency=wanted.agency or ""),
        rules=[(code.value, saying_radar.title(code)) for code in Code],
        agencies=[(row.agency_id, by_locale(row.agency_name, row.agency_name_en)) for row in scores],
        saying=saying_radar,
    )


async def _record(
    request: AnyRequest, actor: Actor, row: FindingRow, form: Bound[Any], skip: int = 0, status: int = 200
) -> Template:
    behind = await rows_behind(actor, row.id, skip, PAGE + 1)
    decides = actor.may(Permission.RADAR_DECIDE)
    return page(
        request,
        "hours/radar_finding.html",
        status=status,
        row=row,
        behind=behind[:PAGE],
        skip=skip,
        more=skip + PAGE if len(behind) > PAGE else None,
        words=await words_about(row.id),
        decides=decides,
        refusal=why_not_settle(row.status, involved=await involved(actor, row)) if decides else None,
        explains=row.status is FindingStatus.OPEN and row.agency_id == actor.organisation_id,
        form=form,
        saying=saying_radar,
        hours_saying=saying,
    )


@get("/radar/{finding_id:int}", name="hours.finding", access=Permission.RADAR_SEE, include_in_schema=False)
async def show(request: AnyRequest, finding_id: FromPath[int], skip: FromQuery[Skip] = 0) -> Template:
    """One finding: why it is worth a look, the rows behind it, and what was said."""
    actor = signed_in(request)
    return await _record(request, actor, await finding_for(actor, finding_id), blank(), skip)


@post(
    "/radar/{finding_id:int}/explain",
    name="hours.finding_explain",
    access=Permission.RADAR_SEE,
    include_in_schema=False,
    status_code=303,
)
async def explain(request: AnyRequest, finding_id: FromPath[int]) -> Template | Response[None]:
    """The agency says how it came about."""
    actor = signed_in(request)
    row = await finding_for(actor, finding_id)
    bound = bind(Explain, await request.form())
    if not bound.errors:
        try:
            await deeds.explain(actor, row.id, bound.good.words, now=clock.now())
            said = _("Noted. It now waits to be settled by those who buy from you.")
            return redirect(request, url_for(request, "hours.finding", finding_id=row.id), said=said)
        except Invalid as error:
            bound.refuse(error)
    return await _record(request, actor, row, bound, status=422)


@post(
    "/radar/{finding_id:int}/settle",
    name="hours.finding_settle",
    access=Permission.RADAR_DECIDE,
    include_in_schema=False,
    status_code=303,
)
async def settle(request: AnyRequest, finding_id: FromPath[int]) -> Template | Response[None]:
    """Say what came of it."""
    actor = signed_in(request)
    row = await finding_for(actor, finding_id)
    bound = bind(Settle, await request.form())
    if not bound.errors:
        try:
            await deeds.settle(actor, row.id, bound.good.outcome, bound.good.words, now=clock.now())
            return redirect(request, url_for(request, "hours.radar"), said=_("Settled. The agency is told."))
        except Invalid as error:
            bound.refuse(error)
    return await _record(request, actor, row, bound, status=422)


@get("/radar/scores", name="hours.radar_scores", access=Permission.RADAR_SEE, include_in_schema=False)
async def scores(request: AnyRequest, program: FromQuery[int | None] = None) -> Template | Response[None]:
    """The score of the agency that runs a program: a part of the program's page."""
    if not is_fragment(request):
        return redirect(request, url_for(request, "hours.radar") + "#scores")
    rows = await scores_for(signed_in(request), clock.local_day(clock.now()), program)
    return page(request, "hours/_radar_scores.html", rows=rows, saying=saying_radar)


ROUTES: list[Any] = [queue, show, explain, settle, scores]
