"""What counts, how well it is evidenced, where it stands, and who may vouch for it: pure decisions."""

from app.hours.rules.approving import CONSTRAINTS, REASONS, Reason
from app.hours.rules.counting import STEPS, Counted, CountingRules, Step, Stretch, count
from app.hours.rules.flags import FLAGS, Flag, flags
from app.hours.rules.grading import GRADES, Grade, grade
from app.hours.rules.punches import Clocked, Raw, put_together
from app.hours.rules.statuses import MOVES, Event, Status, after, known_by
from app.hours.rules.times import Times

__all__ = [
    "CONSTRAINTS",
    "FLAGS",
    "GRADES",
    "MOVES",
    "REASONS",
    "STEPS",
    "Clocked",
    "Counted",
    "CountingRules",
    "Event",
    "Flag",
    "Grade",
    "Raw",
    "Reason",
    "Status",
    "Step",
    "Stretch",
    "Times",
    "after",
    "count",
    "flags",
    "grade",
    "known_by",
    "put_together",
]
