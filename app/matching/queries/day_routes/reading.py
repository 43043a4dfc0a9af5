"""Routes as they are kept and shown: in minutes, by person, with the ways between where somebody really is."""

from collections.abc import Iterator

from msgspec import Struct

from app.matching.queries.day_routes.drawing import Drawn, Worker
from app.matching.queries.day_routes.work_days import Fixed
from app.matching.routing import problem as routing
from app.matching.rules.day_routes import OVER_HOURS, STEP, Break, DayPlan, Item, Left, Route, Stop


class _Call(Struct, frozen=True, kw_only=True):
    """A stop with the place where it is; None while off duty."""

    item: Item
    begins: int
    ends: int
    place: int | None
    visitor: int = 0
    visit: int | None = None
    """Of the problem, where it is to be planned."""


class _Items:
    """Items by number: what is to be planned keeps that of its visit, what is not follows."""

    def __init__(self, drawn: Drawn) -> None:
        self.all: list[Item] = [item for visit, item in enumerate(drawn.items) if visit not in drawn.blocks]

    def number(self, call: _Call) -> int:
        if call.visit is not None:
            return call.visit
        self.all.append(call.item)
        return len(self.all) - 1


def read(drawn: Drawn, day: routing.Day) -> DayPlan:
    """The plan of a day."""
    items = _Items(drawn)
    routes = tuple(_route(drawn, drawn.workers[route.worker], route, items) for route in day.routes)
    left = [
        Left(item=each.visit, code=OVER_HOURS.code if each.visit in drawn.over else each.reason.code)
        for each in day.left_out
        if each.visit not in drawn.blocks
    ]
    known = len(items.all)
    left += [Left(item=known + each.item, code=each.code) for each in drawn.left]
    return DayPlan(items=(*items.all, *drawn.outside), routes=routes, left=tuple(left), staff=drawn.staff)


def _calls(drawn: Drawn, route: routing.Route) -> Iterator[_Call]:
    for stop in route.stops:
        block = drawn.blocks.get(stop.visit)
        if block is None:
            place = int(drawn.problem.visits.place[stop.visit])
            item = drawn.items[stop.visit]
            yield _Call(
                item=item, begins=stop.begins, ends=stop.ends, place=place, visitor=stop.call % 2, visit=stop.visit
            )
        elif block.shifts:
            yield from (_own(shift) for shift in block.shifts)
        else:
            yield _Call(item=Item(kind="off"), begins=block.starts, ends=block.ends, place=None)


def _own(shift: Fixed) -> _Call:
    item = Item(kind="own", shift=shift.shift, minutes=(shift.ends - shift.starts) * STEP, asked=shift.asked)
    return _Call(item=item, begins=shift.starts, ends=shift.ends, place=shift.place)


def _route(drawn: Drawn, worker: Worker, route: routing.Route, items: _Items) -> Route:
    calls = list(_calls(drawn, route))
    while calls and calls[0].place is None:
        calls.pop(0)
    while calls and calls[-1].place is None:
        calls.pop()
    if not calls:
        return Route(person=worker.person, leaves=worker.day.starts * STEP, returns=worker.day.starts * STEP)
    rest = route.rest
    stops: list[Stop] = []
    place, free, travel, is_off = worker.home, 0, 0, True
    for call in calls:
        if call.place is None:
            stops.append(Stop(item=items.number(call), begins=call.begins * STEP, ends=call.ends * STEP))
            is_off = True
            continue
        way = int(drawn.minutes[place, call.place])
        if rest and free <= rest.begins and rest.ends <= call.begins:
            free = max(free, rest.ends)
        # Who was off duty before, or still at home, comes just in time.
        arrives = call.begins * STEP if is_off else free * STEP + way
        stops.append(
            Stop(
                item=items.number(call),
                begins=call.begins * STEP,
                ends=call.ends * STEP,
                way=way,
                arrives=arrives,
                place=call.visitor,
                tight=arrives > call.begins * STEP,
            )
        )
        place, free, travel, is_off = call.place, call.ends, travel + way, False
    home_way = int(drawn.minutes[place, worker.home])
    first = stops[0]
    return Route(
        person=worker.person,
        leaves=first.begins - first.way,
        returns=free * STEP + home_way,
        home_way=home_way,
        travel=travel + home_way,
        stops=tuple(stops),
        rest=Break(begins=rest.begins * STEP, ends=rest.ends * STEP) if rest else None,
    )
