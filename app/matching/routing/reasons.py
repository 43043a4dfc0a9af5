"""Why a visit is left out of a day, in words, and what would change that."""

from itertools import product
from typing import Any

import numpy as np

from app.kit.rules import N_, Refusal
from app.matching.routing.problem import Problem

NOBODY = Refusal(
    "route_nobody_able",
    N_("Nobody on the road that day has what this visit asks for."),
    N_("Have somebody with these skills work that day, or ask for less."),
)
ONE_ONLY = Refusal(
    "route_one_able",
    N_("This visit takes two people, and only one on the road that day has what it asks for."),
    N_("Have a second person with these skills work that day."),
)
NO_TIME = Refusal(
    "route_no_time",
    N_("Nobody who could make this visit can be there in time and home before their work ends."),
    N_("Make the window of the visit wider, or the hours of somebody who could make it longer."),
)
FULL = Refusal(
    "route_day_full",
    N_("Everybody who could make this visit is busy with other visits."),
    N_("Move this visit or another to a different time or day, or have one more person work."),
)


def reason_left_out(problem: Problem, able: Any, visit: int) -> Refusal:
    """The first of the reasons that holds."""
    first = [int(v) for v in np.flatnonzero(able[:, 2 * visit])]
    if not problem.visits.paired[visit]:
        if not first:
            return NOBODY
        return FULL if any(_in_time(problem, visit, (v,)) for v in first) else NO_TIME
    second = [int(v) for v in np.flatnonzero(able[:, 2 * visit + 1])]
    pairs = [(v, w) for v, w in product(first, second) if v != w]
    if not pairs:
        return ONE_ONLY if first and second else NOBODY
    return FULL if any(_in_time(problem, visit, pair) for pair in pairs) else NO_TIME


def _in_time(problem: Problem, visit: int, workers: tuple[int, ...]) -> bool:
    """Whether they could make the visit if they had no other that day. A break can wait: they would be home by then."""
    visits, staff = problem.visits, problem.staff
    place, opens = int(visits.place[visit]), int(visits.opens[visit])
    begins = [max(opens, int(staff.starts[v] + problem.travel[staff.start_place[v], place])) for v in workers]
    if len(workers) > 1:
        begins[1] = max(begins[1], begins[0] + int(visits.lag_least[visit]))
        begins[0] = max(begins[0], begins[1] - int(visits.lag_most[visit]))
    lengths = [int(visits.length[visit]), int(visits.second_length[visit])]
    return all(
        time <= visits.closes[visit] + problem.grace
        and time + length + problem.travel[place, staff.end_place[v]] <= staff.ends[v]
        for time, length, v in zip(begins, lengths, workers, strict=False)
    )
