"""Which statement belongs to which rule of the radar."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.hours.queries.radar import (
    bulk,
    crowds,
    journeys,
    keyer_shares,
    long_days,
    low_grades,
    overlaps,
    same_minutes,
    same_times,
    twins,
)
from app.hours.queries.radar.scope import Scope, Suspect
from app.hours.rules.radar import Code

Finder = Callable[[Scope, Any], Awaitable[list[Suspect]]]
"""Takes the rule's own thresholds."""

FINDERS: dict[Code, Finder] = {
    Code.LONG_DAY: long_days.find,
    Code.OVERLAP: overlaps.find,
    Code.TRAVEL: journeys.find,
    Code.TWINS: twins.find,
    Code.SAME_TIMES: same_times.find,
    Code.BULK: bulk.find,
    Code.CROWD: crowds.find,
    Code.SAME_MINUTE: same_minutes.find,
    Code.KEYER_SHARE: keyer_shares.find,
    Code.LOW_GRADES: low_grades.find,
}
