"""Attendance with its four times, rule-books, approvals, the posting ledger and its allocations."""

from piccolo.columns import Array, BigInt
from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    day,
    identity,
    instant,
    may_refer,
    numbers,
    optional_day,
    optional_instant,
    optional_whole,
    prose,
    record,
    refers,
    text,
    text_or_blank,
    whole,
    whole_or,
)
from app.programs.tables import Contract, Line, Period, ServiceKind
from app.shifts.tables import Activity, Shift, Signup
from app.volunteers.tables import Person


class RuleBook(Table):
    """A version of the counting rules from a day on; for one contract, or for the city when `contract` is empty."""

    id = identity()
    contract = may_refer(Contract)
    version = text(20)
    applies_from = day()
    rules = record()
    """Shape: `app.hours.rules.CountingRules`."""
    published_at = instant()


class Attendance(Table):
    """One person at one shift. Planned, raw, adjusted and counted time are four separate things."""

    id = identity()
    signup = refers(Signup)
    shift = refers(Shift)
    person = refers(Person)
    account_id = whole_or(0)
    """The person's account when attendance began, 0 for none: whoever it is may not approve this."""
    agency = refers(Organisation)
    activity = refers(Activity)
    line = may_refer(Line)
    service_kind = refers(ServiceKind)
    region = refers(Region)
    capacity = text(20)
    served_on = day()
    planned_starts = instant()
    planned_ends = instant()
    raw_in = optional_instant()
    raw_out = optional_instant()
    raw_minutes = optional_whole()
    """The sum of the punched pairs: less than out minus in when someone went away and came back."""
    adjusted_in = optional_instant()
    adjusted_out = optional_instant()
    adjusted_reason = text_or_blank(40)
    counted_minutes = optional_whole()
    """What the rule-book makes of the adjusted (else raw) time; empty until it can be counted."""
    counted_trace = record()
    rule_book = may_refer(RuleBook)
    grade = text_or_blank(1)
    recorders = numbers()
    """Accounts that keyed or adjusted it: none of them may approve it."""
    confirmed_at = optional_instant()
    """When the person served said that it happened."""
    status = text(20)
    """`expected`, `present`, `recorded`, `returned`, `posted` or `no_show`: see `app.hours.rules.statuses`."""


class Adjustment(Table):
    """A correction of time with its reason; the raw punches stay as they are. Append-only."""

    append_only = True

    id = identity()
    attendance = refers(Attendance)
    from_in = optional_instant()
    from_out = optional_instant()
    to_in = instant()
    to_out = instant()
    reason = text(40)
    note = prose()
    by = refers(Account)
    at = instant()


class Approval(Table):
    """Someone vouches for an attendance, or returns it. Append-only.

    `recorders` and `person_account` repeat the attendance's (a foreign key holds them equal), so that the database
    itself refuses an approval by a recorder or of one's own hours. A return has no `recorders`: it vouches for nothing,
    and whoever corrects the attendance afterwards joins the attendance's recorders.
    """

    append_only = True

    id = identity()
    attendance = refers(Attendance)
    entry = whole_or(1)
    """1 for the first approval of this attendance, 2 for the next after a reversal …"""
    decision = text(20)
    approved_by = refers(Account)
    recorders = Array(base_column=BigInt(), null=True, default=None)
    person_account = whole_or(0)
    note = prose()
    at = instant()


class Posting(Table):
    """One ledger entry in minutes, append-only, partitioned by month of service.

    A correction is a pair: a reversal (negative minutes) and a new posting, both naming the one they correct.
    """

    append_only = True

    id = identity()
    served_on = day()
    attendance_id = whole()
    entry = whole_or(1)
    """1 for the first posting of an attendance, then 2 (its reversal), 3 (the new one) …"""
    person = refers(Person)
    agency = refers(Organisation)
    activity = refers(Activity)
    shift_id = whole()
    region = refers(Region)
    service_kind = refers(ServiceKind)
    capacity = text(20)
    minutes = whole_or(0)
    grade = text(1)
    starts = instant()
    ends = instant()
    rule_book = refers(RuleBook)
    approval_id = whole()
    verified_by = refers(Account)
    posted_at = instant()
    corrects_id = optional_whole()
    corrects_on = optional_day()
    reason = text_or_blank(40)


class Allocation(Table):
    """Which contract line a posting counts for; at most one: constraint `allocation_at_most_once`. Append-only."""

    append_only = True

    id = identity()
    served_on = day()
    posting_id = whole()
    line = refers(Line)
    period = refers(Period)
    minutes = whole_or(0)
    verified_by = refers(Account)
    allocated_by = may_refer(Account)
    """Empty when the line is the one its activity was opened under: then nobody chose, so nobody could choose badly."""
    at = instant()
