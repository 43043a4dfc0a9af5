"""What counts, how well it is evidenced, where it stands, and who may vouch for it: pure decisions."""

from app.hours.rules.approving import CONSTRAINTS, ENTRY_REASONS, REASONS, UNDOING, Reason, next_tier
from app.hours.rules.counting import PLAIN, STEPS, Counted, CountGround, Step, Stretch, count
from app.hours.rules.flags import FLAGS, Flag, flags
from app.hours.rules.grading import GRADES, Grade, grade
from app.hours.rules.punches import Clocked, Raw, put_together
from app.hours.rules.rule_book import CountingRules, Fault, Rounding, Tier, TierRule, faults
from app.hours.rules.statuses import MOVES, Event, Status, after, known_by
from app.hours.rules.tiers import TIER_STEPS, TIERS, TierFacts, tiers_for
from app.hours.rules.times import Times

__all__ = [
    "CONSTRAINTS",
    "ENTRY_REASONS",
    "FLAGS",
    "GRADES",
    "MOVES",
    "PLAIN",
    "REASONS",
    "STEPS",
    "TIERS",
    "TIER_STEPS",
    "UNDOING",
    "Clocked",
    "CountGround",
    "Counted",
    "CountingRules",
    "Event",
    "Fault",
    "Flag",
    "Grade",
    "Raw",
    "Reason",
    "Rounding",
    "Status",
    "Step",
    "Stretch",
    "Tier",
    "TierFacts",
    "TierRule",
    "Times",
    "after",
    "count",
    "faults",
    "flags",
    "grade",
    "known_by",
    "next_tier",
    "put_together",
    "tiers_for",
]
