"""Who may take which seat: each rule one function with one reason, and nothing but the arrays to go by."""

from enum import IntFlag
from math import ceil, sqrt
from typing import Any

import numpy as np

from app.matching.arrays import Arrays, City, arrays
from app.matching.compiling import kernel
from app.matching.problem import ANY_SEX, SLOT_MINUTES, Masks, Problem


class Rule(IntFlag):
    """Why a person may not take a seat; the codes are what explanations are found by."""

    CAPACITY = 1 << 0
    """A staff seat is for whom the shift's agency pays, a volunteer's seat for anybody else."""
    ADULTS = 1 << 1
    SEX = 1 << 2
    SKILL = 1 << 3
    LANGUAGE = 1 << 4
    CREDENTIAL = 1 << 5
    REFUSED = 1 << 6
    BARRED = 1 << 7
    DECLINED = 1 << 8
    AVAILABLE = 1 << 9
    REACH = 1 << 10
    BUSY = 1 << 11
    """Committed at that time, or too far away to be there in time or to get away in time."""
    DAY = 1 << 12
    WEEK = 1 << 13
    CONTRACT = 1 << 14
    """Fewer minutes are left than one head needs."""
    FULL = 1 << 15
    PAST = 1 << 16

    @property
    def code(self) -> str:
        """The name under which one rule travels in forms, answers and explanations."""
        return (self.name or "").lower()


# Compiled code sees plain numbers.
_CAPACITY, _ADULTS, _SEX, _SKILL = int(Rule.CAPACITY), int(Rule.ADULTS), int(Rule.SEX), int(Rule.SKILL)
_LANGUAGE, _CREDENTIAL, _REFUSED, _BARRED = (
    int(Rule.LANGUAGE),
    int(Rule.CREDENTIAL),
    int(Rule.REFUSED),
    int(Rule.BARRED),
)
_DECLINED, _AVAILABLE, _REACH, _BUSY = int(Rule.DECLINED), int(Rule.AVAILABLE), int(Rule.REACH), int(Rule.BUSY)
_DAY, _WEEK, _CONTRACT, _FULL, _PAST = (
    int(Rule.DAY),
    int(Rule.WEEK),
    int(Rule.CONTRACT),
    int(Rule.FULL),
    int(Rule.PAST),
)

_ALL_BITS = np.uint64(2**64 - 1)
_ONE = np.uint64(1)
_NONE = np.uint64(0)


def failing(problem: Problem, person: int, seat: int) -> Rule:
    """Every rule that keeps this person from this seat; Rule(0) when none does.

    It makes arrays of the whole problem: for more than a few pairs, make them once and ask `failing_rules`.
    """
    return failing_rules(arrays(problem), person, seat)


def failing_rules(a: Arrays, person: int, seat: int) -> Rule:
    """The same from arrays that are there already."""
    return Rule(int(failing_bits(a, person, seat)))


@kernel
def failing_bits(a: Arrays, person: int, seat: int) -> int:
    """Every rule that keeps this person from this seat, as the bits of `Rule`."""
    p, s = a.person[person], a.seat[seat]
    return (
        _CAPACITY * fails_capacity(p, s)
        | _ADULTS * fails_adults(p, s)
        | _SEX * fails_sex(p, s)
        | _SKILL * fails_skill(p, s)
        | _LANGUAGE * fails_language(p, s)
        | _CREDENTIAL * fails_credential(a, person, seat)
        | _REFUSED * fails_refused(p, s)
        | _BARRED * fails_barred(a, person, seat)
        | _DECLINED * fails_declined(a, person, seat)
        | _AVAILABLE * fails_available(a.free, person, s)
        | _REACH * fails_reach(p, s)
        | _BUSY * fails_busy(a, person, seat)
        | _DAY * fails_day(a, person, seat)
        | _WEEK * fails_week(a, person, seat)
        | _CONTRACT * fails_contract(a, seat)
        | _FULL * fails_full(a, seat)
        | _PAST * fails_past(a, seat)
    )


