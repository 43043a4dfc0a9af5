"""The times of given routes, as a day that can be shown."""

from typing import Any

from app.matching.routing.board import Board, board_of
from app.matching.routing.place import set_tours
from app.matching.routing.problem import Day, LeftOut, Problem, Rest, Route, Stop, Tours
from app.matching.routing.reasons import reason_left_out
from app.matching.routing.times import cost


def day_of(problem: Problem, tours: Tours, *, effort: int = 0) -> Day:
    """The day in which everybody makes these calls in this order, each as early as possible.

    A visit whose workers would wait for each other in a circle is left out, like one that is in no route.
    """
    board = board_of(problem, 0)
    set_tours(board, tours)
    tally = board.tally[0]
    missing = [j for j in range(board.visits) if board.nodes[2 * j]["who"] < 0]
    return Day(
        routes=tuple(_route(board, v) for v in range(board.workers)),
        left_out=tuple(LeftOut(visit=j, reason=reason_left_out(problem, board.able, j)) for j in missing),
        travel=int(tally["travel"]),
        late=int(tally["late"]),
        latest=int(tally["latest"]),
        cost=int(cost(board)),
        effort=effort,
    )


def _route(board: Board, worker: int) -> Route:
    """One worker's stops with their times. They leave just early enough not to wait at the first."""
    depot = 2 * board.visits + worker
    staff, nodes = board.staff[worker], board.nodes
    place, free, travel = int(nodes[depot]["leaving"]), int(staff["starts"]), 0
    stops: list[Stop] = []
    rest, rested, leaves = None, bool(nodes[depot]["rested"]), None
    node = int(nodes[depot]["following"])
    while node != depot:
        way = int(board.travel[place, board.items[node >> 1]["place"]])
        if not rested and nodes[node]["rested"]:
            rest = _rest(staff, len(stops), free)
            free, rested = rest.ends, True
        begins, length = int(nodes[node]["begins"]), int(nodes[node]["length"])
        if leaves is None:
            leaves = free if rest else begins - way
            free = leaves
        stops.append(Stop(call=node, arrives=free + way, begins=begins, ends=begins + length))
        place, free, travel = int(nodes[node]["leaving"]), begins + length, travel + way
        node = int(nodes[node]["following"])
    way = int(board.travel[place, staff["home"]])
    return Route(
        worker=worker,
        leaves=free if leaves is None else leaves,
        stops=tuple(stops),
        rest=rest,
        returns=free + way,
        travel=travel + way,
    )


def _rest(staff: Any, after: int, free: int) -> Rest:
    begins = max(free, int(staff["rest_opens"]))
    return Rest(after=after, begins=begins, ends=begins + int(staff["rest_length"]))
