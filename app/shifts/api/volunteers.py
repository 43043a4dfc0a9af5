"""Open shifts and sign-ups, as JSON."""

from datetime import date, datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.i18n import say, say_fix
from app.kit.problems import CHANGES, READS, Reason
from app.kit.rules import Refusal
from app.kit.web import AnyRequest
from app.shifts.actions.signing_up import cancel_signup, sign_up
from app.shifts.forms.browsing import CancelCode
from app.shifts.queries import places
from app.shifts.queries.mine import MySignup, me, my_signup, upcoming
from app.shifts.queries.open_shifts import Cursor, OpenShift, Wanted, open_shifts, shift_page, shift_seats
from app.shifts.rules import signing_up as rules
from app.shifts.rules.browsing import When, days_of
from app.shifts.rules.statuses import ShiftStatus, SignupStatus

TAGS = ["Open shifts"]


class OpenShiftAnswer(Struct, frozen=True, kw_only=True):
    """A shift that is still to come, with its places for volunteers."""

    id: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    """Of a visit, the community only."""
    region: str
    kind: str
    agency: str
    minors_allowed: bool
    places: int
    places_left: int
    mine: bool
    """Whether the key's own person has a place."""

    @staticmethod
    def of(row: OpenShift) -> "OpenShiftAnswer":
        return OpenShiftAnswer(
            id=row.id,
            title=row.title,
            starts=row.starts,
            ends=row.ends,
            place=row.where,
            region=row.region,
            kind=row.kind,
            agency=row.agency,
            minors_allowed=row.minors_allowed,
            places=row.needed,
            places_left=row.left,
            mine=row.mine,
        )


class OpenShiftsAnswer(Struct, frozen=True, kw_only=True):
    """Shifts, soonest first. Ask again with `after` and `after_id` for the rest; null ends the list."""

    shifts: list[OpenShiftAnswer]
    after: datetime | None
    after_id: int | None


class SeatAnswer(Struct, frozen=True, kw_only=True):
    """A role of the shift, and every reason why the key's own person cannot take a place in it now."""

    id: int
    role: str
    capacity: str
    leads: bool
    skill: str | None
    language: str | None
    credentials: list[str]
    """What the seat asks for, and what the city's safeguards ask for on that day."""
    places: int
    places_left: int
    reasons: list[Reason]


class ShiftAnswer(Struct, frozen=True, kw_only=True):
    """One shift as anyone may see it."""

    id: int
    title: str
    summary: str
    starts: datetime
    ends: datetime
    place: str
    region: str
    kind: str
    agency: str
    agency_id: int
    status: ShiftStatus
    is_visit: bool
    minors_allowed: bool
    sex_wanted: str
    dangerous: bool
    insurance_policy: str
    risk_statement: str
    seats: list[SeatAnswer]


class SignUpBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which place; left out, the first that is meant for the person. `born` fills in an unknown date of birth."""

    seat: int | None = None
    born: date | None = None


class CancelBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a place is given back."""

    reason: CancelCode
    note: Annotated[str, Meta(max_length=200)] = ""


class SignupAnswer(Struct, frozen=True, kw_only=True):
    """A place the key's own person has, or had."""

    id: int
    shift: int
    title: str
    role: str
    capacity: str
    status: SignupStatus
    starts: datetime
    ends: datetime
    place: str
    agency: str
    reason: str

    @staticmethod
    def of(row: MySignup) -> "SignupAnswer":
        return SignupAnswer(
            id=row.id,
            shift=row.shift_id,
            title=row.title,
            role=row.role,
            capacity=row.capacity,
            status=row.status,
            starts=row.starts,
            ends=row.ends,
            place=row.where,
            agency=row.agency,
            reason=row.reason,
        )


def _reasons(refusals: list[Refusal]) -> list[Reason]:
    return [Reason(code=each.code, text=say(each), fix=say_fix(each)) for each in refusals]


