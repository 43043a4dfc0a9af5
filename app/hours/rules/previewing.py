"""Counting a month again under other rules: in the order it was first posted, so that caps fall where they fell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from app.hours.rules.counting import Counted, CountGround, Step, Stretch, count
from app.hours.rules.rule_book import CountingRules, Tier
from app.hours.rules.tiers import TierFacts, tiers_for
from app.kit.rules import N_

MOST_SHOWN = 50
"""So many changes are listed with a preview; the CSV has them all."""

LEFT_ALONE: dict[str, str] = {
    "period_locked": N_("their period is closed"),
    "no_period": N_("no period of the contract covers their day"),
    "month_detached": N_("their month was taken out of the database"),
    "in_approval": N_("they wait for approval and are counted anew there"),
    "time_taken": N_("some of their time counts elsewhere meanwhile"),
}
"""Why posted hours are not counted again, by code."""


class Rated(Struct, frozen=True, kw_only=True):
    """One attendance with its effective posting, as far as counting it again goes."""

    attendance: int
    first_posting: int
    """Its order: whoever was posted first has the first claim on what a day may count."""
    served_on: date
    activity: int
    kind: str
    capacity: str
    grade: str
    minutes: int
    worked: tuple[Stretch, ...]
    people: int
    corrected: bool
    applies: bool
    """Whether the rules that are tried are the ones for it, in the span that is asked about."""
    left_alone: str
    """Why it stays as it is although they are, by the codes of `LEFT_ALONE`; empty for none."""
    tiers: tuple[Tier, ...]
    late_workdays: int
    batch_size: int
    claimed: bool
    exceptions: int
    keyed_share: int

    @property
    def recounted(self) -> bool:
        return self.applies and not self.left_alone

    @property
    def worked_minutes(self) -> int:
        return sum(stretch.minutes for stretch in self.worked)


class Outcome(Struct, frozen=True):
    """What one attendance comes to under the rules that were tried."""

    rated: Rated
    counted: Counted
    tiers: tuple[Tier, ...]
    tier_reasons: tuple[Step, ...]

    @property
    def changed(self) -> bool:
        return self.counted.minutes != self.rated.minutes


def replay(month: Sequence[Rated], rules: CountingRules) -> list[Outcome]:
    """Count one person's month again. What is not counted again keeps its minutes and comes first in every cap."""
    ordered = sorted(month, key=lambda rated: (rated.recounted, rated.first_posting))
    sums: Counter[tuple[object, ...]] = Counter()
    days: Counter[tuple[str, date]] = Counter()
    for rated in ordered:
        days[rated.capacity, rated.served_on] += rated.worked_minutes
    outcomes = []
    for rated in ordered:
        minutes = rated.minutes
        if rated.recounted:
            counted = count(rated.worked, rules, _ground(rated, sums))
            minutes = counted.minutes
            tiers, reasons = tiers_for(_facts(rated, days), rules)
            outcomes.append(Outcome(rated, counted, tuple(tiers), tuple(reasons)))
        sums.update(dict.fromkeys(_accounts(rated), minutes))
    return outcomes


def _accounts(rated: Rated) -> tuple[tuple[object, ...], ...]:
    """The sums that minutes of this attendance go into: its day, its activity, its kind, and the month's grade E."""
    day = (rated.capacity, rated.served_on)
    accounts = (("day", *day), ("activity", *day, rated.activity), ("kind", *day, rated.kind))
    return (*accounts, ("keyed", rated.capacity)) if rated.grade == "E" else accounts


def _ground(rated: Rated, sums: Counter[tuple[object, ...]]) -> CountGround:
    day, activity, kind = _accounts(rated)[:3]
    return CountGround(
        kind=rated.kind,
        capacity=rated.capacity,
        already_that_day=sums[day],
        already_that_activity=sums[activity],
        already_of_kind=sums[kind],
        keyed_minutes_that_month=sums["keyed", rated.capacity],
        grade=rated.grade,
        people=rated.people,
        corrected=rated.corrected,
    )


