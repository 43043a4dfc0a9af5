"""Merging two records of one human, as JSON."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours.actions.merging import merge as merge_them
from app.hours.queries.merging import Preview, Side, preview_merge
from app.kit import clock
from app.kit.i18n import say, say_fix
from app.kit.problems import CHANGES, READS, Reason
from app.kit.web import AnyRequest

TAGS = ["People"]

Number = Annotated[str, Meta(min_length=1, max_length=20, description="A volunteer number")]


class RecordOut(Struct, frozen=True, kw_only=True):
    """One of the two records."""

    id: int
    volunteer_no: str
    name: str
    has_account: bool
    attendances: int
    minutes_posted: int
    signups_ahead: int


class MergeOut(Struct, frozen=True, kw_only=True):
    """What merging does, and every reason why it cannot be done."""

    duplicate: RecordOut
    kept: RecordOut
    same_birth: bool | None
    account_moves: bool
    account_closes: bool
    reasons: list[Reason]


class MergeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which record goes on in which, and how it is known that they are one person."""

    duplicate: Number
    kept: Number
    reason: Annotated[str, Meta(min_length=1, max_length=1000)]


def _side(side: Side) -> RecordOut:
    return RecordOut(
        id=side.record.id,
        volunteer_no=side.record.volunteer_no,
        name=side.record.name,
        has_account=side.account is not None,
        attendances=side.attendances,
        minutes_posted=side.minutes,
        signups_ahead=side.ahead,
    )


def _out(found: Preview) -> MergeOut:
    return MergeOut(
        duplicate=_side(found.duplicate),
        kept=_side(found.kept),
        same_birth=found.same_birth,
        account_moves=found.account_moves,
        account_closes=found.account_closes,
        reasons=[Reason(code=why.code, text=say(why), fix=say_fix(why)) for why in found.reasons],
    )


@get(
    "/people/merge",
    name="api.hours.merge_preview",
    access=Permission.MEMBER_MANAGE,
    tags=TAGS,
    responses=READS,
    summary="See what merging two records of one person would do",
)
async def preview(
    request: AnyRequest,
    duplicate: Annotated[str, QueryParameter(description="Volunteer number of the record that ends")],
    kept: Annotated[str, QueryParameter(description="Volunteer number of the record that goes on")],
) -> MergeOut:
    """Nothing is changed."""
    return _out(await preview_merge(signed_in(request), duplicate, kept, now=clock.now()))


@post(
    "/people/merge",
    name="api.hours.merge",
    access=Permission.MEMBER_MANAGE,
    tags=TAGS,
    status_code=200,
    responses=CHANGES,
    summary="Merge two records of one person",
    description="Hours count together from then on; sign-ups ahead and the account move to the kept record. What was "
    "punched and posted is not rewritten. An agency merges records it keeps itself; it cannot be undone.",
)
async def merge(request: AnyRequest, data: JSONBody[MergeBody]) -> MergeOut:
    """Make one of two; the answer says what was found before."""
    return _out(await merge_them(signed_in(request), data.duplicate, data.kept, data.reason, now=clock.now()))


ROUTES: list[Any] = [preview, merge]
