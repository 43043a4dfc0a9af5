"""What the integrity radar looks for: each rule with its thresholds, and its findings and reasons in words."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from app.kit.rules import N_

WHOLE = N_("Enter a whole number above 0.")
PERCENT = N_("Enter a whole number from 1 to 100.")


class Code(StrEnum):
    """One rule."""

    LONG_DAY = "long_day"
    OVERLAP = "overlap"
    TRAVEL = "travel"
    TWINS = "twins"
    SAME_TIMES = "same_times"
    BULK = "bulk"
    CROWD = "crowd"
    SAME_MINUTE = "same_minute"
    KEYER_SHARE = "keyer_share"
    LOW_GRADES = "low_grades"


Whole = Annotated[int, Meta(ge=1, le=1_000_000, extra={"error": WHOLE})]
Percent = Annotated[int, Meta(ge=1, le=100, extra={"error": PERCENT})]


class LongDay(Struct, frozen=True, kw_only=True):
    """More than so many minutes of one person on one day."""

    minutes: Whole = 16 * 60


class Overlap(Struct, frozen=True, kw_only=True):
    """Two places at once for at least so many minutes."""

    minutes: Whole = 10


class Travel(Struct, frozen=True, kw_only=True):
    """Faster than `kmh` over at least `km`."""

    kmh: Whole = 150
    km: Whole = 5


class Twins(Struct, frozen=True, kw_only=True):
    """At least so many people with the same minutes at so many shifts within so many days."""

    people: Whole = 4
    shifts: Whole = 4
    days: Whole = 35


class SameTimes(Struct, frozen=True, kw_only=True):
    """One keyer typed the same two times so often, at so many shifts, within so many days."""

    attendances: Whole = 20
    shifts: Whole = 4
    days: Whole = 35


class Bulk(Struct, frozen=True, kw_only=True):
    """One keyer keyed more than so many entries within so many minutes."""

    entries: Whole = 80
    minutes: Whole = 10


class Crowd(Struct, frozen=True, kw_only=True):
    """So many people at one shift, and more than the seats or than so many times what is usual."""

    people: Whole = 20
    times_usual: Whole = 3
    days: Whole = 90


class SameMinute(Struct, frozen=True, kw_only=True):
    """Checked in on the same minute before or after the plan in so many of a hundred cases, at least so often."""

    check_ins: Whole = 8
    percent: Percent = 90
    days: Whole = 62


class KeyerShare(Struct, frozen=True, kw_only=True):
    """One account recorded such a share of an agency's hours of a month, when there are at least so many."""

    percent: Percent = 60
    hours: Whole = 100


class LowGrades(Struct, frozen=True, kw_only=True):
    """Such a share of an agency's hours of a month is graded D or E, when there are at least so many."""

    percent: Percent = 40
    hours: Whole = 50


FIELDS: dict[str, str] = {
    "minutes": N_("Minutes"),
    "kmh": N_("Kilometres an hour"),
    "km": N_("Kilometres at least"),
    "people": N_("People at least"),
    "shifts": N_("Shifts at least"),
    "days": N_("Days looked back"),
    "attendances": N_("Attendances at least"),
    "entries": N_("Punches and corrections"),
    "times_usual": N_("Times what is usual"),
    "check_ins": N_("Check-ins at least"),
    "percent": N_("Per cent"),
    "hours": N_("Hours at least"),
}
"""What a threshold is called in a form."""


class Rule(Struct, frozen=True, kw_only=True):
    """One rule in words. `finding` and `why` take the finding's figures; thresholds are there as `limit_…`."""

    thresholds: type[Struct]
    title: str
    looks_at: str
    finding: str
    why: str
    of_keyer: str = ""
    """The finding's sentence when it is about who keyed, for a rule that looks at both."""
    monthly: bool = False
    """Whether it looks at whole months only."""


