"""What a minute counts as: the rule-book's figures applied to the time worked, every step said."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from app.kit.rules import N_

DAY_MINUTES = 24 * 60
TOLERANCE_MINUTES = 10


class CountingRules(Struct, frozen=True, kw_only=True):
    """One version of a rule-book, as its row keeps it."""

    least_minutes: Annotated[int, Meta(ge=0)]
    """Less than this counts as nothing."""
    round_to_minutes: Annotated[int, Meta(ge=1)]
    """Time counts in whole steps of this, rounded down."""
    most_minutes_a_day: Annotated[int, Meta(ge=0, le=DAY_MINUTES)]
    """What one person can be credited for one day, in one capacity."""
    tolerance_minutes: Annotated[int, Meta(ge=0)] = TOLERANCE_MINUTES
    """How far from the plan someone may be before it is pointed out; it changes no minute."""


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
    """One step of a count. `figures` holds minutes by name, and instants as ISO text; `STEPS` has the sentence."""

    code: str
    figures: dict[str, int | str] = {}


class Counted(Struct, frozen=True):
    """How many minutes count, and how that came about."""

    minutes: int
    trace: tuple[Step, ...]


STEPS: dict[str, str] = {
    "worked": N_("%(starts)s to %(ends)s: %(minutes)s."),
    "corrected": N_("The corrected times count instead of the punches."),
    "together": N_("Together %(minutes)s."),
    "nothing": N_("No time between arriving and leaving: 0 min."),
    "too_short": N_("Less than %(least)s does not count, so this counts 0 min."),
    "rounded": N_("Rounded down to whole steps of %(step)s: %(minutes)s."),
    "day_full": N_("At most %(most)s count in one day, and %(already)s of this day count already: %(minutes)s left."),
    "counted": N_("Counted: %(minutes)s."),
}


def count(worked: Sequence[Stretch], rules: CountingRules, already_that_day: int, corrected: bool = False) -> Counted:
    """Count the time worked under the rules, when `already_that_day` minutes of that day count already."""
    trace = [Step("corrected")] if corrected else []
    trace += [
        Step("worked", {"starts": _iso(each.starts), "ends": _iso(each.ends), "minutes": each.minutes})
        for each in worked
    ]
    minutes = sum(each.minutes for each in worked)
    if len(worked) > 1:
        trace.append(Step("together", {"minutes": minutes}))
    if minutes == 0:
        return Counted(0, (*trace, Step("nothing")))
    if minutes < rules.least_minutes:
        return Counted(0, (*trace, Step("too_short", {"least": rules.least_minutes})))
    rounded = minutes - minutes % rules.round_to_minutes
    if rounded != minutes:
        trace.append(Step("rounded", {"step": rules.round_to_minutes, "minutes": rounded}))
    left = max(rules.most_minutes_a_day - already_that_day, 0)
    if rounded > left:
        figures: dict[str, int | str] = {"most": rules.most_minutes_a_day, "already": already_that_day, "minutes": left}
        trace.append(Step("day_full", figures))
    counted = min(rounded, left)
    return Counted(counted, (*trace, Step("counted", {"minutes": counted})))


def _on_the_minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def _iso(instant: datetime) -> str:
    return _on_the_minute(instant).isoformat()
