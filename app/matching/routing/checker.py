"""Whether a day of routes keeps every rule, computed apart from the search, in plain Python over the stops."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from app.matching.routing.problem import Day, Problem, Route


def check(problem: Problem, day: Day) -> list[str]:
    """What is wrong with that day, in words; nothing if all is well."""
    found: list[str] = []
    if [route.worker for route in day.routes] != list(range(problem.staff_count)):
        found.append("there is not one route for each worker")
    for route in day.routes:
        found += _on_the_way(problem, route)
        found += _break(problem, route)
    found += _visits(problem, day)
    found += _figures(problem, day)
    return found


def _on_the_way(problem: Problem, route: Route) -> Iterator[str]:
    """Times that do not follow from ways and lengths, and hours that are not kept."""
    staff, visits, who = problem.staff, problem.visits, route.worker
    place, free = int(staff.start_place[who]), route.leaves
    if free < staff.starts[who] and route.stops:
        yield f"worker {who} leaves at {free}, before their work starts"
    for k, stop in enumerate(route.stops):
        if route.rest and route.rest.after == k:
            free = max(free, route.rest.ends)
        if stop.arrives < free + problem.travel[place, visits.place[stop.visit]]:
            yield f"worker {who} cannot be at visit {stop.visit} by {stop.arrives}"
        if stop.begins < max(stop.arrives, visits.opens[stop.visit]):
            yield f"worker {who} begins visit {stop.visit} at {stop.begins}, which is too early"
        lengths = visits.second_length if stop.call % 2 else visits.length
        if stop.ends != stop.begins + lengths[stop.visit]:
            yield f"worker {who} does not stay as long at visit {stop.visit} as it takes"
        place, free = int(visits.place[stop.visit]), stop.ends
    home = free + problem.travel[place, staff.end_place[who]]
    if route.returns < home:
        yield f"worker {who} cannot be back by {route.returns}"
    if route.stops and route.returns > staff.ends[who]:
        yield f"worker {who} is back at {route.returns}, after their work ends"


def _break(problem: Problem, route: Route) -> Iterator[str]:
    """A break that is missing, too short, or at the wrong time."""
    staff, who = problem.staff, route.worker
    length, opens, closes = int(staff.rest_length[who]), int(staff.rest_opens[who]), int(staff.rest_closes[who])
    if length == 0 or staff.starts[who] > closes:
        return
    rest = route.rest
    if rest is None:
        if route.stops and route.stops[-1].ends > closes:
            yield f"worker {who} has no break"
        return
    if not opens <= rest.begins <= closes or rest.ends - rest.begins < length:
        yield f"worker {who} has a break at the wrong time or too short"
    if rest.after and rest.begins < route.stops[rest.after - 1].ends:
        yield f"worker {who} has a break during a visit"


def _visits(problem: Problem, day: Day) -> Iterator[str]:
    """Visits made twice, by the wrong people, too late, by half, or neither made nor left out."""
    visits = problem.visits
    calls = defaultdict(list)
    for route in day.routes:
        for stop in route.stops:
            calls[stop.call].append((route.worker, stop.begins))
    left_out = {left.visit for left in day.left_out}
    for visit in range(problem.visit_count):
        wanted = [2 * visit, 2 * visit + 1] if visits.paired[visit] else [2 * visit]
        made = [who for call in wanted for who in calls.pop(call, [])]
        if visit in left_out:
            if made:
                yield f"visit {visit} is made although it is left out"
            if problem.required:
                yield f"visit {visit} is left out"
            continue
        if len(made) != len(wanted) or len({who for who, _ in made}) != len(made):
            yield f"visit {visit} is not made by as many workers as it takes"
            continue
        yield from _who_and_when(problem, visit, made)
    if calls:
        yield f"there are calls that nobody asked for: {sorted(calls)}"


def _who_and_when(problem: Problem, visit: int, made: list[tuple[int, int]]) -> Iterator[str]:
    visits, staff = problem.visits, problem.staff
    for (who, begins), skills in zip(made, (visits.skills, visits.second_skills), strict=False):
        if int(skills[visit]) & ~int(staff.skills[who]):
            yield f"worker {who} lacks a skill for visit {visit}"
        if problem.allowed is not None and not problem.allowed[who, visit]:
            yield f"worker {who} must not come to visit {visit}"
        if begins > visits.closes[visit] + problem.grace:
            yield f"visit {visit} begins at {begins}, later than may be"
    if len(made) > 1 and not visits.lag_least[visit] <= made[1][1] - made[0][1] <= visits.lag_most[visit]:
        yield f"the two at visit {visit} do not come as far apart as they should"


def _figures(problem: Problem, day: Day) -> Iterator[str]:
    """Sums that do not follow from the routes."""
    visits, staff, costs = problem.visits, problem.staff, problem.costs
    travel = 0
    for route in day.routes:
        places = [int(staff.start_place[route.worker])]
        places += [int(visits.place[stop.visit]) for stop in route.stops]
        places += [int(staff.end_place[route.worker])]
        way = sum(int(problem.travel[a, b]) for a, b in pairwise(places))
        if way != route.travel:
            yield f"worker {route.worker} travels {way}, not {route.travel}"
        travel += way
    late = [max(0, int(s.begins - visits.closes[s.visit])) for route in day.routes for s in route.stops]
    lost = sum(int(visits.worth[left.visit]) for left in day.left_out)
    latest = max(late, default=0)
    cost = costs.travel * travel + costs.late * sum(late) + costs.latest * latest + lost
    if (travel, sum(late), latest, cost) != (day.travel, day.late, day.latest, day.cost):
        yield f"travel, lateness and cost are {(travel, sum(late), latest, cost)}, not as stated"
