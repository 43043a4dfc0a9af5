"""What a search for routes does not know, seen to afterwards: hours that are too long, and breaks that do not fit."""

import msgspec
import numpy as np

from app.matching.queries.day_routes.drawing import Drawn
from app.matching.routing.problem import Day, Route
from app.matching.rules.day_routes import STEP


def amended(drawn: Drawn, day: Day) -> Drawn | None:
    """The problem with what these routes do not keep to made impossible; None when they keep to everything."""
    rests, allowed, over = drawn.problem.staff.rest_length.copy(), _allowed(drawn), set(drawn.over)
    for left in day.left_out:
        if left.visit in drawn.blocks:  # somebody is signed up for shifts between which no break fits
            rests[np.flatnonzero(allowed[:, left.visit])] = 0
    for route in day.routes:
        if (visit := _too_much(drawn, route)) is not None:
            allowed[route.worker, visit] = False
            over.add(visit)
    same = np.array_equal(rests, drawn.problem.staff.rest_length) and over == set(drawn.over)
    if same and np.array_equal(allowed, _allowed(drawn)):
        return None
    staff = msgspec.structs.replace(drawn.problem.staff, rest_length=rests)
    problem = msgspec.structs.replace(drawn.problem, staff=staff, allowed=allowed)
    return msgspec.structs.replace(drawn, problem=problem, over=frozenset(over))


def _allowed(drawn: Drawn) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    assert drawn.problem.allowed is not None  # noqa: S101 (drawn problems always say who may go where)
    return drawn.problem.allowed.copy()


def _too_much(drawn: Drawn, route: Route) -> int | None:
    """The visit that matters least of somebody who would serve longer than they may, if there is one to take away."""
    served, own = 0, []
    for stop in route.stops:
        block = drawn.blocks.get(stop.visit)
        if block is None:
            own.append(stop.visit)
        if block is None or block.shifts:
            served += (stop.ends - stop.begins) * STEP
    if served <= drawn.workers[route.worker].most or not own:
        return None
    worth = drawn.problem.visits.worth
    return min(own, key=lambda visit: (int(worth[visit]), -visit))
