"""Where hours are on the web, as JSON."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import actions, saying
from app.hours.api.objecting import ObjectionOut, objection_out
from app.hours.queries.attendances import AttendanceRow, Wanted, attendances_for
from app.hours.queries.proof import AdjustmentRow, ApprovalRow, PostingRow, Proof, PunchRow, postings_for, proof_for
from app.hours.rules import Reason, Status, Step, Stretch
from app.kit import clock
from app.kit.problems import CHANGES, READS

MOST = 200

AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, Meta(ge=1, le=MOST)]


class AttendanceOut(Struct, kw_only=True):
    """One person at one shift: planned, punched, corrected and counted time side by side."""

    id: int
    status: Status
    shift_id: int
    signup_id: int
    activity_id: int
    line_id: int | None
    person_id: int
    person_name: str
    volunteer_no: str
    capacity: str
    served_on: date
    planned_starts: datetime
    planned_ends: datetime
    raw_in: datetime | None
    raw_out: datetime | None
    raw_minutes: int | None
    adjusted_in: datetime | None
    adjusted_out: datetime | None
    adjusted_reason: str
    counted_minutes: int | None
    grade: str
    confirmed_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    flags: list[str]


class Attendances(Struct, kw_only=True):
    """A page of attendances, the newest first."""

    items: list[AttendanceOut]
    next_before: int | None
    """Ask again with `before` set to this for the next page; null on the last."""


class StepOut(Struct, kw_only=True):
    """One step of a count: a code and figures for programs, a sentence for people."""

    code: str
    figures: dict[str, int | str]
    text: str


class ProofOut(Struct, kw_only=True):
    """One attendance with everything it rests on."""

    attendance: AttendanceOut
    trace: list[StepOut]
    punches: list[PunchRow]
    adjustments: list[AdjustmentRow]
    approvals: list[ApprovalRow]
    postings: list[PostingRow]
    objections: list[ObjectionOut]
    """An open one is `raised`: the hours are contested."""


class Postings(Struct, kw_only=True):
    """A page of ledger entries, the newest first."""

    items: list[PostingRow]
    next_before: int | None


class Correction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Corrected times. `note` is needed when the reason is `other`."""

    came: Annotated[datetime, Meta(tz=True)]
    left: Annotated[datetime, Meta(tz=True)]
    reason: Reason
    note: Annotated[str, Meta(max_length=1000)] = ""


class ReturnNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has to be put right."""

    note: Annotated[str, Meta(min_length=1, max_length=1000)]


def _out(row: AttendanceRow) -> AttendanceOut:
    known = {name: getattr(row, name) for name in AttendanceOut.__struct_fields__ if name != "flags"}
    return AttendanceOut(**known, flags=[flag.value for flag in row.flags(clock.now())])


def _steps(steps: Sequence[Step]) -> list[StepOut]:
    return [StepOut(code=step.code, figures=step.figures, text=saying.step(step)) for step in steps]


def _proof(proof: Proof) -> ProofOut:
    kept = {name: getattr(proof, name) for name in ("punches", "adjustments", "approvals", "postings")}
    objections = [objection_out(each) for each in proof.objections]
    return ProofOut(attendance=_out(proof.attendance), trace=_steps(proof.trace), objections=objections, **kept)


async def _as_it_stands(request: AnyRequest, attendance_id: int) -> ProofOut:
    return _proof(await proof_for(signed_in(request), attendance_id))


@get(
    "/attendances",
    name="api.hours.attendances",
    access=Permission.ATTENDANCE_SEE,
    tags=["hours"],
    summary="List attendances",
    description="Those of your agency, or of the programs you fund or evaluate, the newest first.",
)
async def listing(
    request: AnyRequest,
    status: FromQuery[Status | None] = None,
    shift: FromQuery[int | None] = None,
    activity: FromQuery[int | None] = None,
    before: FromQuery[int | None] = None,
    limit: FromQuery[Limit] = 50,
) -> Attendances:
    """A page of attendances."""
    wanted = Wanted(status=status, shift=shift, activity=activity, before=before)
    rows = await attendances_for(signed_in(request), wanted, now=clock.now(), limit=limit)
    return Attendances(items=[_out(row) for row in rows], next_before=rows[-1].id if len(rows) == limit else None)


@get(
    "/attendances/{attendance_id:int}",
    name="api.hours.attendance",
    access=Permission.ATTENDANCE_SEE,
    tags=["hours"],
    summary="One attendance with its whole proof",
    description="Its four times, how it was counted, punches, corrections, approvals and ledger entries.",
    responses=READS,
)
async def show(request: AnyRequest, attendance_id: FromPath[int]) -> ProofOut:
    """The proof."""
    return await _as_it_stands(request, attendance_id)


@post(
    "/attendances/{attendance_id:int}/adjust",
    name="api.hours.adjust",
    access=Permission.ATTENDANCE_ADJUST,
    status_code=200,
    tags=["hours"],
    summary="Correct the times",
    description="The punches stay; the corrected times stand beside them with their reason. Only before approval.",
    responses=CHANGES,
)
async def adjust(request: AnyRequest, attendance_id: FromPath[int], data: JSONBody[Correction]) -> ProofOut:
    """Correct the times."""
    to = Stretch(data.came.astimezone(UTC), data.left.astimezone(UTC))
    await actions.adjust(signed_in(request), attendance_id, to, data.reason, data.note, now=clock.now())
    return await _as_it_stands(request, attendance_id)


@post(
    "/attendances/{attendance_id:int}/approve",
    name="api.hours.approve",
    access=Permission.HOURS_VOUCH,
    status_code=200,
    tags=["hours"],
    summary="Approve, or give the next word",
    description="With the last word the rule-book asks for, the counted minutes are posted and count for the contract "
    "line, once. Never your own hours, never what you recorded, never in a closed period, nothing twice by one person.",
    responses=CHANGES,
)
async def approve(request: AnyRequest, attendance_id: FromPath[int]) -> ProofOut:
    """Approve."""
    await actions.approve(signed_in(request), attendance_id, now=clock.now())
    return await _as_it_stands(request, attendance_id)


@post(
    "/attendances/{attendance_id:int}/return",
    name="api.hours.return",
    access=Permission.HOURS_VOUCH,
    status_code=200,
    tags=["hours"],
    summary="Return with a note",
    description="Gives it back to whoever recorded it, saying what has to be put right.",
    responses=CHANGES,
)
async def give_back(request: AnyRequest, attendance_id: FromPath[int], data: JSONBody[ReturnNote]) -> ProofOut:
    """Return."""
    await actions.give_back(signed_in(request), attendance_id, data.note, now=clock.now())
    return await _as_it_stands(request, attendance_id)


@post(
    "/attendances/{attendance_id:int}/no-show",
    name="api.hours.no_show",
    access=Permission.ATTENDANCE_ADJUST,
    status_code=200,
    tags=["hours"],
    summary="Say that someone did not come",
    description="Only when nothing was punched and the shift is over.",
    responses=CHANGES,
)
async def no_show(request: AnyRequest, attendance_id: FromPath[int]) -> ProofOut:
    """Mark as not having come."""
    await actions.mark_missed(signed_in(request), attendance_id, now=clock.now())
    return await _as_it_stands(request, attendance_id)


@get(
    "/postings",
    name="api.hours.postings",
    access=Permission.ATTENDANCE_SEE,
    tags=["hours"],
    summary="List ledger entries",
    description="Entries are never changed. A correction is a pair: a reversal with negative minutes, and a new entry; "
    "both name the one they correct.",
)
async def postings(
    request: AnyRequest,
    contract: FromQuery[int | None] = None,
    before: FromQuery[int | None] = None,
    limit: FromQuery[Limit] = 50,
) -> Postings:
    """A page of entries."""
    rows = await postings_for(signed_in(request), contract, before, limit)
    return Postings(items=rows, next_before=rows[-1].id if len(rows) == limit else None)


ROUTES: list[Any] = [listing, show, adjust, approve, give_back, no_show, postings]
