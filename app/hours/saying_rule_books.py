"""Says a rule-book in words and figures, line by line, so that two versions can be read beside each other."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from app.hours import saying
from app.hours.queries.rule_books import Owner
from app.hours.rules import CountingRules, Rounding, Tier, TierRule
from app.hours.rules.previewing import LEFT_ALONE, TierSum
from app.kit.i18n import by_locale, gettext, locale, ngettext
from app.kit.rules import N_
from app.kit.wording import day, hours, number
from app.programs.rules import Unit
from app.programs.words import one_unit

SECTIONS: dict[str, str] = {
    "counts": N_("What counts"),
    "caps": N_("How much at most"),
    "vouches": N_("Who vouches for it"),
    "contract": N_("What a contract makes of it"),
    "watched": N_("What is looked at more closely"),
}
ROUNDINGS: dict[Rounding, str] = {
    Rounding.DOWN: N_("down to whole steps of %(step)s"),
    Rounding.NEAREST: N_("to the nearest whole step of %(step)s"),
    Rounding.UP: N_("up to whole steps of %(step)s"),
}
LEVELS: dict[str, str] = {
    "contract": N_("Its own"),
    "funder": N_("The funder's"),
    "city": N_("The city's"),
}
STATES: dict[str, tuple[str, str]] = {
    "waiting": (N_("Waiting for its turn"), "waiting"),
    "running": (N_("Counting"), "active"),
    "done": (N_("Finished"), "good"),
    "failed": (N_("Failed"), "bad"),
}


class Line(Struct, frozen=True):
    """One thing a rule-book says. Lines of two versions with one key are about the same."""

    section: str
    key: str
    label: str
    said: str


class Difference(Struct, frozen=True):
    """A line that is new, gone, or says something else; `before` or `after` is empty where there is none."""

    section: str
    label: str
    before: str
    after: str


def lines(rules: CountingRules, services: dict[str, str]) -> list[Line]:
    """Everything the rules say. `services` has the names of the kinds of service."""
    found = [
        *_counts(rules),
        *_caps(rules),
        *_vouches(rules),
        *_contract(rules, services),
        *_watched(rules),
    ]
    return [Line(section, key, gettext(label), said) for section, key, label, said in found]


def differences(before: list[Line], after: list[Line]) -> list[Difference]:
    """What changed from one version to the next, in the order of the newer one."""
    old, new = {line.key: line for line in before}, {line.key: line for line in after}
    changed = [
        Difference(line.section, line.label, old[key].said if key in old else "", line.said)
        for key, line in new.items()
        if key not in old or old[key].said != line.said
    ]
    gone = [Difference(line.section, line.label, line.said, "") for key, line in old.items() if key not in new]
    return changed + gone


def _counts(rules: CountingRules) -> Iterator[tuple[str, str, str, str]]:
    least = gettext("%(least)s; anything shorter counts as nothing") % {"least": hours(rules.least_minutes)}
    yield "counts", "least", N_("Least"), least if rules.least_minutes else gettext("Every minute counts")
    step = {"step": hours(rules.round_to_minutes)}
    rounded = gettext(ROUNDINGS[rules.rounding]) % step if rules.round_to_minutes > 1 else gettext("not rounded")
    yield "counts", "rounding", N_("Rounding"), rounded
    for rest in rules.breaks:
        said = gettext("%(off)s off after %(after)s of work, unless a break that long was punched") % {
            "off": hours(rest.off_minutes),
            "after": hours(rest.after_minutes),
        }
        yield "counts", f"break-{rest.after_minutes}", N_("Breaks"), said
    for kind in rules.kinds:
        share = saying.percent(kind.permille) if kind.permille else gettext("does not count")
        if kind.most_minutes_a_day is not None:
            share += gettext(", at most %(most)s a day") % {"most": hours(kind.most_minutes_a_day)}
        who = saying.capacity(kind.capacity) if kind.capacity else gettext("everyone")
        named = {"kind": saying.kind(kind.kind), "who": who, "share": share}
        said = gettext("%(kind)s (%(who)s): %(share)s") % named
        yield "counts", f"kind-{kind.kind}-{kind.capacity}", N_("Kinds of time"), said
    yield "counts", "kinds", N_("Kinds of time"), gettext("All others count in full")
    for group in rules.groups:
        said = gettext("%(people)s or more: %(share)s") % {
            "people": number(group.people_from),
            "share": saying.percent(group.permille),
        }
        yield "counts", f"group-{group.people_from}", N_("When several serve together"), said


def _caps(rules: CountingRules) -> Iterator[tuple[str, str, str, str]]:
    no_cap = gettext("no cap of its own")
    yield "caps", "day", N_("In one day"), hours(rules.most_minutes_a_day)
    activity, keyed = rules.most_minutes_an_activity, rules.most_keyed_minutes_a_month
    yield "caps", "activity", N_("In one activity and day"), no_cap if activity is None else hours(activity)
    yield "caps", "keyed", N_("Keyed by staff (grade E), in one month"), no_cap if keyed is None else hours(keyed)


def conditions(rule: TierRule, rules: CountingRules) -> str:
    """When a row of the tiers holds."""
    joint = gettext(" and ")
    return joint.join(_conditions(rule, rules)) or gettext("always")


def _conditions(rule: TierRule, rules: CountingRules) -> Iterator[str]:
    if rule.over_minutes is not None:
        yield gettext("more than %(over)s at a stretch") % {"over": hours(rule.over_minutes)}
    if rule.over_day_minutes is not None:
        yield gettext("more than %(over)s in one day") % {"over": hours(rule.over_day_minutes)}
    if rule.late:
        yield gettext("entered more than %(days)s working days afterwards") % {"days": rules.late_after_workdays}
    if rule.batch_from is not None:
        yield gettext("%(batch)s or more keyed at once") % {"batch": rule.batch_from}
    if rule.grades:
        yield gettext("evidence of grade %(grades)s") % {"grades": _listed(rule.grades)}
    if rule.kinds:
        yield gettext("time of the kind %(kinds)s") % {"kinds": _listed([saying.kind(each) for each in rule.kinds])}
    if rule.capacities:
        served = [saying.capacity(each) for each in rule.capacities]
        yield gettext("served as %(capacities)s") % {"capacities": _listed(served)}
    if rule.claimed:
        yield gettext("the person's own claim")
    if rule.exceptions_from is not None:
        yield gettext("%(exceptions)s or more unusual things") % {"exceptions": rule.exceptions_from}
    if rule.keyed_share_over is not None:
        share = saying.percent(rule.keyed_share_over)
        yield gettext("more than %(share)s of the agency's month keyed by staff") % {"share": share}


def _vouches(rules: CountingRules) -> Iterator[tuple[str, str, str, str]]:
    for rule in rules.tiers:
        when = conditions(rule, rules)
        said = gettext("%(when)s: %(who)s") % {"when": when, "who": tiers(rule.ask)}
        yield "vouches", f"tier-{when}", N_("Special cases"), said
    otherwise = tiers(rules.otherwise) if rules.otherwise else gettext("nobody: it takes effect at check-out")
    yield "vouches", "otherwise", N_("Otherwise"), otherwise


def _contract(rules: CountingRules, services: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for each in rules.conversions:
        unit = one_unit(Unit(each.unit)) if each.unit in set(Unit) else each.unit
        said = gettext("%(unit)s stands for %(minutes)s") % {"unit": unit, "minutes": hours(each.minutes)}
        yield "contract", f"unit-{each.unit}", N_("Conversion"), said
    for rule in rules.qualifying:
        parts = [
            ngettext("%(n)s session", "%(n)s sessions", rule.sessions) % {"n": number(rule.sessions)}
            if rule.sessions
            else "",
            ngettext("%(n)s person-time", "%(n)s person-times", rule.person_times) % {"n": number(rule.person_times)}
            if rule.person_times
            else "",
            hours(rule.minutes) if rule.minutes else "",
        ]
        name = services.get(rule.service_kind, rule.service_kind)
        said = gettext("%(service)s: from %(least)s on") % {"service": name, "least": _listed([p for p in parts if p])}
        yield "contract", f"qualifying-{rule.service_kind}", N_("Counts for a contract only"), said


def _watched(rules: CountingRules) -> Iterator[tuple[str, str, str, str]]:
    yield "watched", "tolerance", N_("Off the plan by more than"), hours(rules.tolerance_minutes)
    metres = gettext("%(metres)s m") % {"metres": number(rules.place_radius_metres)}
    yield "watched", "radius", N_("Punched farther from the place than"), metres
    sample = saying.percent(rules.sample_permille) if rules.sample_permille else gettext("none")
    yield "watched", "sample", N_("Clean attendances drawn for a call-back"), sample
    late = ngettext("%(n)s working day", "%(n)s working days", rules.late_after_workdays)
    yield "watched", "late", N_("Entered late after"), late % {"n": rules.late_after_workdays}
    answered = ngettext("%(n)s working day", "%(n)s working days", rules.objection_workdays)
    yield "watched", "objection", N_("An objection is answered within"), answered % {"n": rules.objection_workdays}


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return (", " if locale() == "en" else "、").join(words)


def tiers(asked: tuple[Tier, ...]) -> str:
    """Who is asked, in order; nobody where the time takes effect by itself."""
    return saying.tiers(" ".join(asked))


def tier_sum(one: TierSum) -> str:
    """`the agency → the agency, a second person`."""
    return f"{tiers(one.before)} → {tiers(one.after)}" if one.before != one.after else tiers(one.after)


def of_whom(owner: Owner) -> str:
    """What a rule-book is for."""
    if owner.level == "city":
        return gettext("The whole city")
    name = by_locale(owner.name_zh, owner.name_en)
    if owner.level == "funder":
        return gettext("All contracts of %(name)s") % {"name": name}
    return gettext("Contract %(number)s, %(name)s") % {"number": owner.number, "name": name}


def level(code: str) -> str:
    """Whose version applies, seen from a contract."""
    return gettext(LEVELS[code])


def since(applies_from: date, today: date) -> str:
    """When a version applies."""
    word = N_("applies since %(day)s") if applies_from <= today else N_("will apply from %(day)s")
    return gettext(word) % {"day": day(applies_from, weekday=False)}


def state(code: str) -> tuple[str, str]:
    """How far a re-rating is."""
    word, tone = STATES[code]
    return gettext(word), tone


def left_alone(counts: dict[str, int]) -> list[str]:
    """What stays as it is, and why."""
    return [
        ngettext("%(n)s attendance stays as it is: %(why)s.", "%(n)s attendances stay as they are: %(why)s.", count)
        % {"n": number(count), "why": gettext(LEFT_ALONE[code])}
        for code, count in sorted(counts.items())
    ]


def difference(minutes: int) -> str:
    """`+1 h 30 min`, `−30 min`."""
    return f"+{hours(minutes)}" if minutes > 0 else hours(minutes)
