"""A rule-book: what counts, how much of it, and who must vouch for it. Data, with defaults; and its contradictions."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from app.hours.rules.kinds import Capacity, Kind
from app.kit.rules import N_, Refusal

DAY_MINUTES = 24 * 60
MONTH_MINUTES = 31 * DAY_MINUTES
TOLERANCE_MINUTES = 10
WHOLE = 1000
"""Permille of something left as it is."""
MOST_PERMILLE = 10 * WHOLE

Minutes = Annotated[int, Meta(ge=0, le=DAY_MINUTES)]
Permille = Annotated[int, Meta(ge=0, le=MOST_PERMILLE)]


class Rounding(StrEnum):
    """Which way time goes to whole steps."""

    DOWN = "down"
    NEAREST = "nearest"
    UP = "up"


class Tier(StrEnum):
    """Who vouches for an attendance, in the order they are asked; `rule` where the rule-book itself does."""

    RULE = "rule"
    AGENCY = "agency"
    SECOND = "second"
    PARENT = "parent"


ORDER = (Tier.AGENCY, Tier.SECOND, Tier.PARENT)


class BreakRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After so much work a break of so much is taken off, unless one at least that long was punched."""

    after_minutes: Minutes
    off_minutes: Minutes


class KindRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of one kind of time counts. A row that names the capacity goes before one that does not."""

    kind: Kind
    capacity: Capacity | None = None
    permille: Permille = WHOLE
    """0 for time that does not count at all, such as travel to the place and back."""
    most_minutes_a_day: Minutes | None = None


class GroupRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much time counts when at least so many serve together. The row with the most people reached holds."""

    people_from: Annotated[int, Meta(ge=1)]
    permille: Permille


class Conversion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many minutes one of a line's units stands for, such as one visit or one session."""

    unit: str
    minutes: Annotated[int, Meta(ge=1)]


class QualifyingRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What services of a kind must reach before any of it counts for a contract. 0 asks for nothing."""

    service_kind: str
    sessions: Annotated[int, Meta(ge=0)] = 0
    person_times: Annotated[int, Meta(ge=0)] = 0
    minutes: Annotated[int, Meta(ge=0)] = 0

    def reached_by(self, sessions: int, person_times: int, minutes: int) -> bool:
        """Whether that much is enough for it to count."""
        return sessions >= self.sessions and person_times >= self.person_times and minutes >= self.minutes


class TierRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is asked when everything that is stated here holds; what is left empty does not matter."""

    over_minutes: Minutes | None = None
    """More was worked than this in one attendance."""
    over_day_minutes: Minutes | None = None
    """More was worked than this in one day, before any cap."""
    late: bool = False
    """Entered later than the rule-book's `late_after_workdays`."""
    batch_from: Annotated[int, Meta(ge=1)] | None = None
    """At least so many were keyed in one act."""
    grades: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    claimed: bool = False
    """The person keyed it."""
    exceptions_from: Annotated[int, Meta(ge=1)] | None = None
    """At least so many things were unusual."""
    keyed_share_over: Permille | None = None
    """More than this share of what the agency posted that month is grade E."""
    ask: tuple[Tier, ...] = (Tier.AGENCY,)


TRAVEL_APART = (KindRule(kind=Kind.TRAVEL, capacity=Capacity.VOLUNTEER, permille=0),)
"""A volunteer's way there and back is not service (志愿服务记录与证明出具办法 Art. 8)."""
CAREFUL = (
    TierRule(over_day_minutes=12 * 60, ask=(Tier.AGENCY, Tier.PARENT)),
    TierRule(late=True, ask=(Tier.AGENCY, Tier.SECOND)),
    TierRule(grades=("D", "E"), ask=(Tier.AGENCY, Tier.SECOND)),
    TierRule(batch_from=10, ask=(Tier.AGENCY, Tier.SECOND)),
    TierRule(grades=("E",), keyed_share_over=300, ask=(Tier.AGENCY, Tier.PARENT)),
)
"""What a rule-book asks that says nothing of its own."""


class CountingRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a rule-book, as its row keeps it. What a row does not say is as here, and changes no minute."""

    least_minutes: Minutes
    """Less than this counts as nothing."""
    round_to_minutes: Annotated[int, Meta(ge=1, le=DAY_MINUTES)]
    """Time counts in whole steps of this."""
    rounding: Rounding = Rounding.DOWN
    most_minutes_a_day: Minutes
    """What one person can be credited for one day, in one capacity."""
    most_minutes_an_activity: Minutes | None = None
    """The same for one activity and day."""
    most_keyed_minutes_a_month: Annotated[int, Meta(ge=0, le=MONTH_MINUTES)] | None = 40 * 60
    """What one person can be credited on grade E for one month."""
    tolerance_minutes: Minutes = TOLERANCE_MINUTES
    """How far from the plan someone may be before it is pointed out; it changes no minute."""
    breaks: tuple[BreakRule, ...] = ()
    kinds: tuple[KindRule, ...] = TRAVEL_APART
    groups: tuple[GroupRule, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    qualifying: tuple[QualifyingRule, ...] = ()
    tiers: tuple[TierRule, ...] = CAREFUL
    otherwise: tuple[Tier, ...] = (Tier.AGENCY,)
    """Who is asked when no row of `tiers` fits. Nobody: the time takes effect at check-out."""
    late_after_workdays: Annotated[int, Meta(ge=0, le=250)] = 10
    place_radius_metres: Annotated[int, Meta(ge=0, le=100_000)] = 500
    """Farther than this from the place, a punch is pointed out."""
    sample_permille: Annotated[int, Meta(ge=0, le=WHOLE)] = 50
    """How many of the clean attendances are drawn for a call-back."""
    objection_workdays: Annotated[int, Meta(ge=1, le=250)] = 5
    """How long an organisation has to answer an objection."""

    def kind_rule(self, kind: str, capacity: str) -> KindRule:
        """What holds for time of this kind in this capacity."""
        fitting = [rule for rule in self.kinds if rule.kind == kind and rule.capacity in (None, capacity)]
        return max(fitting, key=lambda rule: rule.capacity is not None, default=KindRule(kind=Kind(kind)))

    def group_permille(self, people: int) -> int:
        """What time counts when so many serve together."""
        fitting = [rule for rule in self.groups if rule.people_from <= people]
        return max(fitting, key=lambda rule: rule.people_from).permille if fitting else WHOLE

    def minutes_of(self, unit: str) -> int | None:
        """How many minutes one of this unit stands for."""
        return next((each.minutes for each in self.conversions if each.unit == unit), None)

    def qualifying_for(self, service_kind: str) -> QualifyingRule:
        """What services of this kind must reach before they count."""
        nothing = QualifyingRule(service_kind=service_kind)
        return next((rule for rule in self.qualifying if rule.service_kind == service_kind), nothing)


class Fault(Struct, frozen=True):
    """A contradiction: which field it stands at (`tiers-2` for the third row of `tiers`), and what it is."""

    field: str
    refusal: Refusal


LEAST_OVER_MOST = Refusal("least_over_most", N_("The least that counts is more than a day may count at all."))
STEP_OVER_MOST = Refusal("step_over_most", N_("One step of rounding is more than a day may count at all."))
STEP_OVER_LEAST = Refusal(
    "step_over_least",
    N_("Rounding down in steps this long takes away what is just above the least that counts."),
    N_("Make the step shorter, the least longer, or round to the nearest step."),
)
ACTIVITY_OVER_DAY = Refusal(
    "activity_over_day", N_("An activity may count more than the whole day, so this never takes effect.")
)
ACTIVITY_UNDER_LEAST = Refusal("activity_under_least", N_("An activity may count less than the least that counts."))
KEYED_UNDER_LEAST = Refusal("keyed_under_least", N_("A month may count less than the least that counts."))
BREAK_OVER_WORK = Refusal("break_over_work", N_("The break is longer than the work it follows."))
BREAK_OF_NOTHING = Refusal("break_of_nothing", N_("A break of 0 minutes takes nothing off."))
BREAK_OUT_OF_ORDER = Refusal(
    "break_out_of_order", N_("Longer work needs a longer break than the row for shorter work.")
)
SAID_TWICE = Refusal("said_twice", N_("Another row says something about the same."))
OUT_YET_CAPPED = Refusal("out_yet_capped", N_("This kind does not count, so a cap on it never takes effect."))
KIND_OVER_DAY = Refusal("kind_over_day", N_("This kind may count more than the whole day, so this never takes effect."))
KIND_UNDER_LEAST = Refusal("kind_under_least", N_("This kind may count less than the least that counts."))
GROUP_OF_NOTHING = Refusal("group_of_nothing", N_("A group that counts 0 % is never counted: use the kinds for that."))
SERVICE_COUNTS_NOTHING = Refusal("service_counts_nothing", N_("Service has to count: everything else rests on it."))
ASKS_NOBODY = Refusal("asks_nobody", N_("This row asks nobody, so it changes nothing."))
RULE_IS_NOBODY = Refusal("rule_is_nobody", N_("Choose people who can be asked."))
ASKS_NO_MORE = Refusal("asks_no_more", N_("Everybody this row asks is asked anyway."))
NEVER_SO_LONG = Refusal("never_so_long", N_("Nobody works that long in one day, so this row never applies."))
UNKNOWN_GRADE = Refusal("unknown_grade", N_("Grades are A, B, C, D and E."))
CLAIM_IS_KEYED = Refusal(
    "claim_is_keyed", N_("What the person keyed is graded D at worst, never E, so this row never applies.")
)
KIND_OUT = Refusal("kind_out", N_("None of these kinds counts, so this row never applies."))
TRAINING_APART = Refusal(
    "training_apart", N_("The training account holds training only, so with these kinds this never applies.")
)
QUALIFIES_ALWAYS = Refusal("qualifies_always", N_("This row asks for nothing, so it changes nothing."))


def faults(rules: CountingRules) -> list[Fault]:
    """Everything in a rule-book that contradicts itself or can never take effect."""
    return [*_of_amounts(rules), *_of_rows(rules), *_of_tiers(rules)]


def _of_amounts(rules: CountingRules) -> Iterator[Fault]:
    least, day = rules.least_minutes, rules.most_minutes_a_day
    if least > day:
        yield Fault("least_minutes", LEAST_OVER_MOST)
    if rules.round_to_minutes > day:
        yield Fault("round_to_minutes", STEP_OVER_MOST)
    elif rules.rounding is Rounding.DOWN and 0 < least < rules.round_to_minutes:
        yield Fault("round_to_minutes", STEP_OVER_LEAST)
    activity, keyed = rules.most_minutes_an_activity, rules.most_keyed_minutes_a_month
    if activity is not None and activity > day:
        yield Fault("most_minutes_an_activity", ACTIVITY_OVER_DAY)
    if activity is not None and activity < least:
        yield Fault("most_minutes_an_activity", ACTIVITY_UNDER_LEAST)
    if keyed is not None and 0 < keyed < least:
        yield Fault("most_keyed_minutes_a_month", KEYED_UNDER_LEAST)


def _of_rows(rules: CountingRules) -> Iterator[Fault]:
    yield from _said_twice("breaks", [rule.after_minutes for rule in rules.breaks])
    yield from _said_twice("kinds", [(rule.kind, rule.capacity) for rule in rules.kinds])
    yield from _said_twice("groups", [rule.people_from for rule in rules.groups])
    yield from _said_twice("conversions", [each.unit for each in rules.conversions])
    yield from _said_twice("qualifying", [rule.service_kind for rule in rules.qualifying])
    yield from _of_breaks(rules)
    yield from _of_kinds(rules)
    for row, group in enumerate(rules.groups):
        if group.permille == 0:
            yield Fault(f"groups-{row}", GROUP_OF_NOTHING)
    for row, asked in enumerate(rules.qualifying):
        if not (asked.sessions or asked.person_times or asked.minutes):
            yield Fault(f"qualifying-{row}", QUALIFIES_ALWAYS)


def _of_breaks(rules: CountingRules) -> Iterator[Fault]:
    for row, rest in enumerate(rules.breaks):
        earlier = [each for each in rules.breaks if each.after_minutes < rest.after_minutes]
        if rest.off_minutes == 0:
            yield Fault(f"breaks-{row}", BREAK_OF_NOTHING)
        elif rest.off_minutes > rest.after_minutes:
            yield Fault(f"breaks-{row}", BREAK_OVER_WORK)
        elif any(each.off_minutes >= rest.off_minutes for each in earlier):
            yield Fault(f"breaks-{row}", BREAK_OUT_OF_ORDER)


def _of_kinds(rules: CountingRules) -> Iterator[Fault]:
    for row, kind in enumerate(rules.kinds):
        cap = kind.most_minutes_a_day
        if kind.kind is Kind.SERVICE and kind.permille == 0:
            yield Fault(f"kinds-{row}", SERVICE_COUNTS_NOTHING)
        if cap is not None and kind.permille == 0:
            yield Fault(f"kinds-{row}", OUT_YET_CAPPED)
        elif cap is not None and cap > rules.most_minutes_a_day:
            yield Fault(f"kinds-{row}", KIND_OVER_DAY)
        elif cap is not None and cap < rules.least_minutes:
            yield Fault(f"kinds-{row}", KIND_UNDER_LEAST)


def _of_tiers(rules: CountingRules) -> Iterator[Fault]:
    if Tier.RULE in rules.otherwise:
        yield Fault("otherwise", RULE_IS_NOBODY)
    for row, rule in enumerate(rules.tiers):
        for refusal in _why_never(rule, rules):
            yield Fault(f"tiers-{row}", refusal)
    always = {tier for rule in rules.tiers if rule == TierRule(ask=rule.ask) for tier in rule.ask}
    for row, rule in enumerate(rules.tiers):
        if rule.ask and rule != TierRule(ask=rule.ask) and always.issuperset(rule.ask):
            yield Fault(f"tiers-{row}", ASKS_NO_MORE)


def _why_never(rule: TierRule, rules: CountingRules) -> Iterator[Refusal]:
    if not rule.ask:
        yield ASKS_NOBODY
    if Tier.RULE in rule.ask:
        yield RULE_IS_NOBODY
    if DAY_MINUTES in (rule.over_minutes, rule.over_day_minutes):
        yield NEVER_SO_LONG
    if not set(rule.grades) <= set("ABCDE"):
        yield UNKNOWN_GRADE
    if rule.claimed and set(rule.grades) == {"E"}:
        yield CLAIM_IS_KEYED
    capacities = rule.capacities or tuple(Capacity)
    if rule.kinds and not any(rules.kind_rule(k, c).permille for k in rule.kinds for c in capacities):
        yield KIND_OUT
    if rule.capacities == (Capacity.TRAINING,) and rule.kinds and Kind.TRAINING not in rule.kinds:
        yield TRAINING_APART


def _said_twice(field: str, keys: Sequence[object]) -> Iterator[Fault]:
    for row, key in enumerate(keys):
        if key in keys[:row]:
            yield Fault(f"{field}-{row}", SAID_TWICE)
