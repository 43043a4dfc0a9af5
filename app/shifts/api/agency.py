"""An agency's activities, and the shifts it publishes, changes and cancels, as JSON."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from litestar import get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.problems import CHANGES, READS
from app.kit.rules import Refusal
from app.kit.web import AnyRequest
from app.shifts.actions import activities as acts
from app.shifts.actions import changing, publishing
from app.shifts.actions.changing import ShiftChange
from app.shifts.queries import activities as queries
from app.shifts.queries.activities import ActivityShown, ListedActivity, ShiftOfActivity
from app.shifts.queries.publishing import SeatRow, activity_ground, seats_of, shift_to_manage
from app.shifts.rules import recurrence
from app.shifts.rules.activities import ActivityWanted
from app.shifts.rules.publishing import USUAL_PRIORITY, Capacity, SeatChange, SeatWanted
from app.shifts.rules.statuses import ActivityStatus, ShiftStatus

TAGS = ["Activities and shifts"]

Priority = Annotated[int, Meta(ge=1, le=5, description="From 1, can wait, to 5, urgent")]
SexWanted = Literal["", "female", "male"]
Instant = Annotated[datetime, Meta(tz=True)]
Name = Annotated[str, Meta(min_length=1, max_length=160)]
Place = Annotated[str, Meta(max_length=200)]
Prose = Annotated[str, Meta(max_length=2000)]


class ActivityBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An activity as it is to be. A dangerous one needs its insurance policy's number and bars minors."""

    name: Name
    line_id: int | None
    service_kind: str
    region: str
    summary: Prose = ""
    place: Place = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    dangerous: bool = False
    insurance_policy: Annotated[str, Meta(max_length=60)] = ""
    minors_allowed: bool = False
    risk_statement: Prose = ""

    def wanted(self) -> ActivityWanted:
        """The same for the rules."""
        return ActivityWanted(**{name: getattr(self, name) for name in ActivityWanted.__struct_fields__})


