"""The integrity radar as JSON: findings with the rows behind them, settling them, thresholds and scores."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import saying_radar
from app.hours.actions import findings as deeds
from app.hours.queries.radar.findings import (
    BehindRow,
    FindingRow,
    Wanted,
    WordRow,
    finding_for,
    findings_for,
    rows_behind,
    words_about,
)
from app.hours.queries.radar.scope import MOST_ROWS
from app.hours.queries.radar.scores import ScoreRow, scores_for
from app.hours.queries.radar.thresholds import ThresholdRow, history
from app.hours.rules.radar import RULES, WHOLE, Code
from app.hours.rules.radar_outcomes import FindingStatus
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.problems import CHANGES, READS
from app.kit.rules import Refusal

MOST = 200
NOT_THRESHOLDS = Refusal("not_thresholds", WHOLE, status=422)

AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, Meta(ge=1, le=MOST)]
Skip = Annotated[int, Meta(ge=0, le=MOST_ROWS)]
Words = Annotated[str, Meta(min_length=1, max_length=2000)]


class FindingOut(Struct, kw_only=True):
    """One finding. `text` and `why` are sentences in your language, `figures` the same for programs."""

    id: int
    rule: Code
    status: FindingStatus
    held_by: str
    """Whose turn it is: `agency` to explain, `funder` to settle; empty once it is settled."""
    agency_id: int
    agency_name: str
    person_id: int | None
    account_id: int | None
    """Who keyed, where the rule is about that."""
    served_on: date | None
    text: str
    why: str
    figures: dict[str, Any]
    found_at: datetime
    outcome: str
    settled_by: str | None
    settled_at: datetime | None


class Findings(Struct, kw_only=True):
    """A page of findings, the newest first."""

    items: list[FindingOut]
    next_before: int | None


class FindingProof(Struct, kw_only=True):
    """A finding, the attendances and ledger entries behind it, and what both sides said."""

    finding: FindingOut
    rows: list[BehindRow]
    next_skip: int | None
    words: list[WordRow]


class Explanation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How it came about."""

    words: Words


class Outcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of it: `explained`, `corrected` or `misuse`."""

    outcome: FindingStatus
    words: Words


class RuleOut(Struct, kw_only=True):
    """One row of a rule's history; of each code the newest that has begun holds."""

    id: int
    code: Code
    title: str
    applies_from: date
    thresholds: dict[str, int]
    weight: int
    enabled: bool
    set_by: str | None
    set_at: datetime


