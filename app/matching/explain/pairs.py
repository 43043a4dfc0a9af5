"""Why one person may not take one seat, rule by rule with the smallest fix; or what speaks for it, part by part."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.matching.arrays import Arrays, arrays, period
from app.matching.eligibility import Rule, clash, failing_rules, metres, travel_minutes
from app.matching.explain.fixes import Change, Fix
from app.matching.problem import NEVER, SLOT_MINUTES, Problem
from app.matching.score import Score, parts_of


class Failure(Struct, frozen=True, kw_only=True):
    """A rule that keeps the person from the seat."""

    rule: str
    refusal: Refusal
    fixes: tuple[Fix, ...]
    """All of them together make the rule hold, and none is larger than it must be; empty when nobody can change it."""


class Why(Struct, frozen=True, kw_only=True):
    """Everything between a person and a seat."""

    person: int
    seat: int
    failures: tuple[Failure, ...]
    score: Score
    """What the pair is worth, or would be."""
    parts: tuple[Refusal, ...]
    """The parts of the score that are not nothing, in words, those that count most first."""

    @property
    def possible(self) -> bool:
        """Whether no rule stands against it."""
        return not self.failures

    @property
    def fixable(self) -> bool:
        """Whether changes could make it possible."""
        return all(failure.fixes for failure in self.failures)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """All changes together, each once."""
        return tuple(dict.fromkeys(fix for failure in self.failures for fix in failure.fixes))


class Case(NamedTuple):
    """A pair under question."""

    problem: Problem
    a: Arrays
    person: int
    seat: int

    @property
    def shift(self) -> int:
        """The shift's position."""
        return int(self.problem.seats.shift[self.seat])

    @property
    def starts(self) -> int:
        """When the shift starts."""
        return int(self.problem.shifts.starts[self.shift])

    @property
    def ends(self) -> int:
        """When it ends."""
        return int(self.problem.shifts.ends[self.shift])

    @property
    def who(self) -> int:
        """The person's identity."""
        return int(self.problem.people.ids[self.person])

    def at(self, minute: int) -> str:
        """A minute as the clocks show it where the problem is."""
        return f"{(self.problem.starts + timedelta(minutes=minute)).astimezone(zone_of(self.problem)):%Y-%m-%d %H:%M}"

    def fix(self, change: Change, **told: Any) -> Fix:
        """A change of this person."""
        return Fix(change=change, person=self.who, **told)


