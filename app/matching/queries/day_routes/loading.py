"""Loads a day of an agency: its visits and requests, its people and where they are already."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import value
from app.kit.rules import Refusal
from app.matching.problem import SLOT_MINUTES, Travel
from app.matching.queries.day_routes.drawing import NOWHERE, Drawn, Wish, Worker, draw, spans_of, steps_between
from app.matching.queries.day_routes.rows import (
    Away,
    Committed,
    RequestRow,
    ToDo,
    away,
    committed,
    requests_for,
    staff_of,
    to_do_ahead,
    visits_between,
)
from app.matching.queries.day_routes.work_days import Fixed, Span, without, work_day
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.queries.loading.places import Plane, plane
from app.matching.rules import day_routes as rules
from app.matching.rules.day_routes import NOTICE_MINUTES, STEP, Item
from app.requests.rules.visits import USUAL_MINUTES
from app.shifts.rules.offers import LAST_CALL
from app.volunteers.rules.availability import DAY_MINUTES

REGION = "SELECT region FROM organisation WHERE id = $1"


def midnight(day: date) -> datetime:
    """Where a local day begins."""
    return datetime.combine(day, time(), clock.city_zone()).astimezone(UTC)


class _Day(Struct, frozen=True, kw_only=True):
    """A local day, counted in steps from its midnight."""

    day: date
    starts: datetime
    ends: datetime
    now: datetime

    def step(self, instant: datetime) -> int:
        """The step that holds an instant."""
        return int((instant - self.starts).total_seconds() // (60 * STEP))

    def step_after(self, instant: datetime) -> int:
        """The first step that does not begin before an instant."""
        return -int((self.starts - instant).total_seconds() // (60 * STEP))

    def wall(self, minute: int) -> datetime:
        """The instant at which clocks show a minute of this day, also on a day on which they change."""
        shown = datetime.combine(self.day, time()) + timedelta(minutes=minute)
        return shown.replace(tzinfo=clock.city_zone()).astimezone(UTC)


class _Spots:
    """Places by number, and how long it takes between them. The first is none at all."""

    def __init__(self, flat: Plane) -> None:
        self._flat = flat
        self.x, self.y = [0.0], [0.0]

    def add(self, latitude: float | None, longitude: float | None, region: str) -> int:
        x, y = self._flat.spots([(latitude, longitude, region)])
        return self.at(float(x[0]), float(y[0]))

    def at(self, x: float, y: float) -> int:
        self.x.append(x)
        self.y.append(y)
        return len(self.x) - 1

    def steps(self, travel: Travel) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
        """Between two homes there is always a way, also where both count as the middle of one community."""
        found = np.maximum(steps_between(travel, self.x, self.y), -(-travel.start_minutes // STEP))
        np.fill_diagonal(found, 0)
        found[NOWHERE, :] = found[:, NOWHERE] = 0
        return found


async def load_day(agency: int, day: date, *, now: datetime) -> Drawn:
    """The routes' problem of an agency's day, in a fixed number of queries."""
    of = _Day(day=day, starts=midnight(day), ends=midnight(day + timedelta(days=1)), now=now)
    staff = await staff_of(agency)
    visits = await visits_between(agency, max(of.starts, now + LAST_CALL), of.ends)
    asked = await requests_for(agency, day)
    supposed = [
        row.supposed(agency, of.wall(rules.window(row.times)[0]), USUAL_MINUTES) for row in asked if _planable(row)
    ]
    scope = Scope(starts=of.starts, ends=of.ends, agency=agency, shifts=tuple(visits), people=tuple(staff))
    found = await load(scope, now=now, supposed=supposed)
    spots = _Spots(await plane())
    wishes = [*_visits(found, of, spots), *_requests(found, asked, of, spots)]
    fixed = _fixed(await committed(staff, of.starts, of.ends), of, spots)
    gone = _gone(await away(staff, of.starts, of.ends), found.problem.travel, of)
    office = spots.add(None, None, str(await value(REGION, agency)))
    homes = _homes(found, staff, spots, office)
    steps = spots.steps(found.problem.travel)
    workers = []
    for person in staff:
        free = without(_free(found, person, of), gone[person])
        home = homes[person]
        their_day = work_day(home, free, fixed[person], lambda a, b: int(steps[a, b]))
        if their_day:
            at = found.person_at.get(person, -1)
            most = int(found.problem.people.day_minutes[at]) if at >= 0 else DAY_MINUTES
            workers.append(Worker(person=person, at=at, home=home, most=most, day=their_day))
    outside = [(Item(kind="request", request=row.id, heads=row.heads), why) for row, why in _outside(asked, of)]
    planned = {wish.item.shift for wish in wishes}
    outside += [(Item(kind="visit", shift=shift), rules.ONE_PLACE_ONLY) for shift in visits if shift not in planned]
    # Every person with every visit: in a large agency that takes longer than a process may be deaf.
    return await asyncio.to_thread(draw, found.problem, steps, wishes, workers, outside, len(staff))


def _planable(row: RequestRow) -> bool:
    return row.activity is not None and not (row.same_sex and not row.served_sex)


def _hours(row: RequestRow, of: _Day) -> Span:
    """Between which steps a visit may begin, so that it ends while somebody is at home."""
    opens, closes = (of.wall(minute) for minute in rules.window(row.times))
    earliest = max(opens, of.now + timedelta(minutes=NOTICE_MINUTES))
    return of.step_after(earliest), of.step(closes - timedelta(minutes=USUAL_MINUTES))


def _outside(asked: Sequence[RequestRow], of: _Day) -> Iterator[tuple[RequestRow, Refusal]]:
    """Requests that no route can hold, and why."""
    for row in asked:
        first, last = _hours(row, of)
        if row.activity is None:
            yield row, rules.NO_ACTIVITY
        elif not _planable(row):
            yield row, rules.SEX_UNKNOWN
        elif first > last:
            yield row, rules.TOO_LATE


def _requests(found: Loaded, asked: Sequence[RequestRow], of: _Day, spots: _Spots) -> Iterator[Wish]:
    out = {row.id for row, _ in _outside(asked, of)}
    for row in asked:
        if row.id in out or row.activity is None:
            continue
        opens, closes = _hours(row, of)
        yield Wish(
            item=Item(kind="request", request=row.id, activity=row.activity, heads=row.heads, minutes=USUAL_MINUTES),
            place=spots.add(row.latitude, row.longitude, row.region),
            opens=opens,
            closes=closes,
            length=-(-USUAL_MINUTES // STEP),
            seats=(found.seat_at[-row.id],),
            is_fixed=False,
        )


def _visits(found: Loaded, of: _Day, spots: _Spots) -> Iterator[Wish]:
    """Published visits; more than two who come to one are two and two, or two and one."""
    city = found.problem
    for shift, at in found.shift_at.items():
        if shift < 0:
            continue
        seats = [
            seat
            for seat in range(int(city.seats.first[at]), int(city.seats.first[at + 1]))
            if city.seats.staff[seat]
            for _ in range(int(city.seats.open[seat]))
        ]
        starts = city.starts + timedelta(minutes=int(city.shifts.starts[at]))
        ends = city.starts + timedelta(minutes=int(city.shifts.ends[at]))
        first, past = of.step(starts), of.step_after(ends)
        place = spots.at(float(city.shifts.x[at]), float(city.shifts.y[at]))
        for taken in (seats[number : number + 2] for number in range(0, len(seats), 2)):
            yield Wish(
                item=Item(
                    kind="visit",
                    shift=shift,
                    seats=tuple(int(city.seats.ids[seat]) for seat in taken),
                    heads=len(taken),
                    minutes=int((ends - starts).total_seconds() // 60),
                ),
                place=place,
                opens=first,
                closes=first,
                length=past - first,
                seats=tuple(dict.fromkeys(taken)),
                is_fixed=True,
            )


def _fixed(rows: Sequence[Committed], of: _Day, spots: _Spots) -> dict[int, list[Fixed]]:
    found: dict[int, list[Fixed]] = defaultdict(list)
    for row in rows:
        found[row.person].append(
            Fixed(
                shift=row.shift,
                place=spots.add(row.latitude, row.longitude, row.region),
                starts=of.step(row.starts),
                ends=of.step_after(row.ends),
                asked=row.asked,
            )
        )
    return found


def _gone(rows: Sequence[Away], travel: Travel, of: _Day) -> dict[int, list[Span]]:
    """When people are away, with the way to wherever that is."""
    around = timedelta(minutes=travel.unknown_minutes)
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        found[row.person].append((of.step(row.starts - around), of.step_after(row.ends + around)))
    return found


def _homes(found: Loaded, staff: Sequence[int], spots: _Spots, office: int) -> dict[int, int]:
    """Where people start from: home, or the middle of the agency's own region where that is not known."""
    homes = dict.fromkeys(staff, office)
    people = found.problem.people
    for person, at in found.person_at.items():
        if not np.isnan(people.x[at]):
            homes[person] = spots.at(float(people.x[at]), float(people.y[at]))
    return homes


def _free(found: Loaded, person: int, of: _Day) -> list[Span]:
    """When somebody says they are free on that day, from now on."""
    at = found.person_at.get(person)
    if at is None:
        return []
    city = found.problem
    row = city.people.free[at]
    bits = [bool((row[slot // 64] >> np.uint64(slot % 64)) & np.uint64(1)) for slot in range(64 * len(row))]
    free = spans_of(bits, of.step(city.starts), SLOT_MINUTES // STEP)
    past = (of.step(of.starts), of.step_after(of.ends))
    gone = of.step_after(min(max(of.now, of.starts), of.ends))
    return without(free, [(past[0] - 10**6, max(past[0], gone)), (past[1], past[1] + 10**6)])


async def days_to_plan(actor: Actor, *, now: datetime) -> list[ToDo]:
    """The coming days of the actor's agency, with how much there is to plan."""
    return await to_do_ahead(actor.organisation_id, clock.local_day(now), clock.city_zone().key, now=now)
