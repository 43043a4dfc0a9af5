"""Who must vouch for an attendance: every row of the rule-book that fits is heard, and each says why."""

from collections.abc import Iterator

from msgspec import Struct

from app.hours.rules.counting import Step
from app.hours.rules.rule_book import ORDER, CountingRules, Tier, TierRule
from app.kit.rules import N_

TIERS: dict[Tier, str] = {
    Tier.RULE: N_("the rule-book"),
    Tier.AGENCY: N_("the agency"),
    Tier.SECOND: N_("a second person"),
    Tier.PARENT: N_("the parent body"),
}

TIER_STEPS: dict[str, str] = {
    "tier_long": N_("More than %(over)s at a stretch: %(ask)s."),
    "tier_long_day": N_("More than %(over)s in one day: %(ask)s."),
    "tier_late": N_("Entered more than %(days)s working days afterwards: %(ask)s."),
    "tier_batch": N_("%(batch)s keyed at once: %(ask)s."),
    "tier_grade": N_("Evidence of grade %(grade)s: %(ask)s."),
    "tier_kind": N_("%(kind)s: %(ask)s."),
    "tier_capacity": N_("Served as %(capacity)s: %(ask)s."),
    "tier_claimed": N_("The person's own claim: %(ask)s."),
    "tier_exceptions": N_("Unusual things about the times, %(exceptions)s in number: %(ask)s."),
    "tier_keyed_share": N_("More than %(permille)s of what the agency posted this month was keyed by staff: %(ask)s."),
    "tier_always": N_("Asked for everything: %(ask)s."),
    "tier_otherwise": N_("No special case: %(ask)s."),
    "tier_nobody": N_("Takes effect at check-out: the rule-book asks nobody."),
}


class TierFacts(Struct, frozen=True, kw_only=True):
    """What decides who must vouch."""

    minutes: int
    """Worked in this attendance, before any rule is applied."""
    day_minutes: int
    """Worked by the person on that day in all, this included, before any rule is applied."""
    late_workdays: int = 0
    """Working days between the day of service and the last entry of its times."""
    batch_size: int = 1
    grade: str = ""
    kind: str = "service"
    capacity: str = "volunteer"
    claimed: bool = False
    exceptions: int = 0
    keyed_share: int = 0
    """Permille of the agency's minutes of that month that are grade E."""


def tiers_for(facts: TierFacts, rules: CountingRules) -> tuple[list[Tier], list[Step]]:
    """Who must vouch, in order, and why. Nobody: the time takes effect at check-out."""
    asked: set[Tier] = set()
    steps: list[Step] = []
    for rule in rules.tiers:
        reasons = _why(rule, facts, rules)
        if reasons is not None:
            asked.update(rule.ask)
            steps += _said(reasons or [Step("tier_always")], rule.ask)
    if not steps:
        asked.update(rules.otherwise)
        steps = _said([Step("tier_otherwise" if rules.otherwise else "tier_nobody")], rules.otherwise)
    if Tier.SECOND in asked:  # there is no second person without a first
        asked.add(Tier.AGENCY)
    return [tier for tier in ORDER if tier in asked], steps


def _why(rule: TierRule, facts: TierFacts, rules: CountingRules) -> list[Step] | None:
    """The conditions of a rule as reasons; None when one of them does not hold."""
    conditions = list(_conditions(rule, facts, rules))
    return [step for _, step in conditions] if all(holds for holds, _ in conditions) else None


def _conditions(rule: TierRule, facts: TierFacts, rules: CountingRules) -> Iterator[tuple[bool, Step]]:
    """Each thing the rule states: whether it holds, and how it is said."""
    if rule.over_minutes is not None:
        yield facts.minutes > rule.over_minutes, Step("tier_long", {"over": rule.over_minutes})
    if rule.over_day_minutes is not None:
        yield facts.day_minutes > rule.over_day_minutes, Step("tier_long_day", {"over": rule.over_day_minutes})
    if rule.late:
        late = rules.late_after_workdays
        yield facts.late_workdays > late, Step("tier_late", {"days": late})
    if rule.batch_from is not None:
        yield facts.batch_size >= rule.batch_from, Step("tier_batch", {"batch": facts.batch_size})
    if rule.grades:
        yield facts.grade in rule.grades, Step("tier_grade", {"grade": facts.grade})
    if rule.kinds:
        yield facts.kind in rule.kinds, Step("tier_kind", {"kind": facts.kind})
    if rule.capacities:
        yield facts.capacity in rule.capacities, Step("tier_capacity", {"capacity": facts.capacity})
    if rule.claimed:
        yield facts.claimed, Step("tier_claimed")
    if rule.exceptions_from is not None:
        yield facts.exceptions >= rule.exceptions_from, Step("tier_exceptions", {"exceptions": facts.exceptions})
    if rule.keyed_share_over is not None:
        share = rule.keyed_share_over
        yield facts.keyed_share > share, Step("tier_keyed_share", {"permille": share})


def _said(steps: list[Step], ask: tuple[Tier, ...]) -> list[Step]:
    """The steps with who is asked; tiers are spelled in the order they are asked."""
    spelled = " ".join(tier for tier in ORDER if tier in ask)
    return [Step(step.code, {**step.figures, "ask": spelled}) for step in steps]
