"""An agency turns a request that was handed to it into visits."""

from datetime import date, datetime, time, timedelta

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import transaction, value
from app.kit.errors import Conflict, refuse_if
from app.kit.i18n import gettext as _
from app.requests.actions.cards import next_places
from app.requests.actions.moving import move
from app.requests.queries.choices import activities
from app.requests.queries.seen import request_for
from app.requests.rules import visits as rules
from app.requests.rules.asking import NOT_HANDED_OVER
from app.requests.rules.statuses import Event
from app.shifts.actions.publishing import publish
from app.shifts.queries.safeguards import safeguard_at
from app.shifts.rules.publishing import Capacity, SeatWanted

NEW_VISIT = """
    INSERT INTO visit (request, shift, card_number, code_position, planned_by, planned_at)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
"""


class Wanted(Struct, frozen=True, kw_only=True):
    """When visitors come, how many, and for how many weeks running."""

    activity_id: int
    day: date
    begins: time
    minutes: int
    volunteers: int = 2
    staff: int = 0
    weeks: int = 1
    sex_wanted: str = ""
    """`female` or `male` where only people of that sex may come."""


def seats_of(volunteers: int, staff: int) -> list[SeatWanted]:
    """The seats of a visit. Where no staff comes, one of the volunteers leads."""
    seats = []
    if staff:
        seats.append(SeatWanted(role=_("Social worker"), needed=staff, capacity=Capacity.STAFF, leads=True))
    elif volunteers:
        seats.append(SeatWanted(role=_("Leading visitor"), needed=1, leads=True))
        volunteers -= 1
    if volunteers:
        seats.append(SeatWanted(role=_("Visitor"), needed=volunteers))
    return seats


async def _sex_of_served(resident_id: int, activity_id: int, starts: datetime) -> str:
    """The sex that visitors have to be of, where the city asks that they be of the same as the person served.

    Raises:
        Conflict: when it asks so and nobody wrote down the sex of the person served.
    """
    kind = await value("SELECT service_kind FROM activity WHERE id = $1", activity_id)
    if not (await safeguard_at(kind, clock.local_day(starts))).same_sex:
        return ""
    sex = str(await value("SELECT sex FROM resident WHERE id = $1", resident_id))
    refuse_if(None if sex else rules.SEX_UNKNOWN)
    return sex


async def plan_visits(actor: Actor, request_id: int, wanted: Wanted, *, now: datetime) -> list[int]:
    """Publish a visit shift for each week wanted; the shift names the community, never the address.

    Raises:
        Conflict: when the request was not handed over, the activity is of another line, or a shift cannot be published.
    """
    async with transaction(rules.CONSTRAINTS):
        row = await request_for(actor, request_id, now)
        if row.line_id is None:
            raise Conflict(NOT_HANDED_OVER)
        refuse_if(None if wanted.volunteers + wanted.staff > 0 else rules.NO_VISITORS)
        known = {activity.id for activity in await activities(actor, row.line_id)}
        refuse_if(None if wanted.activity_id in known else rules.WRONG_ACTIVITY)
        await move(row.id, row.status, Event.PLAN, by=actor.account_id, now=now)
        card, places = await next_places(row.resident_id, wanted.weeks)
        made = []
        for week, place in enumerate(places):
            starts = datetime.combine(wanted.day + timedelta(weeks=week), wanted.begins, clock.city_zone())
            shift_id = await publish(
                actor,
                wanted.activity_id,
                starts,
                starts + timedelta(minutes=wanted.minutes),
                seats_of(wanted.volunteers, wanted.staff),
                place=row.region_zh,
                region=row.region,
                is_visit=True,
                sex_wanted=wanted.sex_wanted or await _sex_of_served(row.resident_id, wanted.activity_id, starts),
                now=now,
            )
            made.append(
                int(await value(NEW_VISIT, row.id, shift_id, card if place else None, place, actor.account_id, now))
            )
        return made