@get(
    "/open-shifts",
    name="api.shifts.open",
    access=SIGNED_IN,
    tags=TAGS,
    responses=READS,
    summary="List shifts that volunteers can sign up for",
    description="Soonest first, twenty-five at a time. Days are the city's, the last one is included.",
)
async def list_open(
    request: AnyRequest,
    from_on: Annotated[date | None, QueryParameter(description="First day")] = None,
    to_on: Annotated[date | None, QueryParameter(description="Last day")] = None,
    region: Annotated[str, QueryParameter(pattern="^[0-9]{0,12}$", description="Code of any division")] = "",
    kind: Annotated[str, QueryParameter(description="Code of a service kind")] = "",
    search: Annotated[str, QueryParameter(description="A part of the title")] = "",
    only_open: Annotated[bool, QueryParameter(description="Only shifts with places left")] = True,
    after: Annotated[datetime | None, QueryParameter()] = None,
    after_id: Annotated[int, QueryParameter()] = 0,
) -> OpenShiftsAnswer:
    """List open shifts."""
    now = clock.now()
    first, before = days_of(When.ANY, from_on, to_on, clock.local_day(now))
    asked = Wanted(from_on=first, before=before, region=region, kind=kind, search=search, with_places=only_open)
    home = await places.home_of(signed_in(request).account_id)
    cursor = Cursor(after, after_id) if after and after.tzinfo else None
    found = await open_shifts(asked, home.person_id if home else None, cursor, now=now)
    return OpenShiftsAnswer(
        shifts=[OpenShiftAnswer.of(row) for row in found.rows],
        after=found.later.starts if found.later else None,
        after_id=found.later.id if found.later else None,
    )


@get(
    "/open-shifts/{shift_id:int}",
    name="api.shifts.open_one",
    access=SIGNED_IN,
    tags=TAGS,
    responses=READS,
    summary="Read one shift, and what keeps you from each of its places",
)
async def read_open(request: AnyRequest, shift_id: FromPath[int]) -> ShiftAnswer:
    """Read one shift."""
    shift = await shift_page(shift_id)
    known = await me(signed_in(request).account_id, shift.starts, shift.ends)
    return ShiftAnswer(
        id=shift.id,
        title=shift.title,
        summary=shift.summary,
        starts=shift.starts,
        ends=shift.ends,
        place=shift.where,
        region=shift.region,
        kind=shift.kind,
        agency=shift.agency_name,
        agency_id=shift.agency,
        status=shift.status,
        is_visit=shift.is_visit,
        minors_allowed=shift.minors_allowed,
        sex_wanted=shift.sex_wanted,
        dangerous=shift.dangerous,
        insurance_policy=shift.insurance_policy,
        risk_statement=shift.risk_statement,
        seats=[
            SeatAnswer(
                id=seat.id,
                role=seat.role,
                capacity=seat.capacity,
                leads=seat.leads,
                skill=seat.skill,
                language=seat.language,
                credentials=[each.code for each in seat.credentials],
                places=seat.needed,
                places_left=seat.left,
                reasons=_reasons(rules.refusals(shift.facts, seat, known.facts, clock.now())),
            )
            for seat in await shift_seats(shift_id)
        ],
    )


@post(
    "/shifts/{shift_id:int}/signups",
    name="api.shifts.sign_up",
    access=SIGNED_IN,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Take a place for your own person",
    description="Asked again, the answer is the same sign-up. Refused with 409 and every reason.",
)
async def take_place(request: AnyRequest, shift_id: FromPath[int], data: JSONBody[SignUpBody]) -> SignupAnswer:
    """Sign the key's own person up."""
    actor = signed_in(request)
    signup_id = await sign_up(actor, shift_id, data.seat, data.born, now=clock.now())
    return SignupAnswer.of(await my_signup(actor.account_id, signup_id))


@get(
    "/me/shifts",
    name="api.shifts.mine",
    access=SIGNED_IN,
    tags=TAGS,
    responses=READS,
    summary="List your own shifts that are not over",
)
async def mine(request: AnyRequest) -> list[SignupAnswer]:
    """The next shift first."""
    rows = await upcoming(signed_in(request).account_id, now=clock.now())
    return [SignupAnswer.of(row) for row in rows]


@post(
    "/signups/{signup_id:int}/cancel",
    name="api.shifts.cancel_signup",
    access=SIGNED_IN,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Give your own place back",
    description="Not once the shift has begun. The agency is told the reason.",
)
async def cancel(request: AnyRequest, signup_id: FromPath[int], data: JSONBody[CancelBody]) -> SignupAnswer:
    """Cancel the key's own sign-up."""
    actor = signed_in(request)
    await cancel_signup(actor, signup_id, data.reason, data.note, now=clock.now())
    return SignupAnswer.of(await my_signup(actor.account_id, signup_id))


ROUTES: list[Any] = [list_open, read_open, take_place, mine, cancel]