def _facts(rated: Rated, days: Counter[tuple[str, date]]) -> TierFacts:
    return TierFacts(
        minutes=rated.worked_minutes,
        day_minutes=days[rated.capacity, rated.served_on],
        late_workdays=rated.late_workdays,
        batch_size=rated.batch_size,
        grade=rated.grade,
        kind=rated.kind,
        capacity=rated.capacity,
        claimed=rated.claimed,
        exceptions=rated.exceptions,
        keyed_share=rated.keyed_share,
    )


class Change(Struct, frozen=True):
    """One attendance that would count differently. Names are looked up by whoever shows it."""

    attendance: int
    before: int
    after: int
    why: tuple[Step, ...]


class ActivitySum(Struct, frozen=True):
    """What the attendances of one activity come to, before and after."""

    activity: int
    attendances: int = 0
    changed: int = 0
    before: int = 0
    after: int = 0


class TierSum(Struct, frozen=True):
    """How many attendances were vouched for by these, and would be by those."""

    before: tuple[Tier, ...]
    after: tuple[Tier, ...]
    attendances: int


class Preview(Struct, frozen=True, kw_only=True):
    """What a version would change on real months, as far as it was looked at."""

    run: str = ""
    """Which asking this answers: an older one stops."""
    months: int = 0
    """Months of people there are to look at in all."""
    months_done: int = 0
    looked_at: int = 0
    changed: int = 0
    people_changed: int = 0
    before: int = 0
    after: int = 0
    left_alone: dict[str, int] = {}
    activities: tuple[ActivitySum, ...] = ()
    tiers: tuple[TierSum, ...] = ()
    changes: tuple[Change, ...] = ()
    """The first of them."""

    @property
    def difference(self) -> int:
        return self.after - self.before


def add_month(preview: Preview, month: Sequence[Rated], outcomes: Sequence[Outcome]) -> Preview:
    """The preview with one more month of one person."""
    changed = [outcome for outcome in outcomes if outcome.changed]
    left = Counter(preview.left_alone)
    left.update(rated.left_alone for rated in month if rated.applies and rated.left_alone)
    room = MOST_SHOWN - len(preview.changes)
    return replace(
        preview,
        months_done=preview.months_done + 1,
        looked_at=preview.looked_at + len(outcomes),
        changed=preview.changed + len(changed),
        people_changed=preview.people_changed + bool(changed),
        before=preview.before + sum(outcome.rated.minutes for outcome in outcomes),
        after=preview.after + sum(outcome.counted.minutes for outcome in outcomes),
        left_alone=dict(left),
        activities=_by_activity(preview.activities, outcomes),
        tiers=_by_tiers(preview.tiers, outcomes),
        changes=(*preview.changes, *(change_of(outcome) for outcome in changed[:room])),
    )


def change_of(outcome: Outcome) -> Change:
    """The change as it is kept: with the steps that took or gave something."""
    why = tuple(step for step in outcome.counted.trace if step.code not in ("worked", "together", "counted"))
    return Change(outcome.rated.attendance, outcome.rated.minutes, outcome.counted.minutes, why)


def _by_activity(sums: Iterable[ActivitySum], outcomes: Iterable[Outcome]) -> tuple[ActivitySum, ...]:
    found = {each.activity: each for each in sums}
    for outcome in outcomes:
        key, now = outcome.rated.activity, outcome.counted.minutes
        old = found.get(key, ActivitySum(key))
        found[key] = ActivitySum(
            key,
            old.attendances + 1,
            old.changed + outcome.changed,
            old.before + outcome.rated.minutes,
            old.after + now,
        )
    return tuple(found[key] for key in sorted(found))


def _by_tiers(sums: Iterable[TierSum], outcomes: Iterable[Outcome]) -> tuple[TierSum, ...]:
    found = Counter({(each.before, each.after): each.attendances for each in sums})
    found.update((outcome.rated.tiers, outcome.tiers) for outcome in outcomes)
    return tuple(TierSum(before, after, number) for (before, after), number in sorted(found.items()))