class NewThresholds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Thresholds of a rule from a day on, today at the earliest."""

    thresholds: dict[str, int]
    applies_from: date
    weight: Annotated[int, Meta(ge=0, le=100)]
    enabled: bool = True


def _out(row: FindingRow) -> FindingOut:
    return FindingOut(
        id=row.id,
        rule=row.rule,
        status=row.status,
        held_by=row.held_by,
        agency_id=row.agency_id,
        agency_name=row.agency_name,
        person_id=row.person_id or None,
        account_id=row.account_id or None,
        served_on=row.served_on,
        text=saying_radar.finding(row),
        why=saying_radar.why(row),
        figures=row.figures,
        found_at=row.found_at,
        outcome=row.outcome,
        settled_by=row.settled_by_name,
        settled_at=row.settled_at,
    )


def _rule(row: ThresholdRow) -> RuleOut:
    return RuleOut(
        id=row.id,
        code=row.code,
        title=saying_radar.title(row.code),
        applies_from=row.applies_from,
        thresholds=msgspec.structs.asdict(row.limits),
        weight=row.weight,
        enabled=row.enabled,
        set_by=row.set_by_name,
        set_at=row.set_at,
    )


async def _proof(request: AnyRequest, finding_id: int, skip: int = 0, limit: int = 50) -> FindingProof:
    actor = signed_in(request)
    row = await finding_for(actor, finding_id)
    behind = await rows_behind(actor, row.id, skip, limit)
    return FindingProof(
        finding=_out(row),
        rows=behind,
        next_skip=skip + limit if len(behind) == limit else None,
        words=await words_about(row.id),
    )


@get(
    "/radar/findings",
    name="api.hours.findings",
    access=Permission.RADAR_SEE,
    tags=["radar"],
    summary="List what the integrity radar found",
    description="About your agency, or about the agencies whose programs you fund or evaluate, the newest first.",
)
async def listing(
    request: AnyRequest,
    status: FromQuery[FindingStatus | None] = None,
    rule: FromQuery[Code | None] = None,
    agency: FromQuery[int | None] = None,
    before: FromQuery[int | None] = None,
    limit: FromQuery[Limit] = 50,
) -> Findings:
    """A page of findings."""
    wanted = Wanted(status=status, rule=rule, agency=agency, before=before)
    rows = await findings_for(signed_in(request), wanted, limit)
    return Findings(items=[_out(row) for row in rows], next_before=rows[-1].id if len(rows) == limit else None)


@get(
    "/radar/findings/{finding_id:int}",
    name="api.hours.finding",
    access=Permission.RADAR_SEE,
    tags=["radar"],
    summary="One finding with the rows behind it",
    description="`open` says of each attendance whether you may read its whole proof.",
    responses=READS,
)
async def show(
    request: AnyRequest, finding_id: FromPath[int], skip: FromQuery[Skip] = 0, limit: FromQuery[Limit] = 50
) -> FindingProof:
    """The finding."""
    return await _proof(request, finding_id, skip, limit)


@post(
    "/radar/findings/{finding_id:int}/explain",
    name="api.hours.finding_explain",
    access=Permission.RADAR_SEE,
    status_code=200,
    tags=["radar"],
    summary="Explain a finding about your own agency",
    description="It then waits to be settled by those who buy from you. More can be said until it is.",
    responses=CHANGES,
)
async def explain(request: AnyRequest, finding_id: FromPath[int], data: JSONBody[Explanation]) -> FindingProof:
    """Explain."""
    await deeds.explain(signed_in(request), finding_id, data.words, now=clock.now())
    return await _proof(request, finding_id)


@post(
    "/radar/findings/{finding_id:int}/settle",
    name="api.hours.finding_settle",
    access=Permission.RADAR_DECIDE,
    status_code=200,
    tags=["radar"],
    summary="Settle a finding",
    description="Once and for all; never one about yourself or an agency you belong to.",
    responses=CHANGES,
)
async def settle(request: AnyRequest, finding_id: FromPath[int], data: JSONBody[Outcome]) -> FindingProof:
    """Settle."""
    await deeds.settle(signed_in(request), finding_id, data.outcome, data.words, now=clock.now())
    return await _proof(request, finding_id)


@get(
    "/radar/scores",
    name="api.hours.radar_scores",
    access=Permission.RADAR_SEE,
    tags=["radar"],
    summary="Integrity scores of agencies",
    description="100 less the weights of findings that are open or misuse, for every 1,000 hours of the last twelve "
    "months; fewer hours count as 1,000. Null without hours. The lowest first.",
)
async def scores(request: AnyRequest) -> list[ScoreRow]:
    """Scores."""
    return await scores_for(signed_in(request), clock.local_day(clock.now()))


@get(
    "/radar/rules",
    name="api.hours.radar_rules",
    access=Permission.RADAR_SEE,
    tags=["radar"],
    summary="What the radar looks for",
    description="Every rule with all its thresholds so far, the newest first.",
)
async def rules(request: AnyRequest) -> list[RuleOut]:  # noqa: ARG001 (Litestar wants it for the language)
    """Rules."""
    return [_rule(row) for rows in (await history()).values() for row in rows]


@post(
    "/radar/rules/{code:str}",
    name="api.hours.radar_rule_set",
    access=Permission.RADAR_SET,
    status_code=201,
    tags=["radar"],
    summary="Set thresholds from a day on",
    description="A new row; what was found before stays as it is.",
    responses=CHANGES,
)
async def set_rule(request: AnyRequest, code: FromPath[Code], data: JSONBody[NewThresholds]) -> list[RuleOut]:
    """Set thresholds; the answer is the rule's history."""
    try:
        limits = msgspec.convert(data.thresholds, RULES[code].thresholds)
    except msgspec.ValidationError as error:
        raise Invalid(NOT_THRESHOLDS, thresholds=WHOLE) from error
    await deeds.set_thresholds(
        signed_in(request),
        code,
        limits,
        data.applies_from,
        weight=data.weight,
        enabled=data.enabled,
        now=clock.now(),
    )
    return [_rule(row) for row in (await history(code))[code]]


ROUTES: list[Any] = [listing, show, explain, settle, scores, rules, set_rule]
