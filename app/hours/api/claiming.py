"""Claimed and typed-in time as JSON, and call-backs."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours.actions.claiming import claim_beside
from app.hours.actions.rostering import Row, key_roster
from app.hours.actions.sampling import note_answer
from app.hours.queries.call_backs import CallBackRow, Draw, call_backs_for, draw_for
from app.hours.rules import Stretch
from app.hours.rules.kinds import Kind
from app.hours.rules.sampling import Heard
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.form_rows import MOST_ROWS
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest

TAGS = ["hours"]
Instant = Annotated[datetime, Meta(tz=True)]
Note = Annotated[str, Meta(max_length=1000)]


class BesideBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Time of another kind beside a shift: `preparation`, `write_up`, `travel` or `supervision`."""

    kind: Kind
    came: Instant
    left: Instant
    note: Annotated[str, Meta(min_length=1, max_length=1000)]


class Made(Struct, frozen=True, kw_only=True):
    """The attendance that was made for it."""

    attendance_id: int


class RosterRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a paper roster."""

    volunteer_no: Annotated[str, Meta(min_length=1, max_length=20)]
    came: Instant
    left: Instant


class RosterBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it: one row that cannot be right saves none."""

    rows: Annotated[list[RosterRow], Meta(min_length=1, max_length=MOST_ROWS)]
    note: Note = ""


class Keyed(Struct, frozen=True, kw_only=True):
    """How many people's times were keyed."""

    keyed: int


class CallBackOut(Struct, frozen=True, kw_only=True):
    """One attendance that was drawn, and what was heard about it."""

    id: int
    attendance_id: int
    draw_id: int
    status: str
    """`waiting`, `agrees`, `differs` or `unreachable`."""
    answer: str
    asked_by: str | None
    asked_at: datetime | None
    tries: int


class CallBacksOut(Struct, frozen=True, kw_only=True):
    """A page of call-backs."""

    open: int
    differs: int
    items: list[CallBackOut]
    next_after: int | None


class AnswerBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the person asked said; `words` are needed when it differs."""

    heard: Heard
    words: Note = ""


@post(
    "/attendances/{attendance_id:int}/beside",
    name="api.hours.beside",
    access=Permission.ATTENDANCE_ADJUST,
    status_code=201,
    tags=TAGS,
    responses=CHANGES,
    summary="Key time beside a shift",
    description="Once for each kind and shift, never over other time of the person, graded E.",
)
async def beside(request: AnyRequest, attendance_id: FromPath[int], data: JSONBody[BesideBody]) -> Made:
    """Key it."""
    to = Stretch(data.came.astimezone(UTC), data.left.astimezone(UTC))
    made = await claim_beside(signed_in(request), attendance_id, data.kind, to, data.note, now=clock.now())
    return Made(attendance_id=made)


@post(
    "/shifts/{shift_id:int}/roster",
    name="api.hours.roster",
    access=Permission.ATTENDANCE_ADJUST,
    status_code=200,
    tags=TAGS,
    responses=CHANGES,
    summary="Key a paper roster",
    description="Whoever was not signed up takes a free place. `fields` of a refusal says which rows, as `rows-0` …",
)
async def roster(request: AnyRequest, shift_id: FromPath[int], data: JSONBody[RosterBody]) -> Keyed:
    """Key it."""
    rows = [
        Row(volunteer_no=row.volunteer_no, came=row.came.astimezone(UTC), left=row.left.astimezone(UTC))
        for row in data.rows
    ]
    return Keyed(keyed=await key_roster(signed_in(request), shift_id, rows, data.note, now=clock.now()))


def _out(row: CallBackRow) -> CallBackOut:
    return CallBackOut(**{name: getattr(row, name) for name in CallBackOut.__struct_fields__})


@get(
    "/call-backs",
    name="api.hours.call_backs",
    access=Permission.CALL_BACK,
    tags=TAGS,
    responses=READS,
    summary="List call-backs",
    description="Those to make, or with `answered=true` what was heard, the newest first.",
)
async def call_backs(request: AnyRequest, answered: FromQuery[bool] = False, after: FromQuery[int] = 0) -> CallBacksOut:
    """A page of them."""
    found = await call_backs_for(signed_in(request), answered=answered, after=after)
    return CallBacksOut(
        open=found.open, differs=found.differs, items=[_out(row) for row in found.rows], next_after=found.older
    )


@post(
    "/call-backs/{call_back_id:int}",
    name="api.hours.call_back_answer",
    access=Permission.CALL_BACK,
    status_code=204,
    tags=TAGS,
    responses=CHANGES,
    summary="Note what a call-back heard",
    description="Never by someone who recorded, approved or served it.",
)
async def answer(request: AnyRequest, call_back_id: FromPath[int], data: JSONBody[AnswerBody]) -> None:
    """Note it."""
    await note_answer(signed_in(request), call_back_id, data.heard, data.words, now=clock.now())


@get(
    "/call-backs/draws/{draw_id:int}",
    name="api.hours.sample_draw",
    access=Permission.CALL_BACK,
    tags=TAGS,
    responses=READS,
    summary="How a sample was drawn",
    description="Rank each number of `among` by the SHA-256 of `seed:number` in hexadecimal; the lowest `permille` of "
    "a thousand, rounded up, are `drawn`.",
)
async def sample_draw(request: AnyRequest, draw_id: FromPath[int]) -> Draw:
    """All that is needed to draw it again."""
    found = await draw_for(signed_in(request), draw_id)
    if found is None:
        raise NotFound()
    return found


ROUTES: list[Any] = [beside, roster, call_backs, answer, sample_draw]
