"""What a person on a seat is worth: whole points, each part rounded once by itself, so that all agree on the sum.

With w the weights, halves rounded upward as floor(p + 0.5), kilometres in a straight line from home to place:

    fill         w.fill × priority
    urgent       w.urgent, if the deadline falls within the horizon
    continuity   w.continuity, if they know the person served and are not barred from them
    preference   w.preference, if they like the kind
    travel       − round(w.travel × metres / 1000), or − w.travel × w.unknown_kilometres
    reliability  round(w.reliability × reliability)
    load         − round(w.load × min(served minutes / 60, w.load_hours))
    opportunity  w.opportunity × min(days unasked, w.opportunity_days)
    community    round(w.community × share of the community's seats that stayed empty)
    keep         w.keep, if the plan before had them on this shift
"""

from math import floor

import numpy as np
from msgspec import Struct
from numba import njit

from app.matching.arrays import Arrays, City, arrays
from app.matching.eligibility import metres
from app.matching.problem import Problem

_ONE = np.uint64(1)
_NONE = np.uint64(0)


class Score(Struct, frozen=True, kw_only=True):
    """A pair's points by part."""

    fill: int
    urgent: int
    continuity: int
    preference: int
    travel: int
    reliability: int
    load: int
    opportunity: int
    community: int
    keep: int

    @property
    def total(self) -> int:
        """What the pair is worth."""
        return sum(getattr(self, name) for name in self.__struct_fields__)


def parts(problem: Problem, person: int, seat: int) -> Score:
    """What this pair is worth, whether it is allowed or not.

    It makes arrays of the whole problem: for more than a few pairs, make them once and ask `parts_of`.
    """
    return parts_of(arrays(problem), person, seat)


def parts_of(a: Arrays, person: int, seat: int) -> Score:
    """The same from arrays that are there already."""
    return Score(
        fill=int(fill(a, seat)),
        urgent=int(urgent(a, seat)),
        continuity=int(continuity(a, person, seat)),
        preference=int(preference(a, person, seat)),
        travel=int(travel(a, person, seat)),
        reliability=int(reliability(a, person)),
        load=int(load(a, person)),
        opportunity=int(opportunity(a, person)),
        community=int(community(a, seat)),
        keep=int(keep(a, person, seat)),
    )


@njit(cache=True, nogil=True)
def points(a: Arrays, person: int, seat: int) -> int:
    """The sum of all parts."""
    return worth(a, seat) + merit(a, person) + bond(a, person, seat) + fit(a, person, seat)


@njit(cache=True, nogil=True)
def worth(a: Arrays, seat: int) -> int:
    """The parts of the seat: the same whoever comes."""
    return fill(a, seat) + urgent(a, seat) + community(a, seat)


@njit(cache=True, nogil=True)
def merit(a: Arrays, person: int) -> int:
    """The parts of the person: the same wherever they go."""
    return reliability(a, person) + load(a, person) + opportunity(a, person)


@njit(cache=True, nogil=True)
def bond(a: Arrays, person: int, seat: int) -> int:
    """The parts that tie a few people to this very seat."""
    return continuity(a, person, seat) + keep(a, person, seat)


@njit(cache=True, nogil=True)
def fit(a: Arrays, person: int, seat: int) -> int:
    """The parts of this pair that anybody has."""
    return preference(a, person, seat) + travel(a, person, seat)


@njit(cache=True, nogil=True)
def rounded(number: float) -> int:
    """To a whole number, halves upward."""
    return floor(number + 0.5)


@njit(cache=True, nogil=True)
def fill(a: Arrays, seat: int) -> int:
    """For a head on a seat of this priority."""
    return a.city.fill * int(a.seat[seat].priority)


@njit(cache=True, nogil=True)
def urgent(a: Arrays, seat: int) -> int:
    """For a head that must come within the horizon."""
    return a.city.urgent if a.seat[seat].deadline <= a.city.minutes else 0


@njit(cache=True, nogil=True)
def community(a: Arrays, seat: int) -> int:
    """For a community whose seats stayed empty."""
    where = a.seat[seat].community
    if where < 0 or len(a.empty_share) == 0:
        return 0
    return rounded(a.city.community * np.float64(a.empty_share[where]))


@njit(cache=True, nogil=True)
def continuity(a: Arrays, person: int, seat: int) -> int:
    """For a visitor known to the person served; one who is barred, too, is not."""
    served = a.seat[seat].served
    if served == 0:
        return 0
    met = False
    for row in range(a.known_first[person], a.known_first[person + 1]):
        if a.served[row] == served:
            if a.barred[row]:
                return 0
            met = True
    return a.city.continuity if met else 0


@njit(cache=True, nogil=True)
def preference(a: Arrays, person: int, seat: int) -> int:
    """For a kind that they like."""
    return a.city.preference if (a.person[person].likes >> a.seat[seat].kind) & _ONE != _NONE else 0


@njit(cache=True, nogil=True)
def travel(a: Arrays, person: int, seat: int) -> int:
    """Taken off for the way from home."""
    p, s = a.person[person], a.seat[seat]
    return -travel_cost(a.city, metres(p.x, p.y, s.x, s.y))


@njit(cache=True, nogil=True)
def travel_cost(city: City, away: float) -> int:
    """What so many metres cost; grows with them."""
    if np.isnan(away):
        return city.travel * city.unknown_kilometres
    return rounded(city.travel * (away / 1000))


@njit(cache=True, nogil=True)
def reliability(a: Arrays, person: int) -> int:
    """For promises kept."""
    return rounded(a.city.reliability * np.float64(a.person[person].reliability))


@njit(cache=True, nogil=True)
def load(a: Arrays, person: int) -> int:
    """Taken off for what they did lately."""
    return -rounded(a.city.load * min(a.person[person].served_minutes / 60, a.city.load_hours))


@njit(cache=True, nogil=True)
def opportunity(a: Arrays, person: int) -> int:
    """For not having been asked for long."""
    return a.city.opportunity * int(min(a.person[person].days_unasked, a.city.opportunity_days))


@njit(cache=True, nogil=True)
def keep(a: Arrays, person: int, seat: int) -> int:
    """For staying where the plan before had them."""
    for row in range(a.before_first[person], a.before_first[person + 1]):
        if a.before[row] == a.seat[seat].shift:
            return a.city.keep
    return 0
