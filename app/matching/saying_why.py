"""Why somebody cannot take a seat and what would change it, as it is told to the coordinator."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.kit.i18n import gettext as _
from app.kit.wording import day, hours, moment, time_of_day
from app.matching import saying
from app.matching.eligibility import Rule
from app.matching.explain import Failure
from app.matching.queries.vocabulary import Names

Sentences = tuple[str, str]
"""What is in the way, and what would do; the second may be empty."""


def codes_in(failures: Iterable[Failure]) -> list[str]:
    """The skills, languages, credentials and kinds that these failures name."""
    return sorted({fix.code for failure in failures for fix in failure.fixes if fix.code})


def told(failure: Failure, names: Names, within: tuple[datetime, datetime]) -> Sentences:
    """A failure in words; `names` are those of its codes, `within` is when the shift is."""
    facts = failure.refusal.params
    codes = ", ".join(dict.fromkeys(names.get((failure.rule, fix.code), fix.code) for fix in failure.fixes if fix.code))
    match Rule[failure.rule.upper()]:
        case Rule.SKILL:
            return _("Has not this skill: %(names)s.") % {"names": codes}, _("They can add it, if they have it.")
        case Rule.LANGUAGE:
            return _("Does not speak: %(names)s.") % {"names": codes}, _("They can add it, if they speak it.")
        case Rule.CREDENTIAL:
            return _credential(facts, names, codes)
        case Rule.REFUSED:
            return _("Does not want to be asked for this: %(names)s.") % {"names": codes}, ""
        case Rule.AVAILABLE:
            return _available(facts, within)
        case Rule.REACH:
            said = {"away": saying.distance(facts["metres"]), "most": saying.distance(facts["reach"])}
            return _("It is %(away)s from home, and they go %(most)s at most.") % said, ""
        case Rule.BUSY:
            return _busy(facts)
        case Rule.DAY | Rule.WEEK:
            return _cap(failure.rule, facts)
        case Rule.CONTRACT:
            said = {"left": hours(facts["left"]), "needed": hours(facts["minutes"])}
            return _("The contract has %(left)s left, and this takes %(needed)s.") % said, _(
                "The funder can raise its target."
            )
    return _plain(failure.rule)


def _credential(facts: Mapping[str, Any], names: Names, codes: str) -> Sentences:
    ended = {code: end for code, end in facts["expired"].items() if end is not None}
    if not ended:
        return _("Has not this credential: %(names)s.") % {"names": codes}, _(
            "Once they enter it and its original was seen, it counts."
        )
    listed = ", ".join(f"{names.get(('credential', code), code)} ({day(end)})" for code, end in ended.items())
    return _("Their credential ends before the shift does: %(names)s.") % {"names": listed}, _(
        "Renewed until %(day)s, it would do."
    ) % {"day": day(facts["ends"])}


def _available(facts: Mapping[str, Any], within: tuple[datetime, datetime]) -> Sentences:
    said = _("Has not said that they are free from %(from)s to %(to)s.") % {
        "from": time_of_day(within[0]),
        "to": time_of_day(within[1]),
    }
    return said, _("Free %(times)s would do.") % {"times": facts["missing"]} if facts["missing"] else ""


def _busy(facts: Mapping[str, Any]) -> Sentences:
    said = _("Is on another shift or away %(from)s – %(until)s, and the way takes %(way)s min.") % {
        "from": moment(facts["from"]),
        "until": moment(facts["until"]),
        "way": facts["way"],
    }
    return said, ""


def _cap(rule: str, facts: Mapping[str, Any]) -> Sentences:
    said = {"would": hours(facts["minutes"]), "most": hours(facts["cap"])}
    if rule == "day":
        return _("Would serve %(would)s that day, and %(most)s is the most.") % said, ""
    return _("Would serve %(would)s that week, and %(most)s is the most.") % said, ""


def _plain(rule: str) -> Sentences:
    fix = {
        "adults": _("A date of birth can be entered in the profile."),
        "full": _("You can add a place to the shift."),
        "capacity": _("You can add a place of the other kind to the shift."),
    }.get(rule, "")
    return _("%(reason)s.") % {"reason": saying.against(rule)}, fix
