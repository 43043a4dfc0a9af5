"""Why a plan gives somebody nothing: who was better and by what; or which rules stand in the way, and what helps."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.matching.arrays import Arrays, arrays
from app.matching.eligibility import Rule
from app.matching.explain.fixes import Change, Fix, applied, only
from app.matching.explain.pairs import PARTS, Case, failure
from app.matching.explain.standing import bits_of_all_seats
from app.matching.problem import Ints, Longs, Plan, Problem
from app.matching.score import parts_of, points


class Better(Struct, frozen=True, kw_only=True):
    """Who has the seat that somebody came nearest to, and by which part of the score above all."""

    seat: int
    by: str
    points: int
    """How much more that part is worth; `ahead`: how much more all parts together."""
    ahead: int


class Opening(Struct, frozen=True, kw_only=True):
    """The change that would open most seats to somebody."""

    fixes: tuple[Fix, ...]
    seats: int
    """How many more they could take with it."""


class Unasked(Struct, frozen=True, kw_only=True):
    """How a person stands to a plan; seats by identity."""

    person: int
    reason: Refusal
    given: int
    """Seats that the plan gives them."""
    could: int
    """Seats they could take as things are."""
    better: Better | None
    barred: dict[str, int]
    """How many seats each rule keeps from them; a seat may be counted under several."""
    opening: Opening | None


GIVEN = Refusal("given", N_("This plan asks them for %(n)s places."))
NO_SEATS = Refusal("no_seats", N_("There is no open place."))
OTHERS = Refusal("others", N_("They could take %(n)s places, and others were better for each of them."))
LEFT_OPEN = Refusal("left_open", N_("They could take %(n)s places, and some of them stay open for other reasons."))
BARRED = Refusal("barred", N_("They can take none of %(n)s open places; the rule %(rule)s keeps most from them."))

BEYOND_ALL = Rule.FULL | Rule.PAST | Rule.CONTRACT
"""What keeps everybody from a seat, so nobody in particular."""


def why_unasked(problem: Problem, plan: Plan, person: int, *, a: Arrays | None = None) -> Unasked:
    """Why the plan gives this person nothing, or what it gives them."""
    a = arrays(problem) if a is None else a
    bits = bits_of_all_seats(a, person, problem.seat_count)
    open_seats = np.flatnonzero((bits & int(BEYOND_ALL)) == 0)
    could = np.flatnonzero(bits == 0).astype(np.int64)
    given = int((plan.person == person).sum())
    barred = {
        rule.code: int(count)
        for rule in Rule
        if not rule & BEYOND_ALL and (count := (bits[open_seats] & int(rule) != 0).sum())
    }
    barred = dict(sorted(barred.items(), key=lambda row: -row[1]))
    return Unasked(
        person=int(problem.people.ids[person]),
        reason=_reason(problem, plan, given, could, len(open_seats), barred),
        given=given,
        could=len(could),
        better=None if given else _better(problem, plan, a, person, could),
        barred=barred,
        opening=_opening(problem, a, person, bits),
    )


def _reason(problem: Problem, plan: Plan, given: int, could: Longs, open_seats: int, barred: dict[str, int]) -> Refusal:
    if given:
        return GIVEN.with_params(n=given)
    if not open_seats:
        return NO_SEATS
    if not len(could):
        return BARRED.with_params(n=open_seats, rule=next(iter(barred)))
    heads = np.bincount(plan.seat, minlength=problem.seat_count)
    full = (heads >= problem.seats.open)[could].all()
    return (OTHERS if full else LEFT_OPEN).with_params(n=len(could))


def _better(problem: Problem, plan: Plan, a: Arrays, person: int, could: Longs) -> Better | None:
    """The seat where this person came nearest to the one who got it for the fewest points."""
    nearest: tuple[int, int, int] | None = None
    for seat in could.tolist():
        takers = plan.person[plan.seat == seat]
        if len(takers) < problem.seats.open[seat] or not len(takers):
            continue
        worth = [int(points(a, taker, seat)) for taker in takers.tolist()]
        ahead = min(worth) - int(points(a, person, seat))
        if nearest is None or ahead < nearest[0]:
            nearest = ahead, seat, int(takers[int(np.argmin(worth))])
    if nearest is None:
        return None
    ahead, seat, taker = nearest
    theirs, mine = parts_of(a, taker, seat), parts_of(a, person, seat)
    by, most = max(((name, getattr(theirs, name) - getattr(mine, name)) for name in PARTS), key=lambda part: part[1])
    return Better(seat=int(problem.seats.ids[seat]), by=by, points=most, ahead=ahead)


def _opening(problem: Problem, a: Arrays, person: int, bits: Ints) -> Opening | None:
    """The one change that would open most seats; of several, what people change most easily."""
    alone = only(problem, person)
    best: Opening | None = None
    for fixes in _changes(problem, a, person, bits):
        after = bits_of_all_seats(arrays(applied(alone, fixes)), 0, problem.seat_count)
        opened = int(((after == 0) & (bits != 0)).sum())
        if opened and (best is None or opened > best.seats):
            best = Opening(fixes=fixes, seats=opened)
    return best


def _changes(problem: Problem, a: Arrays, person: int, bits: Ints) -> Iterator[tuple[Fix, ...]]:
    """Changes worth trying: what single rules ask for, put together where one change serves several seats."""
    groups: defaultdict[tuple[object, ...], list[Fix]] = defaultdict(list)
    for rule in _OWN:
        for seat in np.flatnonzero(bits == int(rule)).tolist():
            fixes = failure(Case(problem, a, person, seat), rule).fixes
            day = int(a.seat[seat]["day"]) if rule is Rule.AVAILABLE else 0
            groups[(rule, day, *((fix.code, fix.shift) for fix in fixes))].extend(fixes)
    for asked in groups.values():
        if asked:
            yield tuple(_together(asked))


_OWN = (
    Rule.AVAILABLE,
    Rule.DAY,
    Rule.WEEK,
    Rule.REACH,
    Rule.CREDENTIAL,
    Rule.DECLINED,
    Rule.REFUSED,
    Rule.SKILL,
    Rule.LANGUAGE,
)
"""What a person can change."""


def _together(fixes: list[Fix]) -> Iterator[Fix]:
    """Of changes that differ only in how far they go, the farthest; all spans to be free for."""
    farthest: dict[tuple[object, ...], Fix] = {}
    for fix in fixes:
        span = (fix.starts, fix.ends) if fix.change is Change.FREE else ()
        key = (fix.change, fix.code, fix.shift, *span)
        known = farthest.get(key)
        if known is None or (fix.ends, fix.minutes, fix.metres) > (known.ends, known.minutes, known.metres):
            farthest[key] = fix
    yield from farthest.values()
