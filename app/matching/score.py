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
from typing import Any

import numpy as np
from msgspec import Struct

from app.matching.arrays import Arrays, City, arrays
from app.matching.compiling import kernel
from app.matching.eligibility import metres
from app.matching.problem import Longs, Problem

_ONE = np.uint64(1)
_NONE = np.uint64(0)


class Score(Struct, frozen=True):
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
    told = np.empty(len(Score.__struct_fields__), dtype=np.int64)
    _tell(a, person, seat, told)
    return Score(*told.tolist())


@kernel
def _tell(a: Arrays, person: int, seat: int, told: Longs) -> None:
    """Every part in the order of `Score`."""
    p, s = a.person[person], a.seat[seat]
    told[0], told[1] = fill(a, seat), urgent(a, seat)
    told[2], told[3] = continuity(a, person, seat), preference(a.city, p, s)
    told[4], told[5] = travel(a.city, p, s), reliability(a, person)
    told[6], told[7] = load(a, person), opportunity(a, person)
    told[8], told[9] = community(a, seat), keep(a, person, seat)


@kernel
def points(a: Arrays, person: int, seat: int) -> int:
    """The sum of all parts."""
    return worth(a, seat) + merit(a, person) + bond(a, person, seat) + fit(a.city, a.person[person], a.seat[seat])


@kernel
def worth(a: Arrays, seat: int) -> int:
    """The parts of the seat: the same whoever comes."""
    return fill(a, seat) + urgent(a, seat) + community(a, seat)


@kernel
def merit(a: Arrays, person: int) -> int:
    """The parts of the person: the same wherever they go."""
    return reliability(a, person) + load(a, person) + opportunity(a, person)


@kernel
def bond(a: Arrays, person: int, seat: int) -> int:
    """The parts that tie a few people to this very seat."""
    return continuity(a, person, seat) + keep(a, person, seat)


@kernel
def fit(city: City, p: Any, s: Any) -> int:
    """The parts of records p and s that anybody has."""
    return preference(city, p, s) + travel(city, p, s)


@kernel
def rounded(number: float) -> int:
    """To a whole number, halves upward."""
    return floor(number + 0.5)


@kernel
def fill(a: Arrays, seat: int) -> int:
    """For a head on a seat of this priority."""
    return a.city.fill * int(a.seat[seat].priority)


@kernel
def urgent(a: Arrays, seat: int) -> int:
    """For a head that must come within the horizon."""
    return a.city.urgent if a.seat[seat].deadline <= a.city.minutes else 0


@kernel
def community(a: Arrays, seat: int) -> int:
    """For a community whose seats stayed empty."""
    where, shares, most = a.seat[seat].community, a.empty_share, a.city.community
    if where < 0 or len(shares) == 0:
        return 0
    return rounded(most * np.float64(shares[where]))


@kernel
def continuity(a: Arrays, person: int, seat: int) -> int:
    """For a visitor known to the person served; one who is barred, too, is not."""
    wanted, served, barred = a.seat[seat].served, a.served, a.barred
    first, past, met = a.known_first[person], a.known_first[person + 1], False
    if wanted != 0:
        for row in range(first, past):
            if served[row] == wanted:
                if barred[row]:
                    return 0
                met = True
    return a.city.continuity if met else 0


@kernel
def preference(city: City, p: Any, s: Any) -> int:
    """For a kind that they like."""
    return city.preference if (p.likes >> s.kind) & _ONE != _NONE else 0


@kernel
def travel(city: City, p: Any, s: Any) -> int:
    """Taken off for the way from home."""
    return -travel_cost(city, metres(p.x, p.y, s.x, s.y))


@kernel
def travel_cost(city: City, away: float) -> int:
    """What so many metres cost; grows with them."""
    if np.isnan(away):
        return city.travel * city.unknown_kilometres
    return rounded(city.travel * (away / 1000))


@kernel
def reliability(a: Arrays, person: int) -> int:
    """For promises kept."""
    return rounded(a.city.reliability * np.float64(a.person[person].reliability))


@kernel
def load(a: Arrays, person: int) -> int:
    """Taken off for what they did lately."""
    return -rounded(a.city.load * min(a.person[person].served_minutes / 60, a.city.load_hours))


@kernel
def opportunity(a: Arrays, person: int) -> int:
    """For not having been asked for long."""
    return a.city.opportunity * int(min(a.person[person].days_unasked, a.city.opportunity_days))


@kernel
def keep(a: Arrays, person: int, seat: int) -> int:
    """For staying where the plan before had them."""
    shift, before = a.seat[seat].shift, a.before
    for row in range(a.before_first[person], a.before_first[person + 1]):
        if before[row] == shift:
            return a.city.keep
    return 0
