"""The safeguarding matrix, as JSON."""

from datetime import date
from typing import Annotated, Any

from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.shifts.actions.safeguards import decide
from app.shifts.queries.safeguards import Row, matrix
from app.shifts.rules.safeguards import Asks

TAGS = ["Matching"]


class SafeguardAnswer(Struct, frozen=True, kw_only=True):
    """What one kind of service asks of everybody who does it; `applies_from` is null where nothing was decided."""

    kind: str
    name: str
    applies_from: date | None
    credentials: list[str]
    adults_only: bool
    two_people: bool
    staff_present: bool
    same_sex: bool

    @staticmethod
    def of(row: Row) -> "SafeguardAnswer":
        return SafeguardAnswer(
            kind=row.code, name=row.kind, applies_from=row.applies_from, credentials=row.credentials,
            adults_only=row.adults_only, two_people=row.two_people, staff_present=row.staff_present,
            same_sex=row.same_sex,
        )  # fmt: skip


class SafeguardBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a kind of service is to ask from a day on; what is left out is not asked."""

    kind: Annotated[str, Meta(max_length=40)]
    applies_from: date
    reason: Annotated[str, Meta(min_length=1, max_length=400)]
    credentials: list[str] = []
    adults_only: bool = False
    two_people: bool = False
    staff_present: bool = False
    same_sex: bool = False


@get(
    "/safeguards", name="api.shifts.safeguards", access=Permission.MATCH_SEE, tags=TAGS, responses=READS,
    summary="Read what each kind of service asks of everybody who does it",
)  # fmt: skip
async def list_safeguards(
    request: AnyRequest,  # noqa: ARG001 (every handler has it)
    on: Annotated[date | None, QueryParameter(description="On which day; today if left out")] = None,
) -> list[SafeguardAnswer]:
    """The matrix of one day."""
    return [SafeguardAnswer.of(row) for row in await matrix(on or clock.local_day(clock.now()))]


@post(
    "/safeguards", name="api.shifts.safeguard_decide", access=Permission.MATCH_SET, tags=TAGS, responses=CHANGES,
    summary="Let a kind of service ask something else from a day on",
)  # fmt: skip
async def decide_safeguard(request: AnyRequest, data: JSONBody[SafeguardBody]) -> list[SafeguardAnswer]:
    """Decide, and read the matrix of that day."""
    asks = Asks(
        credentials=data.credentials, adults_only=data.adults_only, two_people=data.two_people,
        staff_present=data.staff_present, same_sex=data.same_sex,
    )  # fmt: skip
    await decide(signed_in(request), data.kind, data.applies_from, asks, data.reason, now=clock.now())
    return [SafeguardAnswer.of(row) for row in await matrix(data.applies_from)]


ROUTES: list[Any] = [list_safeguards, decide_safeguard]
