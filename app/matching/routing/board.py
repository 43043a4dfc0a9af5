"""What a search works on: a problem and its routes as few flat arrays, which the kernels change in place.

A *node* is a call, or the depot of a worker: node `2 * visits + worker` stands for both ends of the route, which is a
ring. An *item* is a visit, or a worker's way home. Visits are in an order, by `key`, that every route respects; so no
two routes ever wait for each other in a circle, and times follow from one pass along that order.
"""

from typing import Any, NamedTuple

import numpy as np

from app.matching.routing.problem import Problem

NEAR = 32
"""Neighbours of a node that a change tries."""

ABSENT = -1
UNTIMED = 1 << 41
"""Far before everything: a visit in no route is never late."""

NODE = np.dtype(
    [
        ("begins", np.int64),
        ("length", np.int64),  # 0 at a depot
        ("following", np.int32),
        ("before", np.int32),
        ("who", np.int32),  # ABSENT while a call is in no route
        ("leaving", np.int32),  # the place where one is afterwards
        ("able_first", np.int32),  # of `Board.able_staff`
        ("able_past", np.int32),
        ("rested", np.int32),  # whether its worker has had the break, or needs none, when it begins
    ],
    align=True,
)
ITEM = np.dtype(
    [
        ("key", np.float64),
        ("opens", np.int64),
        ("closes", np.int64),
        ("least", np.int64),
        ("most", np.int64),
        ("worth", np.int64),
        ("late", np.int64),  # of both calls
        ("latest", np.int64),
        ("excess", np.int64),  # later than allowed, or working too long
        ("place", np.int32),
        ("paired", np.int32),
        ("queued", np.int32),  # 2 when it may become earlier
    ],
    align=True,
)
WORKER = np.dtype([(name, np.int64) for name in ("starts", "ends", "home", "rest_opens", "rest_closes", "rest_length")])
UNDO = np.dtype(
    [(name, np.int64) for name in ("item", "first", "second", "late", "latest", "excess", "rested", "rested_too")]
)
TALLY = np.dtype(
    [
        *((name, np.int64) for name in ("travel", "late", "latest", "excess")),
        ("lost", np.int64),  # what the visits left out are worth
        *((name, np.int64) for name in ("cost_travel", "cost_late", "cost_latest")),
        ("weight", np.int64),  # what a unit of excess counts
        *((name, np.int64) for name in ("best_excess", "best_cost", "grace", "required", "log_size", "queue_size")),
        ("rising", np.int64),  # queued items that may become earlier
        ("random", np.uint64),
    ]
)


class Board(NamedTuple):
    """Few arrays, because each one is handed on at every call of a kernel."""

    visits: int
    workers: int
    nodes: Any
    items: Any
    staff: Any
    travel: Any
    able: Any
    """(workers, calls)"""
    able_staff: Any
    """Who can make a call, in rows by call."""
    calls: Any
    """Those that exist: a visit by one worker has no second."""
    near_before: Any
    near_after: Any
    """(nodes, NEAR) calls that lie well just before or after a node, best first."""
    queue: Any
    log: Any
    tally: Any
    """(1,)"""
    best: Any
    """Of each node, what follows it in the best routes seen."""


def board_of(problem: Problem, seed: int) -> Board:
    """The board of a problem while nobody visits anybody yet."""
    n, m = problem.visit_count, problem.staff_count
    able = _able(problem)
    calls = np.flatnonzero(np.stack([np.ones(n, bool), problem.visits.paired], axis=1).ravel())
    call, who = np.nonzero(able.T)
    nodes = _nodes(problem)
    first = np.searchsorted(call, np.arange(2 * n + m + 1))
    nodes["able_first"], nodes["able_past"] = first[:-1], first[1:]
    near_before, near_after = _neighbours(problem, able, calls)
    return Board(
        visits=n,
        workers=m,
        nodes=nodes,
        items=_items(problem),
        staff=_staff(problem),
        travel=np.ascontiguousarray(problem.travel, np.int64),
        able=able,
        able_staff=who.astype(np.int32),
        calls=calls.astype(np.int32),
        near_before=near_before,
        near_after=near_after,
        queue=np.zeros(n + m + 1, np.int32),
        log=np.zeros(n + m + 1, UNDO),
        tally=_tally(problem, seed),
        best=nodes["following"].copy(),
    )