RULES: dict[Code, Rule] = {
    Code.LONG_DAY: Rule(
        thresholds=LongDay,
        title=N_("Very long days"),
        looks_at=N_("The time of one person on one day, all organisations and duplicate records added up."),
        finding=N_("%(person)s has %(minutes)s recorded on %(day)s."),
        why=N_("More than %(limit_minutes)s on one day is not believed, whoever recorded it."),
    ),
    Code.OVERLAP: Rule(
        thresholds=Overlap,
        title=N_("Two places at once"),
        looks_at=N_("Attendances of one person whose times overlap, whether they count yet or not."),
        finding=N_("%(person)s was at “%(one)s” and at “%(other)s” at the same time, for %(minutes)s on %(day)s."),
        why=N_("Nobody is in two places. Less than %(limit_minutes)s of overlap is passed over."),
    ),
    Code.TRAVEL: Rule(
        thresholds=Travel,
        title=N_("Impossible journeys"),
        looks_at=N_("Where and when one person was punched or keyed one after the other."),
        finding=N_("%(person)s got from “%(one)s” to “%(other)s”, %(km)s km away, within %(minutes)s on %(day)s."),
        why=N_("That is %(kmh)s km/h. Up to %(limit_kmh)s km/h, and less than %(limit_km)s km, is believed."),
    ),
    Code.TWINS: Rule(
        thresholds=Twins,
        title=N_("Always the same people, to the minute"),
        looks_at=N_("People who come and leave in the same minutes, again and again."),
        finding=N_("The same %(people)s people came and left in the same minutes at %(shifts)s shifts."),
        why=N_("People arrive one by one, so this looks keyed as a batch. The last time was %(day)s."),
    ),
    Code.SAME_TIMES: Rule(
        thresholds=SameTimes,
        title=N_("Always the same times keyed"),
        looks_at=N_("Times of arriving and leaving that one account keyed by hand."),
        finding=N_("%(keyer)s keyed %(come)s–%(go)s by hand for %(n)s attendances at %(shifts)s shifts."),
        why=N_("Times that were really kept differ from one day to the next. The last ones are of %(day)s."),
    ),
    Code.BULK: Rule(
        thresholds=Bulk,
        title=N_("Very many entries at once"),
        looks_at=N_("Punches and corrections that one account keyed for others in a short time."),
        finding=N_("%(keyer)s keyed %(n)s punches and corrections within %(limit_minutes)s on %(day)s."),
        why=N_("More than %(limit_entries)s is more than a leader keys at the door."),
    ),
    Code.CROWD: Rule(
        thresholds=Crowd,
        title=N_("Very many people at one shift"),
        looks_at=N_("How many people are recorded at a shift, against its places and what is usual for its activity."),
        finding=N_("%(people)s people are recorded at one shift, “%(one)s” on %(day)s."),
        why=N_("It has %(seats)s places, and %(usual)s people are usual for this activity."),
    ),
    Code.SAME_MINUTE: Rule(
        thresholds=SameMinute,
        title=N_("Always the same minute"),
        looks_at=N_("How far check-ins are from the planned start, by person and by who keyed them."),
        finding=N_("%(person)s checked in exactly %(offset)s, %(n)s times out of %(of)s."),
        of_keyer=N_("%(keyer)s checked people in exactly %(offset)s, at %(n)s of %(of)s shifts."),
        why=N_("Real arrivals scatter by some minutes. The last one is of %(day)s."),
    ),
    Code.KEYER_SHARE: Rule(
        thresholds=KeyerShare,
        title=N_("One account records most hours"),
        looks_at=N_("How much of an agency's month one account punched or keyed for others."),
        finding=N_("%(keyer)s recorded %(percent)s %% of the hours of %(month)s: %(minutes)s of %(total)s."),
        why=N_("From %(limit_percent)s %% on, nobody else sees most of the hours happen."),
        monthly=True,
    ),
    Code.LOW_GRADES: Rule(
        thresholds=LowGrades,
        title=N_("Much on weak evidence"),
        looks_at=N_("How much of an agency's month is graded D or E."),
        finding=N_("%(percent)s %% of the hours of %(month)s are graded D or E: %(minutes)s of %(total)s."),
        why=N_("These hours rest on somebody's word alone. Up to %(limit_percent)s %% is ordinary."),
        monthly=True,
    ),
}


class Dated(Struct, frozen=True, kw_only=True):
    """A rule's thresholds from a day on."""

    applies_from: date
    thresholds: Struct
    enabled: bool


class Spell(Struct, frozen=True):
    """A span of days, half-open, on which the same thresholds hold."""

    from_on: date
    before: date
    thresholds: Struct


def spells(rows: Sequence[Dated], from_on: date, before: date) -> list[Spell]:
    """Cut a span where the thresholds change; days on which the rule is off, or not yet there, are left out."""
    dated = sorted(rows, key=lambda row: row.applies_from)
    ends = [row.applies_from for row in dated[1:]] + [date.max]
    cut = [
        Spell(max(row.applies_from, from_on), min(end, before), row.thresholds)
        for row, end in zip(dated, ends, strict=False)
        if row.enabled
    ]
    return [spell for spell in cut if spell.from_on < spell.before]


def month_spells(rows: Sequence[Dated], from_on: date, before: date) -> list[Spell]:
    """Each month that lies wholly in the span, with what holds on its last day."""
    found = []
    first = from_on if from_on.day == 1 else _next_month(from_on)
    while (after := _next_month(first)) <= before:
        last = spells(rows, after - timedelta(days=1), after)
        found += [Spell(first, after, spell.thresholds) for spell in last]
        first = after
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
