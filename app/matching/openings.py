"""Why somebody is not asked: what keeps them from open seats, and the one change that would open most places."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.matching.arrays import Arrays
from app.matching.eligibility import Rule, metres
from app.matching.problem import SLOT_MINUTES, Problem

MORNING_ENDS, AFTERNOON_ENDS, MIDNIGHT = 12, 18, 24 * 60
KILOMETRE = 1000
FARTHEST = 10
"""Kilometres: nobody is told to go farther."""

NOT_FOR_THEM = Rule.CAPACITY | Rule.FULL | Rule.PAST | Rule.CONTRACT
"""Seats with these were never theirs to take: they are not counted."""


class Change(Struct, frozen=True, kw_only=True):
    """One thing somebody could change, and how many places that would open, each for itself."""

    rule: str
    places: int
    shifts: int
    code: str = ""
    """The skill, language, credential or kind it is about."""
    weekday: int = 0
    from_minute: int = 0
    to_minute: int = 0
    amount: int = 0
    """Metres to go, or minutes to serve."""


class Standing(Struct, frozen=True, kw_only=True):
    """How one person stands to the open seats."""

    places: int
    """Open places in seats that are for people like them."""
    could: int
    """Of these, places they could take as things are."""
    barred: dict[str, int]
    """How many places a rule keeps from them, by the rule's name; a place may be counted under several."""
    changes: list[Change]
    """What would open most places first."""


class _Barred(Struct, frozen=True):
    """A seat from which one rule alone keeps them."""

    seat: int
    places: int
    key: tuple[int | str, ...]
    amount: int = 0
    span: tuple[int, int] = (0, 0)


def standing(problem: Problem, a: Arrays, person: int, bits: Sequence[int]) -> Standing:
    """What the seats say of a person; `bits` are the rules that fail, seat by seat."""
    meant = [seat for seat, found in enumerate(bits) if not found & NOT_FOR_THEM]
    places = {seat: int(problem.seats.open[seat]) for seat in meant}
    barred: Counter[str] = Counter()
    alone: defaultdict[Rule, list[_Barred]] = defaultdict(list)
    for seat in meant:
        rules = [rule for rule in Rule if rule & bits[seat]]
        barred.update({rule.code: places[seat] for rule in rules})
        if len(rules) == 1 and (one := _alone(problem, a, person, seat, rules[0])):
            alone[rules[0]].append(one)
    changes = [change for rule, seats in alone.items() for change in _changes(problem, rule, seats)]
    return Standing(
        places=sum(places.values()),
        could=sum(places[seat] for seat in meant if not bits[seat]),
        barred=dict(barred.most_common()),
        changes=sorted(changes, key=lambda change: (-change.places, change.rule, change.code, change.weekday)),
    )


def _alone(problem: Problem, a: Arrays, person: int, seat: int, rule: Rule) -> _Barred | None:
    """What change would open a seat; None where it is not theirs to change."""
    places = int(problem.seats.open[seat])
    if rule == Rule.AVAILABLE:
        starts, minutes = _local(problem, seat)
        begins = _minute(starts) // SLOT_MINUTES * SLOT_MINUTES
        ends = -(-(_minute(starts) + minutes) // SLOT_MINUTES) * SLOT_MINUTES
        if ends > MIDNIGHT:
            return None  # two days would have to change
        return _Barred(seat, places, (starts.weekday(), _part(starts)), 0, (begins, ends))
    if rule == Rule.REACH:
        who, where = a.person[person], a.seat[seat]
        away = metres(who["x"], who["y"], where["x"], where["y"])
        return _Barred(seat, places, (), ceil(away / KILOMETRE) * KILOMETRE)
    if rule in (Rule.DAY, Rule.WEEK):
        return _Barred(seat, places, (), _needed(a, person, seat, "day" if rule == Rule.DAY else "week"))
    codes = tuple(_missing(problem, a, person, seat, rule))
    return _Barred(seat, places, codes) if len(codes) == 1 else None


def _changes(problem: Problem, rule: Rule, seats: list[_Barred]) -> Iterator[Change]:
    name = rule.code
    groups: defaultdict[tuple[int | str, ...], list[_Barred]] = defaultdict(list)
    for one in seats:
        groups[one.key].append(one)
    for key, group in groups.items():
        if rule == Rule.REACH:
            group = _within_reason(group)  # noqa: PLW2901
        if not group:
            continue
        yield Change(
            rule=name,
            places=sum(one.places for one in group),
            shifts=len({int(problem.seats.shift[one.seat]) for one in group}),
            code=str(key[0]) if key and rule != Rule.AVAILABLE else "",
            weekday=int(key[0]) if rule == Rule.AVAILABLE else 0,
            from_minute=min(one.span[0] for one in group),
            to_minute=max(one.span[1] for one in group),
            amount=max(one.amount for one in group),
        )


def _within_reason(group: list[_Barred]) -> list[_Barred]:
    """Those that a few kilometres more would open: twice the nearest one's, so that one far away shift asks nothing."""
    nearest = min(one.amount for one in group)
    limit = min(2 * nearest, FARTHEST * KILOMETRE)
    return [one for one in group if one.amount <= limit]


def _missing(problem: Problem, a: Arrays, person: int, seat: int, rule: Rule) -> list[str]:
    who, where, words = a.person[person], a.seat[seat], problem.words
    if rule == Rule.SKILL:
        return _codes(words.skills, int(where["skills"]) & ~int(who["skills"]))
    if rule == Rule.LANGUAGE:
        return _codes(words.languages, int(where["languages"]))
    if rule == Rule.REFUSED:
        return [words.kinds[int(where["kind"])]]
    if rule == Rule.CREDENTIAL:
        asked = _codes(words.credentials, int(where["credentials"]))
        until = a.credential_until[person]
        return [code for code in asked if until[words.credentials.index(code)] < where["ends"]]
    return []


def _codes(words: Sequence[str], mask: int) -> list[str]:
    return [code for bit, code in enumerate(words) if mask >> bit & 1]


def _needed(a: Arrays, person: int, seat: int, period: str) -> int:
    """Minutes of the day or week that this seat would make with what is committed already."""
    spans = a.span[a.span_first[person] : a.span_first[person + 1]]
    same = spans[(spans[period] == a.seat[seat][period]) & (spans["counts"] != 0)]
    there = int((same["ends"] - same["starts"]).sum())
    return there + int(a.seat[seat]["ends"] - a.seat[seat]["starts"])


def _local(problem: Problem, seat: int) -> tuple[datetime, int]:
    shift = int(problem.seats.shift[seat])
    starts, ends = int(problem.shifts.starts[shift]), int(problem.shifts.ends[shift])
    return (problem.starts + timedelta(minutes=starts)).astimezone(ZoneInfo(problem.zone)), ends - starts


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _part(moment: datetime) -> int:
    return 0 if moment.hour < MORNING_ENDS else 1 if moment.hour < AFTERNOON_ENDS else 2