@kernel
def shut(a: Arrays, seat: int) -> bool:
    """Whether nobody may take this seat, whoever it is."""
    return fails_full(a, seat) or fails_past(a, seat) or fails_contract(a, seat)


@kernel
def allowed(a: Arrays, person: int, seat: int) -> bool:
    """Whether no rule of the person keeps them from this seat, which is not `shut`; the cheap rules first."""
    p, s, free = a.person[person], a.seat[seat], a.free
    return suits(p, s) and not fails_available(free, person, s) and not hindered(a, person, seat)


@kernel
def hindered(a: Arrays, person: int, seat: int) -> bool:
    """Whether a rule keeps them away that needs more than their own record and free time."""
    return (
        fails_credential(a, person, seat)
        or fails_day(a, person, seat)
        or fails_week(a, person, seat)
        or fails_busy(a, person, seat)
        or fails_barred(a, person, seat)
        or fails_declined(a, person, seat)
    )


@kernel
def suits(p: Any, s: Any) -> bool:
    """Whether no rule that the two records decide alone keeps person p from seat s."""
    return not (
        fails_capacity(p, s)
        or fails_reach(p, s)
        or fails_skill(p, s)
        or fails_language(p, s)
        or fails_sex(p, s)
        or fails_adults(p, s)
        or fails_refused(p, s)
    )


@kernel
def fails_capacity(p: Any, s: Any) -> bool:
    """Paid time is never volunteer time: one agency's staff may volunteer for another, never for their own."""
    return bool((p.staff_of == s.agency) != (s.staff != 0))


@kernel
def fails_adults(p: Any, s: Any) -> bool:
    """A minor where only adults may come."""
    return bool(s.adults_only != 0 and p.minor != 0)


@kernel
def fails_sex(p: Any, s: Any) -> bool:
    """Not of the sex that was asked for."""
    return bool(s.sex != ANY_SEX and p.sex != s.sex)


@kernel
def fails_skill(p: Any, s: Any) -> bool:
    """Any of the skills is missing."""
    return bool((s.skills & (p.skills ^ _ALL_BITS)) != _NONE)


@kernel
def fails_language(p: Any, s: Any) -> bool:
    """None of the languages is spoken."""
    return bool(s.languages != _NONE and (s.languages & p.languages) == _NONE)


@kernel
def fails_credential(a: Arrays, person: int, seat: int) -> bool:
    """Any of the credentials is missing or ends before the shift does."""
    until, ends, wanted = a.credential_until, a.seat[seat].ends, a.seat[seat].credentials
    bit = 0
    while wanted != _NONE:
        if wanted & _ONE != _NONE and (bit >= until.shape[1] or until[person, bit] < ends):
            return True
        wanted >>= _ONE
        bit += 1
    return False


@kernel
def fails_refused(p: Any, s: Any) -> bool:
    """They asked not to be asked for this kind."""
    return bool((p.refuses >> s.kind) & _ONE != _NONE)


@kernel
def fails_barred(a: Arrays, person: int, seat: int) -> bool:
    """They and the person served must not meet."""
    wanted, served, barred = a.seat[seat].served, a.served, a.barred
    first, past = a.known_first[person], a.known_first[person + 1]
    if wanted != 0:
        for row in range(first, past):
            if served[row] == wanted and barred[row]:
                return True
    return False


@kernel
def fails_declined(a: Arrays, person: int, seat: int) -> bool:
    """They declined this shift, or let it pass."""
    shift, declined = a.seat[seat].shift, a.declined
    for row in range(a.declined_first[person], a.declined_first[person + 1]):  # noqa: SIM110 (compiled: no `any`)
        if declined[row] == shift:
            return True
    return False


