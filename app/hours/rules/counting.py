"""What a minute counts as: the rule-book's figures applied to the time worked, every step said."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from msgspec import Struct

from app.hours.rules.rule_book import DAY_MINUTES, TOLERANCE_MINUTES, WHOLE, CountingRules, Rounding
from app.kit.rules import N_

__all__ = [
    "DAY_MINUTES",
    "PLAIN",
    "STEPS",
    "TOLERANCE_MINUTES",
    "CountGround",
    "Counted",
    "CountingRules",
    "Step",
    "Stretch",
    "count",
]


class Stretch(Struct, frozen=True):
    """Time from one instant up to, not including, another."""

    starts: datetime
    ends: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes as clocks show them: 14:00:40 to 16:00:10 is two hours.

        In UTC, because two times of one zone would be subtracted by the wall clock, wrong on a day of changed clocks.
        """
        worked = _on_the_minute(self.ends) - _on_the_minute(self.starts)
        return int(worked.total_seconds()) // 60


class Step(Struct, frozen=True):
    """One step of a count; `STEPS` has the sentence.

    Figures are minutes, unless `PLAIN` says how else their name is shown; text is an instant in ISO form, or codes.
    """

    code: str
    figures: dict[str, int | str] = {}


class Counted(Struct, frozen=True):
    """How many minutes count, and how that came about."""

    minutes: int
    trace: tuple[Step, ...]


class CountGround(Struct, frozen=True, kw_only=True):
    """What else decides how much of the time worked counts."""

    kind: str = "service"
    capacity: str = "volunteer"
    already_that_day: int = 0
    """Minutes that count already for this person, day and capacity."""
    already_that_activity: int = 0
    """Those of them that count for this activity."""
    already_of_kind: int = 0
    """Those of them that are of this kind."""
    keyed_minutes_that_month: int = 0
    """Minutes of grade E that count already for this person and month."""
    grade: str | None = None
    people: int = 1
    """How many serve together on the shift, this person included."""
    corrected: bool = False


STEPS: dict[str, str] = {
    "worked": N_("%(starts)s to %(ends)s: %(minutes)s."),
    "corrected": N_("The corrected times count instead of the punches."),
    "together": N_("Together %(minutes)s."),
    "nothing": N_("No time between arriving and leaving: 0 min."),
    "kind_out": N_("%(kind)s does not count by the rule-book: 0 min."),
    "break_off": N_("More than %(after)s without a break of %(off)s: %(taken)s taken off, %(minutes)s left."),
    "too_short": N_("Less than %(least)s does not count, so this counts 0 min."),
    "kind_share": N_("%(kind)s counts %(permille)s: %(minutes)s."),
    "group_share": N_("%(people)s serve together, so time counts %(permille)s: %(minutes)s."),
    "rounded": N_("Rounded down to whole steps of %(step)s: %(minutes)s."),
    "rounded_nearest": N_("Rounded to the nearest whole step of %(step)s: %(minutes)s."),
    "rounded_up": N_("Rounded up to whole steps of %(step)s: %(minutes)s."),
    "activity_full": N_(
        "At most %(most)s of one activity count in one day, and %(already)s count already: %(minutes)s left."
    ),
    "kind_full": N_(
        "At most %(most)s of this kind (%(kind)s) count in one day, and %(already)s count already: %(minutes)s left."
    ),
    "day_full": N_("At most %(most)s count in one day, and %(already)s of this day count already: %(minutes)s left."),
    "keyed_full": N_(
        "At most %(most)s keyed by staff (grade E) count in one month, and %(already)s count already: %(minutes)s left."
    ),
    "counted": N_("Counted: %(minutes)s."),
}

PLAIN: dict[str, str] = {
    "kind": "kind",
    "permille": "permille",
    "people": "number",
    "batch": "number",
    "days": "number",
    "exceptions": "number",
    "grade": "code",
    "capacity": "capacity",
    "ask": "tiers",
}
"""How figures that are neither minutes nor instants are shown, by their name."""

_ROUNDED = {Rounding.DOWN: "rounded", Rounding.NEAREST: "rounded_nearest", Rounding.UP: "rounded_up"}