def _nodes(problem: Problem) -> Any:
    staff, visits = problem.staff, problem.visits
    n, m = problem.visit_count, problem.staff_count
    nodes = np.zeros(2 * n + m, NODE)
    calls, depots = nodes[: 2 * n], nodes[2 * n :]
    nodes["following"] = nodes["before"] = np.arange(2 * n + m)
    calls["begins"], depots["begins"] = -UNTIMED, staff.starts
    calls["length"][0::2], calls["length"][1::2] = visits.length, visits.second_length
    calls["who"], depots["who"] = ABSENT, np.arange(m)
    calls["leaving"], depots["leaving"] = np.repeat(visits.place, 2), staff.start_place
    depots["rested"] = (staff.rest_length == 0) | (staff.starts > staff.rest_closes)
    return nodes


def _items(problem: Problem) -> Any:
    visits = problem.visits
    items = np.zeros(problem.visit_count + problem.staff_count, ITEM)
    ours = items[: problem.visit_count]
    ours["opens"], ours["closes"], ours["worth"] = visits.opens, visits.closes, visits.worth
    ours["least"], ours["most"] = visits.lag_least, visits.lag_most
    ours["place"], ours["paired"] = visits.place, visits.paired
    return items


def _staff(problem: Problem) -> Any:
    given = problem.staff
    staff = np.zeros(problem.staff_count, WORKER)
    staff["starts"], staff["ends"], staff["home"] = given.starts, given.ends, given.end_place
    staff["rest_opens"], staff["rest_closes"] = given.rest_opens, given.rest_closes
    staff["rest_length"] = given.rest_length
    return staff


def _tally(problem: Problem, seed: int) -> Any:
    tally = np.zeros(1, TALLY)
    tally["travel"] = problem.travel[problem.staff.start_place, problem.staff.end_place].sum()
    tally["lost"] = problem.visits.worth.sum()
    costs = problem.costs
    tally["cost_travel"], tally["cost_late"], tally["cost_latest"] = costs.travel, costs.late, costs.latest
    tally["grace"], tally["required"], tally["weight"] = problem.grace, problem.required, 100
    tally["best_excess"] = tally["best_cost"] = np.iinfo(np.int64).max
    tally["random"] = (seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64 or 1
    return tally


def _able(problem: Problem) -> Any:
    """Who can make which call."""
    staff, visits = problem.staff, problem.visits
    wanted = np.stack([visits.skills, visits.second_skills], axis=1).ravel().astype(np.uint64)
    able = (wanted[None, :] & ~staff.skills.astype(np.uint64)[:, None]) == 0
    if problem.allowed is not None:
        able &= np.repeat(problem.allowed, 2, axis=1)
    able[:, 1::2] &= visits.paired[None, :]
    return np.ascontiguousarray(able)


def _neighbours(problem: Problem, able: Any, calls: Any) -> tuple[Any, Any]:
    """For each node the calls that lie well just before it, and just after it."""
    staff, visits = problem.staff, problem.visits
    n, m = problem.visit_count, problem.staff_count
    lag = np.stack([np.zeros(n, np.int64), visits.lag_least], axis=1).ravel()
    opens = np.concatenate([np.repeat(visits.opens, 2) + lag, staff.starts])
    closes = np.concatenate([np.repeat(visits.closes, 2) + lag, staff.starts])
    length = np.concatenate([np.stack([visits.length, visits.second_length], axis=1).ravel(), np.zeros(m, np.int64)])
    place = np.repeat(visits.place, 2)
    way = problem.travel[np.concatenate([place, staff.start_place])][:, place]
    waiting = np.maximum(opens[None, : 2 * n] - (closes + length)[:, None] - way, 0)
    lateness = np.maximum((opens + length)[:, None] + way - closes[None, : 2 * n], 0)
    together = able.astype(np.float32).T @ able.astype(np.float32) > 0
    together[np.arange(2 * n), np.arange(2 * n) ^ 1] = False
    np.fill_diagonal(together, False)
    after = np.where(np.concatenate([together, able]), way + 0.4 * waiting + lateness, np.inf)
    home = problem.travel[place[None, :], staff.end_place[:, None]] - 0.4 * closes[None, : 2 * n]
    before = np.concatenate([after[: 2 * n].T, np.where(able, home, np.inf)])
    width = max(1, min(NEAR, len(calls)))
    return _best(before, width), _best(after, width)


def _best(regret: Any, width: int) -> Any:
    """The columns of the smallest values of each row; ABSENT where there are fewer."""
    rows = np.full((len(regret), width), ABSENT, np.int32)
    chosen = np.argsort(regret, axis=1, kind="stable")[:, :width]
    rows[:, : chosen.shape[1]] = np.where(np.take_along_axis(regret, chosen, axis=1) < np.inf, chosen, ABSENT)
    return rows
