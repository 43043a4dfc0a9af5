"""Being away, as JSON."""

from datetime import datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.volunteers.actions import absences as actions
from app.volunteers.actions.absences import Away
from app.volunteers.actions.people import person_of
from app.volunteers.queries.absences import AbsenceRow, coming
from app.volunteers.queries.people import person
from app.volunteers.rules.absences import Reason

TAGS = ["People"]

Instant = Annotated[datetime, Meta(tz=True)]


class AbsenceBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when until when somebody is away."""

    starts: Instant
    ends: Instant
    reason: Reason = Reason.UNSAID

    def away(self) -> Away:
        """What the body says."""
        return Away(starts=self.starts, ends=self.ends, reason=self.reason)


class AbsenceAnswer(Struct, frozen=True, kw_only=True):
    """A stretch in which somebody is away."""

    id: int
    starts: datetime
    ends: datetime
    reason: Reason

    @staticmethod
    def of(row: AbsenceRow) -> "AbsenceAnswer":
        return AbsenceAnswer(id=row.id, starts=row.starts, ends=row.ends, reason=row.reason)


async def _of(person_id: int | None) -> list[AbsenceAnswer]:
    return [AbsenceAnswer.of(row) for row in await coming(person_id, now=clock.now())] if person_id else []


@get(
    "/me/absences", name="api.volunteers.absences", access=SIGNED_IN, tags=TAGS, responses=READS,
    summary="List when you are away",
)  # fmt: skip
async def mine(request: AnyRequest) -> list[AbsenceAnswer]:
    """The key's own person's absences that are not over."""
    return await _of(await person_of(signed_in(request).account_id))


@post(
    "/me/absences", name="api.volunteers.absence_add", access=SIGNED_IN, tags=TAGS, responses=CHANGES,
    summary="Say that you are away", description="Places you have taken stay until you give them back.",
)  # fmt: skip
async def add_mine(request: AnyRequest, data: JSONBody[AbsenceBody]) -> list[AbsenceAnswer]:
    """Add one."""
    actor = signed_in(request)
    await actions.add_own(actor, data.away(), now=clock.now())
    return await _of(await person_of(actor.account_id))


@get(
    "/people/{person_id:int}/absences", name="api.volunteers.person_absences", access=Permission.PERSON_SEE,
    tags=TAGS, responses=READS, summary="List when somebody your agency knows is away",
)  # fmt: skip
async def of_person(request: AnyRequest, person_id: FromPath[int]) -> list[AbsenceAnswer]:
    """Somebody's absences."""
    return await _of((await person(signed_in(request), person_id)).id)


@post(
    "/people/{person_id:int}/absences", name="api.volunteers.person_absence_add", access=Permission.PERSON_SEE,
    tags=TAGS, responses=CHANGES, summary="Write down that one of your agency's staff is away",
)  # fmt: skip
async def add_for(request: AnyRequest, person_id: FromPath[int], data: JSONBody[AbsenceBody]) -> list[AbsenceAnswer]:
    """Add one for somebody."""
    await actions.add_for(signed_in(request), person_id, data.away(), now=clock.now())
    return await _of(person_id)


@post(
    "/absences/{absence_id:int}/withdraw", name="api.volunteers.absence_withdraw", access=SIGNED_IN, tags=TAGS,
    responses=CHANGES, status_code=200, summary="Withdraw an absence of your own or of your agency's staff",
)  # fmt: skip
async def withdraw(request: AnyRequest, absence_id: FromPath[int]) -> list[AbsenceAnswer]:
    """Withdraw one."""
    return await _of(await actions.withdraw(signed_in(request), absence_id, now=clock.now()))


ROUTES: list[Any] = [mine, add_mine, of_person, add_for, withdraw]