def zone_of(problem: Problem) -> tzinfo:
    """Its time zone; UTC where nobody knows the one it names."""
    try:
        return ZoneInfo(problem.zone)
    except (ValueError, KeyError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return UTC


Said = tuple[dict[str, Any], list[Fix]]
"""The places of a rule's sentence, and the fixes."""


def why(problem: Problem, person: int, seat: int, *, a: Arrays | None = None) -> Why:
    """Why this person may take this seat or not; for more than a few pairs make the arrays once and give them."""
    a = arrays(problem) if a is None else a
    case = Case(problem, a, person, seat)
    found = failing_rules(a, person, seat)
    score = parts_of(a, person, seat)
    return Why(
        person=case.who,
        seat=int(problem.seats.ids[seat]),
        failures=tuple(failure(case, rule) for rule in Rule if rule in found),
        score=score,
        parts=tuple(worded(score)),
    )


def failure(case: Case, rule: Rule) -> Failure:
    """What a rule says of a pair that fails it."""
    code = rule.code
    params, fixes = _FACTS[rule](case)
    text, advice = SENTENCES[rule]
    return Failure(rule=code, refusal=Refusal(code, text, advice if fixes else "", params), fixes=tuple(fixes))


SENTENCES: dict[Rule, tuple[str, str]] = {
    Rule.CAPACITY: (
        N_("This place is for another capacity: paid time and volunteering never mix."),
        N_("A coordinator can open a place in the other capacity."),
    ),
    Rule.ADULTS: (N_("This shift is for adults only."), ""),
    Rule.SEX: (
        N_("The person served asked for somebody of the other sex."),
        N_("Only the person served can waive that."),
    ),
    Rule.SKILL: (N_("This place needs skills you have not named: %(skills)s."), N_("Learn or name: %(skills)s.")),
    Rule.LANGUAGE: (N_("This place needs one of these languages: %(languages)s."), N_("Learn or name one of them.")),
    Rule.CREDENTIAL: (
        N_("These must be valid until this shift ends on %(ends)s, and are not: %(credentials)s."),
        N_("Get or renew: %(names)s."),
    ),
    Rule.REFUSED: (N_("You asked not to be asked for this kind: %(kind)s."), N_("Take that wish back.")),
    Rule.BARRED: (N_("You and the person served are not to meet."), ""),
    Rule.DECLINED: (N_("You declined this shift, or let it pass."), N_("Say that you want to be asked again.")),
    Rule.AVAILABLE: (
        N_("You have not said that you are free from %(starts)s to %(ends)s."),
        N_("Being free from %(missing)s would do."),
    ),
    Rule.REACH: (
        N_("It is %(metres)s m from your home, and you go %(reach)s m at most."),
        N_("Going %(metres)s m would do."),
    ),
    Rule.BUSY: (
        N_("You have something else from %(from)s to %(until)s, and the way takes %(way)s min."),
        N_("Being free of that would do."),
    ),
    Rule.DAY: (
        N_("That day you would serve %(minutes)s min, and want to serve %(cap)s at most."),
        N_("A limit of %(minutes)s min for a day would do."),
    ),
    Rule.WEEK: (
        N_("That week you would serve %(minutes)s min, and want to serve %(cap)s at most."),
        N_("A limit of %(minutes)s min for a week would do."),
    ),
    Rule.CONTRACT: (
        N_("The contract has %(left)s min left, and this shift takes %(minutes)s."),
        N_("A coordinator can have the contract extended."),
    ),
    Rule.FULL: (N_("Every place is taken."), N_("A coordinator can open another.")),
    Rule.PAST: (N_("This shift has begun already."), ""),
}


def _nothing(_case: Case) -> Said:
    return {}, []


def _capacity(case: Case) -> Said:
    return {}, [Fix(change=Change.SWITCH_CAPACITY, seat=int(case.problem.seats.ids[case.seat]))]


def _sex(case: Case) -> Said:
    return {}, [Fix(change=Change.WAIVE_SEX, shift=int(case.problem.shifts.ids[case.shift]))]


def _skill(case: Case) -> Said:
    people, seats = case.problem.people, case.problem.seats
    missing = named(case.problem.words.skills, int(seats.skills[case.seat]) & ~int(people.skills[case.person]))
    return {"skills": ", ".join(missing)}, [case.fix(Change.LEARN_SKILL, code=code) for code in missing]


def _language(case: Case) -> Said:
    wanted = named(case.problem.words.languages, int(case.problem.seats.languages[case.seat]))
    return {"languages": ", ".join(wanted)}, [case.fix(Change.LEARN_LANGUAGE, code=wanted[0])]


def _credential(case: Case) -> Said:
    until = case.problem.people.credential_until[case.person]
    wanted = named(case.problem.words.credentials, int(case.problem.seats.credentials[case.seat]))
    ends = {code: int(until[case.problem.words.credentials.index(code)]) for code in wanted}
    late = {code: end for code, end in ends.items() if end < case.ends}
    params = {
        "credentials": ", ".join(code if end == NEVER else f"{code} ({case.at(end)})" for code, end in late.items()),
        "names": ", ".join(late),
        "ends": case.at(case.ends),
    }
    return params, [case.fix(Change.RENEW, code=code, ends=case.ends) for code in late]


def _refused(case: Case) -> Said:
    kind = case.problem.words.kinds[int(case.problem.shifts.kind[case.shift])]
    return {"kind": kind}, [case.fix(Change.TAKE_KIND, code=kind)]


def _declined(case: Case) -> Said:
    return {}, [case.fix(Change.ASK_AGAIN, shift=int(case.problem.shifts.ids[case.shift]))]


def _available(case: Case) -> Said:
    missing = list(stretches(missing_slots(case)))
    params = {
        "starts": case.at(case.starts),
        "ends": case.at(case.ends),
        "missing": ", ".join(f"{case.at(begins)[-5:]}–{case.at(ends)[-5:]}" for begins, ends in missing),
    }
    within = case.starts >= 0 and case.ends <= case.problem.people.free.shape[1] * 64 * SLOT_MINUTES
    return params, [case.fix(Change.FREE, starts=begins, ends=ends) for begins, ends in missing] if within else []


def missing_slots(case: Case) -> list[int]:
    """The quarters of an hour of the shift in which the person is not free, as far as anything is known of them."""
    words = case.problem.people.free[case.person]
    slots = range(max(case.starts // SLOT_MINUTES, 0), min(-(-case.ends // SLOT_MINUTES), len(words) * 64))
    return [slot for slot in slots if not int(words[slot // 64]) >> slot % 64 & 1]


def stretches(slots: list[int]) -> Iterator[tuple[int, int]]:
    """Slots in a row, as minutes from and to."""
    first = 0
    for place, slot in enumerate(slots):
        if place + 1 == len(slots) or slots[place + 1] != slot + 1:
            yield slots[first] * SLOT_MINUTES, (slot + 1) * SLOT_MINUTES
            first = place + 1


def _reach(case: Case) -> Said:
    needed = int(np.ceil(way_from_home(case)))
    reach = float(case.problem.people.reach[case.person])
    return {"metres": needed, "reach": int(reach)}, [case.fix(Change.WIDEN, metres=needed)]


def way_from_home(case: Case) -> float:
    """Metres from home to the place; NaN where either is unknown."""
    people, shifts, shift = case.problem.people, case.problem.shifts, case.shift
    return float(metres(people.x[case.person], people.y[case.person], shifts.x[shift], shifts.y[shift]))


def _busy(case: Case) -> Said:
    spans, shifts, shift = case.problem.spans, case.problem.shifts, case.shift
    fixes: list[Fix] = []
    params: dict[str, Any] = {}
    for row in range(int(spans.first[case.person]), int(spans.first[case.person + 1])):
        way = int(travel_minutes(case.a.city, spans.x[row], spans.y[row], shifts.x[shift], shifts.y[shift]))
        starts, ends = int(spans.starts[row]), int(spans.ends[row])
        if clash(case.starts, case.ends, starts, ends, way):
            params = params or {"from": case.at(starts), "until": case.at(ends), "way": way}
            of = int(shifts.ids[spans.shift[row]]) if spans.shift[row] >= 0 else 0
            fixes.append(case.fix(Change.RELEASE, starts=starts, ends=ends, shift=of))
    return params, list(dict.fromkeys(fixes))


def _cap(case: Case, bounds: Any, most: Any, change: Change) -> Said:
    spans, part = case.problem.spans, int(period(bounds, case.problem.shifts.starts[[case.shift]])[0])
    mine = slice(int(spans.first[case.person]), int(spans.first[case.person + 1]))
    same = spans.counts[mine] & (period(bounds, spans.starts[mine]) == part)
    minutes = int((spans.ends[mine] - spans.starts[mine])[same].sum()) + case.ends - case.starts
    return {"minutes": minutes, "cap": int(most[case.person])}, [case.fix(change, minutes=minutes)]


def _day(case: Case) -> Said:
    return _cap(case, case.problem.days, case.problem.people.day_minutes, Change.RAISE_DAY)


def _week(case: Case) -> Said:
    return _cap(case, case.problem.weeks, case.problem.people.week_minutes, Change.RAISE_WEEK)


def _contract(case: Case) -> Said:
    contracts, contract = case.problem.contracts, int(case.problem.shifts.contract[case.shift])
    length = case.ends - case.starts
    fix = Fix(change=Change.EXTEND_CONTRACT, contract=int(contracts.ids[contract]), minutes=length)
    return {"left": int(contracts.minutes_left[contract]), "minutes": length}, [fix]


def _full(case: Case) -> Said:
    return {}, [Fix(change=Change.OPEN_HEAD, seat=int(case.problem.seats.ids[case.seat]))]


_FACTS: dict[Rule, Callable[[Case], Said]] = {
    Rule.CAPACITY: _capacity,
    Rule.ADULTS: _nothing,
    Rule.SEX: _sex,
    Rule.SKILL: _skill,
    Rule.LANGUAGE: _language,
    Rule.CREDENTIAL: _credential,
    Rule.REFUSED: _refused,
    Rule.BARRED: _nothing,
    Rule.DECLINED: _declined,
    Rule.AVAILABLE: _available,
    Rule.REACH: _reach,
    Rule.BUSY: _busy,
    Rule.DAY: _day,
    Rule.WEEK: _week,
    Rule.CONTRACT: _contract,
    Rule.FULL: _full,
    Rule.PAST: _nothing,
}

PARTS: dict[str, str] = {
    "fill": N_("How much this shift matters: %(points)s"),
    "urgent": N_("It cannot wait: %(points)s"),
    "continuity": N_("The two know each other: %(points)s"),
    "preference": N_("A kind of service you like: %(points)s"),
    "travel": N_("The way from home: %(points)s"),
    "reliability": N_("Promises kept: %(points)s"),
    "load": N_("Much served lately: %(points)s"),
    "opportunity": N_("Not asked for a while: %(points)s"),
    "community": N_("A community whose places often stay empty: %(points)s"),
    "keep": N_("As it was planned before: %(points)s"),
}


def worded(score: Score) -> Iterator[Refusal]:
    """The parts that are not nothing, what counts most first."""
    points = {name: int(getattr(score, name)) for name in PARTS}
    for name, number in sorted(points.items(), key=lambda part: -abs(part[1])):
        if number:
            yield Refusal(name, PARTS[name], params={"points": f"{number:+,}"})


def named(codes: tuple[str, ...], mask: int) -> list[str]:
    """The codes of a mask's bits."""
    return [code for bit, code in enumerate(codes) if mask >> bit & 1]
