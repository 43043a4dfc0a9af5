"""A day of visits as arrays: who drives from where to where, which calls they can make, and when.

A visit is made by one worker or by two who meet there. Each of the one or two appearances is a *call*, numbered
`2 * visit` for the first visitor and `2 * visit + 1` for the second. Times and ways are whole numbers of one unit that
the caller chooses (seconds, say) after a zero that the caller chooses; ways are the time that they take.
"""

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from app.kit.rules import Refusal

Ints = NDArray[np.int64]
Masks = NDArray[np.uint64]
Flags = NDArray[np.bool_]

UNBOUND = 2**40
"""A time that nothing reaches."""


class Staff(Struct, frozen=True, kw_only=True):
    """Who is on the road; every array has one row a worker."""

    ids: Ints
    starts: Ints
    """When they leave their first place, at the earliest."""
    ends: Ints
    """When they have to be at their last place."""
    start_place: Ints
    end_place: Ints
    skills: Masks
    rest_opens: Ints
    """A break begins between these two, wherever the worker is then."""
    rest_closes: Ints
    rest_length: Ints
    """0 for no break. Who is done before a break must begin needs none."""


class Visits(Struct, frozen=True, kw_only=True):
    """What has to be done; every array has one row a visit."""

    ids: Ints
    place: Ints
    opens: Ints
    closes: Ints
    """A call begins in this window; later is possible and is counted as lateness."""
    length: Ints
    skills: Masks
    """All of these."""
    paired: Flags
    """A second worker comes as well, and begins `lag_least` to `lag_most` after the first; both 0: they meet."""
    second_length: Ints
    second_skills: Masks
    lag_least: Ints
    lag_most: Ints
    worth: Ints
    """How much travel it is worth at most to serve it, so that the important ones are left out last."""


class Costs(Struct, frozen=True, kw_only=True):
    """What a unit counts; the cost of a day is the sum."""

    travel: Annotated[int, Meta(ge=0)] = 1
    late: Annotated[int, Meta(ge=0)] = 1
    """Of the lateness of all calls together."""
    latest: Annotated[int, Meta(ge=0)] = 1
    """Of the lateness of the call that is worst off."""


class Problem(Struct, frozen=True, kw_only=True):
    """Everything that the routes of a day depend on."""

    travel: Ints
    """(places, places)"""
    staff: Staff
    visits: Visits
    allowed: Flags | None = None
    """(workers, visits) False where somebody must not come, for whatever other reason."""
    grace: Annotated[int, Meta(ge=0)] = UNBOUND
    """How late a call may be at most."""
    required: bool = False
    """No visit may be left out, however late that makes others."""
    costs: Costs = Costs()

    @property
    def staff_count(self) -> int:
        return len(self.staff.ids)

    @property
    def visit_count(self) -> int:
        return len(self.visits.ids)


Tours = list[list[int]]
"""Of each worker, the calls in the order in which they are made."""


class Stop(Struct, frozen=True, kw_only=True):
    """One call of a route, and its times."""

    call: int
    arrives: int
    begins: int
    ends: int

    @property
    def visit(self) -> int:
        return self.call // 2

    @property
    def waits(self) -> int:
        return self.begins - self.arrives


class Rest(Struct, frozen=True, kw_only=True):
    """A break, taken after so many stops of the route."""

    after: int
    begins: int
    ends: int


class Route(Struct, frozen=True, kw_only=True):
    """The day of one worker."""

    worker: int
    leaves: int
    stops: tuple[Stop, ...]
    rest: Rest | None
    returns: int
    travel: int


class LeftOut(Struct, frozen=True, kw_only=True):
    """A visit that nobody makes, and why."""

    visit: int
    reason: Refusal


class Day(Struct, frozen=True, kw_only=True):
    """The routes of all workers and what they cost."""

    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    travel: int
    late: int
    latest: int
    cost: int
    effort: int = 0
    """How many changes were tried; the same number and seed give the same day."""

    @property
    def tours(self) -> Tours:
        return [[stop.call for stop in route.stops] for route in self.routes]
