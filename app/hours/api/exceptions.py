"""Exceptions as JSON: what is unusual about people's times, and settling it."""

from datetime import date, datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import saying_exceptions
from app.hours.actions.settling import keep as keep_them
from app.hours.queries.attendances import AttendanceRow
from app.hours.queries.exceptions import ExceptionRow, exceptions_at, exceptions_for
from app.hours.queries.proof import proof_for
from app.hours.rules.exceptions import Figures, Unusual, Why
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest

TAGS = ["Exceptions"]


class ExceptionOut(Struct, frozen=True, kw_only=True):
    """One thing that is unusual: a code and figures for programs, a sentence for people."""

    id: int
    code: Unusual
    figures: Figures
    text: str
    found_at: datetime
    standing: bool
    """Whether the times still show it."""
    action: str
    """`kept`, `adjusted`, `missed`, or empty while it waits."""
    reason: str
    note: str
    settled_by: str | None
    settled_at: datetime | None


class UnsettledOut(Struct, frozen=True, kw_only=True):
    """An attendance with its times side by side and what is unusual about them."""

    attendance_id: int
    person_id: int
    person_name: str
    shift_id: int
    served_on: date
    planned_starts: datetime
    planned_ends: datetime
    raw_in: datetime | None
    raw_out: datetime | None
    adjusted_in: datetime | None
    adjusted_out: datetime | None
    exceptions: list[ExceptionOut]


class ExceptionsOut(Struct, frozen=True, kw_only=True):
    """A page of the inbox, the oldest first."""

    open: int
    """How many exceptions wait in all."""
    items: list[UnsettledOut]
    next_after: str | None
    """Ask again with `after` set to this for the next page; null on the last."""


class KeepBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which exceptions are settled, all of one attendance. `note` is needed when the reason is `other`."""

    exceptions: Annotated[list[int], Meta(min_length=1, max_length=50)]
    reason: Why
    note: Annotated[str, Meta(max_length=1000)] = ""


def _one(row: ExceptionRow, on: date) -> ExceptionOut:
    same = {name: getattr(row, name) for name in ExceptionOut.__struct_fields__ if name not in ("text", "figures")}
    return ExceptionOut(**same, figures=row.figures, text=saying_exceptions.sentence(row, on))


def _out(row: AttendanceRow, exceptions: list[ExceptionRow]) -> UnsettledOut:
    same = {name: getattr(row, name) for name in UnsettledOut.__struct_fields__ if hasattr(row, name)}
    return UnsettledOut(**same, attendance_id=row.id, exceptions=[_one(each, row.served_on) for each in exceptions])


def _place(after: str) -> tuple[date, int] | None:
    day, _sep, number = after.partition("~")
    return (date.fromisoformat(day), int(number)) if number else None


@get(
    "/exceptions",
    name="api.hours.exceptions",
    access=Permission.ATTENDANCE_ADJUST,
    tags=TAGS,
    responses=READS,
    summary="List attendances with something unusual to settle",
    description="Your agency's. A correction of the times (`/attendances/{id}/adjust`) settles what stands; so does "
    "saying that the person did not come (`/attendances/{id}/no-show`).",
)
async def listing(
    request: AnyRequest,
    settled: Annotated[bool, QueryParameter(description="Those that nobody has to settle any more")] = False,
    kind: Annotated[Unusual | None, QueryParameter(description="Only with this")] = None,
    after: Annotated[str, QueryParameter(pattern=r"^(\d{4}-\d{2}-\d{2}~\d{1,18})?$")] = "",
) -> ExceptionsOut:
    """A page of exceptions."""
    found = await exceptions_for(signed_in(request), settled=settled, kind=kind or "", after=_place(after))
    return ExceptionsOut(
        open=found.open,
        items=[_out(each.row, each.exceptions) for each in found.rows],
        next_after=found.after or None,
    )


@get(
    "/attendances/{attendance_id:int}/exceptions",
    name="api.hours.exceptions_of",
    access=Permission.ATTENDANCE_SEE,
    tags=TAGS,
    responses=READS,
    summary="What was unusual at one attendance, and how it was settled",
)
async def of_attendance(request: AnyRequest, attendance_id: FromPath[int]) -> UnsettledOut:
    """One attendance."""
    return await _as_it_stands(request, attendance_id)


@post(
    "/attendances/{attendance_id:int}/exceptions/keep",
    name="api.hours.exceptions_keep",
    access=Permission.ATTENDANCE_ADJUST,
    status_code=200,
    tags=TAGS,
    responses=CHANGES,
    summary="Settle exceptions by keeping the times as they are",
    description="All of those named or none. Never your own times, and not while a time is missing.",
)
async def keep(request: AnyRequest, attendance_id: FromPath[int], data: JSONBody[KeepBody]) -> UnsettledOut:
    """Settle."""
    await keep_them(signed_in(request), attendance_id, data.exceptions, data.reason, data.note, now=clock.now())
    return await _as_it_stands(request, attendance_id)


async def _as_it_stands(request: AnyRequest, attendance_id: int) -> UnsettledOut:
    row = (await proof_for(signed_in(request), attendance_id)).attendance
    return _out(row, (await exceptions_at([row.id]))[row.id])


ROUTES: list[Any] = [listing, of_attendance, keep]
