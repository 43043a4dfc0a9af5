"""The inbox as JSON: what waits and why, vouching for many at once, taking back, choosing a contract line."""

from datetime import date
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import actions, saying
from app.hours.actions.allocating import allocate_to
from app.hours.queries.allocating import Choice, lines_for
from app.hours.queries.attendances import attendance_for
from app.hours.queries.inbox import Inbox, Tray, Waiting, inbox
from app.hours.rules import Status, Tier
from app.kit import clock
from app.kit.errors import DomainError, NotFound
from app.kit.i18n import say, say_fix
from app.kit.problems import CHANGES, READS, Reason
from app.kit.web import AnyRequest

TAGS = ["hours"]
MOST = 200
After = Annotated[str, QueryParameter(pattern=r"^(\d{4}-\d{2}-\d{2}~\d{1,18})?$")]


class WaitingOut(Struct, frozen=True, kw_only=True):
    """One attendance that waits: who has to vouch, who did, and why you may not, if so."""

    attendance_id: int
    status: Status
    person_id: int
    person_name: str
    served_on: date
    counted_minutes: int | None
    grade: str
    tiers: list[Tier]
    next_tier: Tier
    tier_reasons: list[str]
    vouched_by: list[str]
    flags: list[str]
    clean: bool
    """As planned, nothing corrected, nothing unusual, and yours to approve."""
    reasons: list[Reason]


class InboxOut(Struct, frozen=True, kw_only=True):
    """A page of one tray, and how much waits in each."""

    counts: dict[Tray, int]
    items: list[WaitingOut]
    next_after: str | None


class Chosen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which attendances to vouch for."""

    attendances: Annotated[list[int], Meta(min_length=1, max_length=MOST)]


class VouchedOut(Struct, frozen=True, kw_only=True):
    """What became of one of them: its minutes when it is posted, none while another has to vouch, or the refusal."""

    attendance_id: int
    minutes: int | None = None
    refused: Reason | None = None


class UndoBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it is taken back: `by_mistake`, `wrong_times`, `wrong_person`, `not_served`, or `other` with a note."""

    reason: Annotated[str, Meta(max_length=40)]
    note: Annotated[str, Meta(max_length=1000)] = ""


class TakenBack(Struct, frozen=True, kw_only=True):
    """The attendance waits for approval again."""

    attendance_id: int
    status: Status


class AllocateBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract line."""

    line_id: int


class AllocatedOut(Struct, frozen=True, kw_only=True):
    """What counts for the line now."""

    attendance_id: int
    line_id: int
    minutes: int


def _out(waiting: Waiting) -> WaitingOut:
    row = waiting.row
    return WaitingOut(
        attendance_id=row.id,
        status=row.status,
        person_id=row.person_id,
        person_name=row.person_name,
        served_on=row.served_on,
        counted_minutes=row.counted_minutes,
        grade=row.grade,
        tiers=row.tiers,
        next_tier=row.next_tier,
        tier_reasons=[saying.step(step) for step in waiting.tier_steps],
        vouched_by=waiting.vouchers,
        flags=[flag.value for flag in waiting.flags],
        clean=waiting.clean,
        reasons=[Reason(code=each.code, text=say(each), fix=say_fix(each)) for each in waiting.reasons],
    )


async def _page(request: AnyRequest, tray: Tray, after: str) -> InboxOut:
    day, _sep, number = after.partition("~")
    place = (date.fromisoformat(day), int(number)) if number else None
    found: Inbox = await inbox(signed_in(request), tray, place, now=clock.now())
    return InboxOut(counts=found.counts, items=[_out(each) for each in found.rows], next_after=found.after or None)


@get(
    "/approvals",
    name="api.hours.inbox",
    access=Permission.ATTENDANCE_APPROVE,
    tags=TAGS,
    responses=READS,
    summary="What waits for your agency",
    description="One tray at a time: `approve`, `another` (a second person or the parent body), `unusual`, `returned`.",
)
async def waiting(request: AnyRequest, tray: FromQuery[Tray] = Tray.APPROVE, after: After = "") -> InboxOut:
    """A page of a tray."""
    return await _page(request, Tray.APPROVE if tray is Tray.VOUCHING else tray, after)


@get(
    "/vouching",
    name="api.hours.vouching",
    access=Permission.HOURS_VOUCH,
    tags=TAGS,
    responses=READS,
    summary="What agencies wait for your organisation's word about",
)
async def vouching(request: AnyRequest, after: After = "") -> InboxOut:
    """A page of it."""
    return await _page(request, Tray.VOUCHING, after)


@post(
    "/approvals",
    name="api.hours.approve_many",
    access=Permission.HOURS_VOUCH,
    status_code=200,
    tags=TAGS,
    responses=CHANGES,
    summary="Approve many, or give the next word about them",
    description="Each on its own: one that is refused stops no other, and the answer says why.",
)
async def approve_many(request: AnyRequest, data: JSONBody[Chosen]) -> list[VouchedOut]:
    """Vouch for each."""
    actor, answers = signed_in(request), []
    for attendance_id in dict.fromkeys(data.attendances):
        try:
            minutes = await actions.approve(actor, attendance_id, now=clock.now())
            answers.append(VouchedOut(attendance_id=attendance_id, minutes=minutes))
        except DomainError as error:
            why = Reason(code=error.first.code, text=say(error.first), fix=say_fix(error.first))
            answers.append(VouchedOut(attendance_id=attendance_id, refused=why))
    return answers


@post(
    "/attendances/{attendance_id:int}/undo",
    name="api.hours.undo",
    access=Permission.HOURS_VOUCH,
    status_code=200,
    tags=TAGS,
    responses=CHANGES,
    summary="Take back what was posted",
    description="By a reversal that names the entry it takes back. The attendance waits for approval again.",
)
async def undo(request: AnyRequest, attendance_id: FromPath[int], data: JSONBody[UndoBody]) -> TakenBack:
    """Take it back."""
    await actions.undo(signed_in(request), attendance_id, data.reason, data.note, now=clock.now())
    return TakenBack(attendance_id=attendance_id, status=Status.RECORDED)


@get(
    "/attendances/{attendance_id:int}/lines",
    name="api.hours.lines",
    access=Permission.ATTENDANCE_APPROVE,
    tags=TAGS,
    responses=READS,
    summary="Contract lines that could take these hours",
)
async def lines(request: AnyRequest, attendance_id: FromPath[int]) -> list[Choice]:
    """Of contracts in force that day, for the same kind of service and the same capacity."""
    actor = signed_in(request)
    row = await attendance_for(actor, attendance_id)
    if row is None or row.agency_id != actor.organisation_id:
        raise NotFound()
    return await lines_for(row.id, row.agency_id)


@post(
    "/attendances/{attendance_id:int}/allocate",
    name="api.hours.allocate",
    access=Permission.ATTENDANCE_APPROVE,
    status_code=200,
    tags=TAGS,
    responses=CHANGES,
    summary="Let posted hours count for a contract line",
    description="Only where they count for none. The entry is taken back and written anew with the line, by somebody "
    "who neither recorded nor approved it.",
)
async def allocate(request: AnyRequest, attendance_id: FromPath[int], data: JSONBody[AllocateBody]) -> AllocatedOut:
    """Choose the line."""
    minutes = await allocate_to(signed_in(request), attendance_id, data.line_id, now=clock.now())
    return AllocatedOut(attendance_id=attendance_id, line_id=data.line_id, minutes=minutes)


ROUTES: list[Any] = [waiting, vouching, approve_many, undo, lines, allocate]
