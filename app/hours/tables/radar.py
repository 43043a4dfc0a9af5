"""The integrity radar: its rules as dated data, and what it found."""

from piccolo.table import Table

from app.accounts.tables import Account, Organisation
from app.kit.columns import (
    day,
    flag,
    identity,
    instant,
    may_refer,
    optional_day,
    optional_instant,
    prose,
    record,
    refers,
    text,
    text_or_blank,
    whole_or,
)


class RadarRule(Table):
    """One rule's thresholds from a day on; the newest row of a code holds. Append-only."""

    append_only = True

    id = identity()
    code = text(30)
    applies_from = day()
    thresholds = record()
    """Shape: the rule's own Struct in `app.hours.rules.radar`."""
    weight = whole_or(1)
    """How much one finding takes from an agency's score."""
    enabled = flag(default=True)
    set_by = may_refer(Account)
    set_at = instant()


class RadarFinding(Table):
    """Something that looks wrong, with its reasons, and what came of looking into it."""

    id = identity()
    rule = text(30)
    key = text(160)
    """The same thing found again is the same finding: `radar_finding_once`."""
    agency = may_refer(Organisation)
    person_id = whole_or(0)
    account_id = whole_or(0)
    """The keyer, where the rule is about one; 0 for none."""
    served_on = optional_day()
    facts = record()
    found_at = instant()
    status = text(20)
    """`open`, `explained`, `corrected` or `misuse`."""
    outcome = prose()
    settled_by = may_refer(Account)
    settled_at = optional_instant()
    held_by = text_or_blank(20)
    """Whose turn it is: `agency` to explain, `funder` to decide; blank once it is settled."""


class RadarWord(Table):
    """What the agency or whoever decides said about a finding. Append-only."""

    append_only = True

    id = identity()
    finding = refers(RadarFinding)
    side = text(20)
    """`agency` or `funder`."""
    said_by = refers(Account)
    words = prose()
    said_at = instant()