class NewActivityBody(ActivityBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new activity, opened at once or kept as a draft."""

    open: bool = False


class SeatBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role with a head count; `id` names one the shift already has, and `needed` of 0 takes that away."""

    role: Annotated[str, Meta(min_length=1, max_length=60)]
    needed: Annotated[int, Meta(ge=0, le=500)]
    capacity: Capacity = Capacity.VOLUNTEER
    leads: bool = False
    skill: str | None = None
    language: str | None = None
    credentials: list[str] = []
    """Kinds of credential, besides what the city's safeguards ask for."""
    least: Annotated[int, Meta(ge=0, le=500)] = 0
    """With fewer heads than this the shift does not take place."""
    id: int | None = None

    def wanted(self) -> SeatWanted:
        """A seat to be made."""
        return SeatWanted(
            role=self.role, needed=self.needed, capacity=self.capacity, leads=self.leads, skill=self.skill,
            language=self.language, credentials=tuple(self.credentials), least=self.least,
        )  # fmt: skip


class ShiftBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shift."""

    starts: Instant
    ends: Instant
    seats: list[SeatBody]
    title: Annotated[str, Meta(max_length=160)] = ""
    """Empty means the activity's name."""
    place: Place = ""
    """Empty means the activity's place."""
    priority: Priority = USUAL_PRIORITY
    sex_wanted: SexWanted = ""


class SeriesBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shifts repeated by an RFC 5545 RRULE of days; the times are the city's wall clock on each of them."""

    rrule: Annotated[str, Meta(max_length=400)]
    first: date
    begins: time
    ends: time
    """Not after `begins` means the next day."""
    seats: list[SeatBody]
    leave_out: list[date] = []
    title: Annotated[str, Meta(max_length=160)] = ""
    place: Place = ""
    priority: Priority = USUAL_PRIORITY
    sex_wanted: SexWanted = ""


class ShiftChangeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a published shift is to be called, where and when. Who signed up moves along and is told."""

    title: Name
    place: Place
    starts: Instant
    ends: Instant
    priority: Priority | None = None
    """Left out, it stays."""


class SeatsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seats to change (with `id`) and to add (without)."""

    seats: list[SeatBody]


class CancelBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why; everyone who signed up will read it."""

    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class ActivitiesAnswer(Struct, frozen=True, kw_only=True):
    """Activities of one state, newest first; ask again with `before` for older ones."""

    activities: list[ListedActivity]
    before: int | None


class ActivityAnswer(Struct, frozen=True, kw_only=True):
    """An activity with its shifts that are not over."""

    activity: ActivityShown
    shifts: list[ShiftOfActivity]


class ShiftIds(Struct, frozen=True, kw_only=True):
    """The shifts that were published, in the order of their days."""

    shift_ids: list[int]


class ManagedShiftAnswer(Struct, frozen=True, kw_only=True):
    """A shift as its agency manages it."""

    id: int
    activity_id: int
    status: ShiftStatus
    title: str
    place: str
    starts: datetime
    ends: datetime
    is_visit: bool
    cancelled_reason: str
    priority: int
    sex_wanted: str
    rrule: str | None
    seats: list[SeatRow]


class Told(Struct, frozen=True, kw_only=True):
    """How many people are told."""

    told: int


@get(
    "/activities", name="api.shifts.activities", access=Permission.ACTIVITY_SEE, tags=TAGS, responses=READS,
    summary="List the activities you may see",
    description="An agency sees its own; a funder and an evaluator those under their programs. Fifty at a time.",
)  # fmt: skip
async def list_activities(
    request: AnyRequest,
    status: Annotated[ActivityStatus, QueryParameter()] = ActivityStatus.OPEN,
    line_id: Annotated[int | None, QueryParameter(description="Only those under this contract line")] = None,
    before: Annotated[int | None, QueryParameter(description="Only those older than this one")] = None,
) -> ActivitiesAnswer:
    """List activities."""
    found = await queries.activities(signed_in(request), status, line_id=line_id, before=before, now=clock.now())
    return ActivitiesAnswer(activities=found.rows, before=found.next_before)


@post(
    "/activities", name="api.shifts.activity_create", access=Permission.ACTIVITY_OPEN, tags=TAGS, responses=CHANGES,
    summary="Make an activity under a contract line",
)  # fmt: skip
async def create_activity(request: AnyRequest, data: JSONBody[NewActivityBody]) -> ActivityAnswer:
    """Open it, or keep it as a draft."""
    actor = signed_in(request)
    made = await acts.create_activity(actor, data.wanted(), opening=data.open, now=clock.now())
    return await _activity(request, made)


@get(
    "/activities/{activity_id:int}", name="api.shifts.activity", access=Permission.ACTIVITY_SEE, tags=TAGS,
    responses=READS, summary="Read an activity and its shifts to come",
)  # fmt: skip
async def read_activity(request: AnyRequest, activity_id: FromPath[int]) -> ActivityAnswer:
    """Read one activity."""
    return await _activity(request, activity_id)


@put(
    "/activities/{activity_id:int}", name="api.shifts.activity_change", access=Permission.ACTIVITY_OPEN, tags=TAGS,
    responses=CHANGES, summary="Change an activity",
    description="Shifts already published keep the line, kind and region they were published with.",
)  # fmt: skip
async def change_activity(
    request: AnyRequest, activity_id: FromPath[int], data: JSONBody[ActivityBody]
) -> ActivityAnswer:
    """Change one activity."""
    await acts.change_activity(signed_in(request), activity_id, data.wanted(), now=clock.now())
    return await _activity(request, activity_id)


@post(
    "/activities/{activity_id:int}/open", name="api.shifts.activity_open", access=Permission.ACTIVITY_OPEN, tags=TAGS,
    responses=CHANGES, status_code=200, summary="Open a draft, or a closed activity again",
)  # fmt: skip
async def open_activity(request: AnyRequest, activity_id: FromPath[int]) -> ActivityAnswer:
    """Open it."""
    await acts.open_activity(signed_in(request), activity_id, now=clock.now())
    return await _activity(request, activity_id)


@post(
    "/activities/{activity_id:int}/close", name="api.shifts.activity_close", access=Permission.ACTIVITY_OPEN,
    tags=TAGS, responses=CHANGES, status_code=200, summary="Close an activity: nothing more is published under it",
)  # fmt: skip
async def close_activity(request: AnyRequest, activity_id: FromPath[int]) -> ActivityAnswer:
    """Close it."""
    await acts.close_activity(signed_in(request), activity_id)
    return await _activity(request, activity_id)


@post(
    "/activities/{activity_id:int}/shifts", name="api.shifts.publish", access=Permission.SHIFT_PUBLISH, tags=TAGS,
    responses=CHANGES, summary="Publish one shift",
    description="Refused with every reason: activity not open, time past, day outside contract or open period, …",
)  # fmt: skip
async def publish(request: AnyRequest, activity_id: FromPath[int], data: JSONBody[ShiftBody]) -> ShiftIds:
    """Publish one shift."""
    seats = [seat.wanted() for seat in data.seats]
    made = await publishing.publish(
        signed_in(request), activity_id, data.starts, data.ends, seats,
        title=data.title, place=data.place, priority=data.priority, sex_wanted=data.sex_wanted, now=clock.now(),
    )  # fmt: skip
    return ShiftIds(shift_ids=[made])


@post(
    "/activities/{activity_id:int}/series", name="api.shifts.publish_series", access=Permission.SHIFT_PUBLISH,
    tags=TAGS, responses=CHANGES, summary="Publish shifts repeated by an RRULE",
    description="Daily, weekly or monthly, at most 200 dates. All of them are published, or none.",
)  # fmt: skip
async def publish_series(request: AnyRequest, activity_id: FromPath[int], data: JSONBody[SeriesBody]) -> ShiftIds:
    """Publish a series."""
    actor = signed_in(request)
    _, ground = await activity_ground(actor, activity_id)
    days = recurrence.days_of(data.rrule, data.first, last=ground.ends_before)
    if isinstance(days, Refusal):
        raise Invalid(days, rrule=days.text)
    made = await publishing.publish_series(
        actor, activity_id, data.rrule, [day for day in days if day not in data.leave_out], data.begins, data.ends,
        [seat.wanted() for seat in data.seats], title=data.title, place=data.place, priority=data.priority,
        sex_wanted=data.sex_wanted, now=clock.now(),
    )  # fmt: skip
    return ShiftIds(shift_ids=made)


@get(
    "/shifts/{shift_id:int}", name="api.shifts.managed", access=Permission.SHIFT_LEAD, tags=TAGS, responses=READS,
    summary="Read a shift of your agency with its seats",
)  # fmt: skip
async def read_shift(request: AnyRequest, shift_id: FromPath[int]) -> ManagedShiftAnswer:
    """Read one shift."""
    return await _managed(request, shift_id)


@put(
    "/shifts/{shift_id:int}", name="api.shifts.change", access=Permission.SHIFT_PUBLISH, tags=TAGS, responses=CHANGES,
    summary="Change title, place or time of a shift that has not begun",
)  # fmt: skip
async def change_shift(
    request: AnyRequest, shift_id: FromPath[int], data: JSONBody[ShiftChangeBody]
) -> ManagedShiftAnswer:
    """Change one shift."""
    change = ShiftChange(title=data.title, place=data.place, starts=data.starts, ends=data.ends, priority=data.priority)
    await changing.change_shift(signed_in(request), shift_id, change, now=clock.now())
    return await _managed(request, shift_id)


@put(
    "/shifts/{shift_id:int}/seats", name="api.shifts.change_seats", access=Permission.SHIFT_PUBLISH, tags=TAGS,
    responses=CHANGES, summary="Change how many people each role needs, and add roles",
    description="Seats left out stay. Never below what is taken; capacity and skill of a seat stay as published.",
)  # fmt: skip
async def change_seats(request: AnyRequest, shift_id: FromPath[int], data: JSONBody[SeatsBody]) -> ManagedShiftAnswer:
    """Change seats."""
    kept = [
        SeatChange(seat_id=seat.id, role=seat.role, needed=seat.needed, leads=seat.leads, least=seat.least)
        for seat in data.seats
        if seat.id is not None
    ]
    more = [seat.wanted() for seat in data.seats if seat.id is None]
    await changing.change_seats(signed_in(request), shift_id, kept, more, now=clock.now())
    return await _managed(request, shift_id)


@post(
    "/shifts/{shift_id:int}/cancel", name="api.shifts.cancel", access=Permission.SHIFT_PUBLISH, tags=TAGS,
    responses=CHANGES, status_code=200, summary="Cancel a shift that has not begun; everyone on it is told why",
)  # fmt: skip
async def cancel_shift(request: AnyRequest, shift_id: FromPath[int], data: JSONBody[CancelBody]) -> Told:
    """Cancel one shift."""
    return Told(told=await changing.cancel_shift(signed_in(request), shift_id, data.reason, now=clock.now()))


async def _activity(request: AnyRequest, activity_id: int) -> ActivityAnswer:
    found = await queries.activity_for(signed_in(request), activity_id)
    return ActivityAnswer(activity=found, shifts=await queries.coming_shifts(activity_id, now=clock.now()))


async def _managed(request: AnyRequest, shift_id: int) -> ManagedShiftAnswer:
    found = await shift_to_manage(signed_in(request), shift_id)
    return ManagedShiftAnswer(
        id=found.id,
        activity_id=found.activity_id,
        status=found.status,
        title=found.title,
        place=found.place,
        starts=found.starts,
        ends=found.ends,
        is_visit=found.is_visit,
        cancelled_reason=found.cancelled_reason,
        priority=found.priority,
        sex_wanted=found.sex_wanted,
        rrule=found.rrule,
        seats=await seats_of(shift_id),
    )


ROUTES: list[Any] = [
    list_activities, create_activity, read_activity, change_activity, open_activity, close_activity, publish,
    publish_series, read_shift, change_shift, change_seats, cancel_shift,
]  # fmt: skip