def count(worked: Sequence[Stretch], rules: CountingRules, ground: CountGround | None = None) -> Counted:
    """Count the time worked under the rules. The last step says what counts, also when that is nothing."""
    ground = ground or CountGround()
    trace = [Step("corrected")] if ground.corrected else []
    trace += [
        Step("worked", {"starts": _iso(each.starts), "ends": _iso(each.ends), "minutes": each.minutes})
        for each in worked
    ]
    minutes = max(sum(each.minutes for each in worked), 0)
    if len(worked) > 1:
        trace.append(Step("together", {"minutes": minutes}))
    if minutes == 0:
        return Counted(0, (*trace, Step("nothing")))
    kind = rules.kind_rule(ground.kind, ground.capacity)
    if kind.permille == 0:
        return Counted(0, (*trace, Step("kind_out", {"kind": ground.kind})))
    minutes = _without_break(minutes, worked, rules, trace)
    if minutes < rules.least_minutes:
        return Counted(0, (*trace, Step("too_short", {"least": rules.least_minutes})))
    minutes = _share(minutes, kind.permille, Step("kind_share", {"kind": ground.kind}), trace)
    together = Step("group_share", {"people": ground.people})
    minutes = _share(minutes, rules.group_permille(ground.people), together, trace)
    minutes = _rounded(minutes, rules, trace)
    minutes = _capped(minutes, rules, ground, trace)
    return Counted(minutes, (*trace, Step("counted", {"minutes": minutes})))


def _without_break(minutes: int, worked: Sequence[Stretch], rules: CountingRules, trace: list[Step]) -> int:
    """Take off the longest break that is due and was not punched; never so much that less work counts more."""
    ordered = sorted(worked, key=lambda each: each.starts)
    rested = max((Stretch(one.ends, other.starts).minutes for one, other in pairwise(ordered)), default=0)
    taken, due = max(
        (
            (min(rule.off_minutes, minutes - rule.after_minutes), rule)
            for rule in rules.breaks
            if minutes > rule.after_minutes and rested < rule.off_minutes
        ),
        key=lambda each: each[0],
        default=(0, None),
    )
    if due is None or taken == 0:
        return minutes
    left = minutes - taken
    figures: dict[str, int | str] = {"after": due.after_minutes, "off": due.off_minutes, "taken": taken}
    trace.append(Step("break_off", {**figures, "minutes": left}))
    return left


def _share(minutes: int, permille: int, step: Step, trace: list[Step]) -> int:
    if permille == WHOLE:
        return minutes
    shared = minutes * permille // WHOLE
    trace.append(Step(step.code, {**step.figures, "permille": permille, "minutes": shared}))
    return shared


def _rounded(minutes: int, rules: CountingRules, trace: list[Step]) -> int:
    step = rules.round_to_minutes
    extra = {Rounding.DOWN: 0, Rounding.NEAREST: step // 2, Rounding.UP: step - 1}[rules.rounding]
    rounded = (minutes + extra) // step * step
    if rounded != minutes:
        trace.append(Step(_ROUNDED[rules.rounding], {"step": step, "minutes": rounded}))
    return rounded


def _capped(minutes: int, rules: CountingRules, ground: CountGround, trace: list[Step]) -> int:
    of_kind = rules.kind_rule(ground.kind, ground.capacity).most_minutes_a_day
    keyed = rules.most_keyed_minutes_a_month if ground.grade == "E" else None
    kind: dict[str, int | str] = {"kind": ground.kind}
    caps: list[tuple[str, int | None, int, dict[str, int | str]]] = [
        ("activity_full", rules.most_minutes_an_activity, ground.already_that_activity, {}),
        ("kind_full", of_kind, ground.already_of_kind, kind),
        ("day_full", rules.most_minutes_a_day, ground.already_that_day, {}),
        ("keyed_full", keyed, ground.keyed_minutes_that_month, {}),
    ]
    for code, most, already, figures in caps:
        left = minutes if most is None else max(most - already, 0)
        if minutes > left and most is not None:
            trace.append(Step(code, {**figures, "most": most, "already": already, "minutes": left}))
            minutes = left
    return minutes


def _on_the_minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def _iso(instant: datetime) -> str:
    return _on_the_minute(instant).isoformat()
