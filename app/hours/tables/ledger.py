"""The posting ledger: entries in minutes, what they count for, and which time of a person is taken."""

from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.hours.tables.attendance import Attendance
from app.hours.tables.rule_books import RuleBook
from app.kit.columns import (
    day,
    flag,
    identity,
    instant,
    may_refer,
    optional_day,
    optional_instant,
    optional_text,
    optional_whole,
    record,
    refers,
    text,
    text_or,
    text_or_blank,
    whole,
    whole_or,
)
from app.programs.tables import Line, Period, ServiceKind
from app.shifts.tables import Activity
from app.volunteers.tables import Person


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
    reverses = flag()
    """Whether it takes back the entry it corrects."""
    person = refers(Person)
    agency = refers(Organisation)
    activity = refers(Activity)
    shift_id = whole()
    region = refers(Region)
    service_kind = refers(ServiceKind)
    kind = text_or("service", 20)
    capacity = text(20)
    minutes = whole_or(0)
    grade = text(1)
    starts = instant()
    ends = instant()
    rule_book = refers(RuleBook)
    trace = record()
    """How the time became these minutes, step by step, also when they are 0: `app.hours.rules.counting.Step`."""
    approval_id = whole()
    verified_by = may_refer(Account)
    """Empty when the rule-book lets the time take effect at check-out."""
    posted_at = instant()
    corrects_id = optional_whole()
    corrects_on = optional_day()
    reason = text_or_blank(40)


class Allocation(Table):
    """Which contract line a posting counts for; at most one: constraint `allocation_at_most_once`. Append-only.

    Written in the transaction of its posting: a posting that is to count for another line is reversed and posted anew.
    """

    append_only = True

    id = identity()
    served_on = day()
    posting_id = whole()
    line = refers(Line)
    period = refers(Period)
    minutes = whole_or(0)
    verified_by = may_refer(Account)
    allocated_by = may_refer(Account)
    """Empty when the line is the one its activity was opened under: then nobody chose, so nobody could choose badly."""
    attendance_id = whole_or(0)
    part = optional_text(20)
    """`allocator` when someone chose, which the foreign key `allocation_by_allocator` asks for; else empty."""
    at = instant()


class HeldTime(Table):
    """A stretch of a person's time that an effective posting counts. Two never overlap: `held_time_once`.

    This is the only part of the ledger that changes: a reversal gives the time free again.
    """

    id = identity()
    attendance = refers(Attendance)
    person = refers(Person)
    starts = instant()
    ends = instant()


class DetachedMonth(Table):
    """A month of the ledger that was taken out of the database into a file, and perhaps brought back."""

    id = identity()
    month = day()
    postings = whole()
    file = text(400)
    sha256 = text(64)
    detached_at = instant()
    restored_at = optional_instant()
    note = optional_text(400)