@kernel
def fails_available(free: Masks, person: int, s: Any) -> bool:
    """Any slot that the shift touches is not said to be free, or lies outside the horizon."""
    first = s.starts // SLOT_MINUTES
    past = -(-s.ends // SLOT_MINUTES)
    if first < 0 or past > 64 * free.shape[1]:
        return True
    for word in range(first // 64, (past + 63) // 64):
        wanted = _low_bits(past - 64 * word) ^ _low_bits(first - 64 * word)
        if free[person, word] & wanted != wanted:
            return True
    return False


@kernel
def _low_bits(count: int) -> np.uint64:
    """That many ones from the right, none or 64 at most."""
    if count <= 0:
        return _NONE
    if count >= 64:
        return _ALL_BITS
    return (_ONE << np.uint64(count)) - _ONE


@kernel
def fails_reach(p: Any, s: Any) -> bool:
    """Farther from home than they go; an unknown place is not."""
    return bool(metres(p.x, p.y, s.x, s.y) > p.reach)


@kernel
def fails_busy(a: Arrays, person: int, seat: int) -> bool:
    """A commitment overlaps, or leaves too little time to get from one place to the other."""
    s, spans, city = a.seat[seat], a.span, a.city
    for row in range(a.span_first[person], a.span_first[person + 1]):
        span = spans[row]
        way = travel_minutes(city, span.x, span.y, s.x, s.y)
        if clash(s.starts, s.ends, span.starts, span.ends, way):
            return True
    return False


@kernel
def fails_day(a: Arrays, person: int, seat: int) -> bool:
    """More than they serve in a day, with what is committed."""
    p, s, spans = a.person[person], a.seat[seat], a.span
    minutes = np.int64(s.ends) - s.starts
    for row in range(a.span_first[person], a.span_first[person + 1]):
        if spans[row].counts != 0 and spans[row].day == s.day:
            minutes += spans[row].ends - spans[row].starts
    return bool(s.day >= 0 and minutes > p.day_minutes)


@kernel
def fails_week(a: Arrays, person: int, seat: int) -> bool:
    """More than they serve in a week, with what is committed."""
    p, s, spans = a.person[person], a.seat[seat], a.span
    minutes = np.int64(s.ends) - s.starts
    for row in range(a.span_first[person], a.span_first[person + 1]):
        if spans[row].counts != 0 and spans[row].week == s.week:
            minutes += spans[row].ends - spans[row].starts
    return bool(s.week >= 0 and minutes > p.week_minutes)


@kernel
def fails_contract(a: Arrays, seat: int) -> bool:
    """The contract pays for less than one head more."""
    s, left = a.seat[seat], a.minutes_left
    return bool(s.contract >= 0 and left[s.contract] < s.ends - s.starts)


@kernel
def fails_full(a: Arrays, seat: int) -> bool:
    """No head is wanted any more."""
    return bool(a.seat[seat].open <= 0)


@kernel
def fails_past(a: Arrays, seat: int) -> bool:
    """The shift has begun."""
    return bool(a.seat[seat].starts < 0)


@kernel
def metres(x: float, y: float, to_x: float, to_y: float) -> float:
    """Straight from one place to another, NaN where either is unknown. In double precision, and never by `hypot`,
    which rounds otherwise: so anybody who computes it gets the same number."""
    east = np.float64(x) - np.float64(to_x)
    north = np.float64(y) - np.float64(to_y)
    return sqrt(east * east + north * north)


@kernel
def travel_minutes(city: City, x: float, y: float, to_x: float, to_y: float) -> int:
    """Minutes from one place to another, as `Travel` says."""
    away = metres(x, y, to_x, to_y)
    if np.isnan(away):
        return city.unknown_minutes
    if away < 1:
        return 0
    return city.start_minutes + ceil(away * city.detour_percent / 100 / city.metres_per_minute)


@kernel
def clash(starts: int, ends: int, other_starts: int, other_ends: int, way: int) -> bool:
    """Whether nobody can do both, given the way between their places."""
    return starts < other_ends + way and other_starts < ends + way
