"""Why somebody cannot take a seat and what would change it, as it is told to the coordinator."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from app.kit.i18n import gettext as _
from app.kit.wording import day, hours, moment, time_of_day
from app.matching import saying
from app.matching.eligibility import Rule
from app.matching.explain import Failure, Fix
from app.matching.problem import Problem
from app.matching.queries.vocabulary import Names

Sentences = tuple[str, str]
"""What is in the way, and what would do; the second may be empty."""


class Pairing(Struct, frozen=True, kw_only=True):
    """Whom and what a failure is about, and what its codes are called."""

    problem: Problem
    person: int
    seat: int
    names: Names

    def at(self, minute: int) -> datetime:
        """The instant of a minute of the problem."""
        return self.problem.starts + timedelta(minutes=minute)

    @property
    def shift(self) -> int:
        """The shift's position."""
        return int(self.problem.seats.shift[self.seat])


def codes_in(failures: Iterable[Failure]) -> list[str]:
    """The skills, languages, credentials and kinds that these failures name."""
    return sorted({fix.code for failure in failures for fix in failure.fixes if fix.code})


def told(failure: Failure, pair: Pairing) -> Sentences:
    """A failure in words, from what would fix it."""
    codes = ", ".join(dict.fromkeys(_name(failure.rule, fix, pair) for fix in failure.fixes if fix.code))
    match Rule[failure.rule.upper()]:
        case Rule.SKILL:
            return _("Has not this skill: %(names)s.") % {"names": codes}, _("They can add it, if they have it.")
        case Rule.LANGUAGE:
            return _("Does not speak: %(names)s.") % {"names": codes}, _("They can add it, if they speak it.")
        case Rule.CREDENTIAL:
            return _credential(failure, pair, codes)
        case Rule.REFUSED:
            return _("Does not want to be asked for this: %(names)s.") % {"names": codes}, ""
        case Rule.AVAILABLE:
            return _available(failure, pair)
        case Rule.REACH if failure.fixes:
            most = int(pair.problem.people.reach[pair.person])
            said = {"away": saying.distance(failure.fixes[0].metres), "most": saying.distance(most)}
            return _("It is %(away)s from home, and they go %(most)s at most.") % said, ""
        case Rule.BUSY if failure.fixes:
            fix = failure.fixes[0]
            said = {"from": moment(pair.at(fix.starts)), "until": moment(pair.at(fix.ends))}
            return _("Is on another shift or away %(from)s – %(until)s, or could not be here in time.") % said, ""
        case Rule.DAY | Rule.WEEK if failure.fixes:
            return _cap(failure, pair)
        case Rule.CONTRACT if failure.fixes:
            return _contract(failure.fixes[0], pair)
    return _plain(failure.rule)


def _name(rule: str, fix: Fix, pair: Pairing) -> str:
    return pair.names.get((rule, fix.code), fix.code)


def _credential(failure: Failure, pair: Pairing, codes: str) -> Sentences:
    until = pair.problem.people.credential_until[pair.person]
    kinds = pair.problem.words.credentials
    ended = {fix: int(until[kinds.index(fix.code)]) for fix in failure.fixes}
    if any(end < 0 for end in ended.values()):
        return _("Has not this credential: %(names)s.") % {"names": codes}, _(
            "Once they enter it and its original was seen, it counts."
        )
    listed = ", ".join(f"{_name(failure.rule, fix, pair)} ({day(pair.at(end))})" for fix, end in ended.items())
    return _("Their credential ends before the shift does: %(names)s.") % {"names": listed}, _(
        "Renewed until %(day)s, it would do."
    ) % {"day": day(pair.at(max(fix.ends for fix in failure.fixes)))}


def _available(failure: Failure, pair: Pairing) -> Sentences:
    shifts = pair.problem.shifts
    said = _("Has not said that they are free from %(from)s to %(to)s.") % {
        "from": time_of_day(pair.at(int(shifts.starts[pair.shift]))),
        "to": time_of_day(pair.at(int(shifts.ends[pair.shift]))),
    }
    times = ", ".join(f"{time_of_day(pair.at(fix.starts))}–{time_of_day(pair.at(fix.ends))}" for fix in failure.fixes)
    return said, _("Free %(times)s would do.") % {"times": times} if times else ""


def _cap(failure: Failure, pair: Pairing) -> Sentences:
    people = pair.problem.people
    caps = people.day_minutes if failure.rule == "day" else people.week_minutes
    said = {"would": hours(failure.fixes[0].minutes), "most": hours(int(caps[pair.person]))}
    if failure.rule == "day":
        return _("Would serve %(would)s that day, and %(most)s is the most.") % said, ""
    return _("Would serve %(would)s that week, and %(most)s is the most.") % said, ""


def _contract(fix: Fix, pair: Pairing) -> Sentences:
    contract = int(pair.problem.shifts.contract[pair.shift])
    left = int(pair.problem.contracts.minutes_left[contract])
    said = {"left": hours(left), "needed": hours(fix.minutes)}
    return _("The contract has %(left)s left, and this takes %(needed)s.") % said, _("The funder can raise its target.")


def _plain(rule: str) -> Sentences:
    fix = {
        "adults": _("A date of birth can be entered in the profile."),
        "full": _("You can add a place to the shift."),
        "capacity": _("You can add a place of the other kind to the shift."),
    }.get(rule, "")
    return _("%(reason)s.") % {"reason": saying.against(rule)}, fix
