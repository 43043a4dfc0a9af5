"""Attendance with its four times, who had which part in it, what is unusual about it, and who vouched for it."""

from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.hours.tables.rule_books import RuleBook
from app.kit.columns import (
    day,
    flag,
    identity,
    instant,
    may_refer,
    numbers,
    optional_instant,
    optional_text,
    optional_whole,
    prose,
    record,
    refers,
    text,
    text_or,
    text_or_blank,
    whole_or,
    words,
)
from app.programs.tables import Line, ServiceKind
from app.shifts.tables import Activity, Shift, Signup
from app.volunteers.tables import Person


class Attendance(Table):
    """One person at one shift. Planned, raw, adjusted and counted time are four separate things."""

    id = identity()
    signup = refers(Signup)
    kind = text_or("service", 20)
    """What the time was: `app.hours.rules.kinds`. The shift's own, or another kind claimed beside it."""
    origin = text_or("shift", 20)
    """`shift`, `roster` (typed from paper) or `claim` (time of another kind, claimed by the person)."""
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
    """`volunteer`, `staff` or `training`: the three never mix."""
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
    tiers = words()
    """Who must vouch for it, in order, by the rule-book: `app.hours.rules.tiers`. Empty: effective at check-out."""
    tier_reasons = record()
    """Why these: steps of a trace, as in `counted_trace`."""
    turn = whole_or(1)
    """How often it has been through approval: a return or an undoing begins the next turn."""
    vouched = whole_or(0)
    """How many of the tiers have vouched in this turn."""
    confirmed_at = optional_instant()
    """When the person served said that it happened."""
    status = text(20)
    """See `app.hours.rules.statuses`."""


class Part(Table):
    """Who had which part in an attendance: `recorder`, `verifier` or `allocator`. One account has one. Append-only.

    Approvals, adjustments and allocations refer to it together with the part, so the database itself refuses that
    whoever recorded also verifies, or whoever verified also allocates. The person's own account is a recorder.
    """

    append_only = True

    id = identity()
    attendance = refers(Attendance)
    account = refers(Account)
    part = text(20)


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
    part = text_or("recorder", 20)
    """Always `recorder`: what the foreign key `adjustment_by_recorder` asks for."""
    batch_size = whole_or(1)
    """How many were keyed in the same act: a typed-in roster is looked at more closely than one correction."""
    at = instant()


class TimeException(Table):
    """Something unusual about an attendance's times, and how someone settled it. Never repaired silently."""

    id = identity()
    attendance = refers(Attendance)
    code = text(30)
    facts = record()
    """Figures for the sentence of its code: see `app.hours.rules.exceptions`."""
    found_at = instant()
    standing = flag(default=True)
    """Whether the times still show it; one that went away by itself (a late punch arrived) stays on record."""
    action = text_or_blank(20)
    """How it was settled: `kept`, `adjusted`, `missed`; blank while it waits."""
    reason = text_or_blank(40)
    note = prose()
    settled_by = may_refer(Account)
    settled_at = optional_instant()


class Approval(Table):
    """Someone vouches for an attendance, or returns it; the rule-book itself may, and names nobody. Append-only."""

    append_only = True

    id = identity()
    attendance = refers(Attendance)
    turn = whole_or(1)
    step = whole_or(1)
    """1 for the first of the attendance's tiers, 2 for the second …"""
    tier = text_or("agency", 20)
    decision = text(20)
    approved_by = may_refer(Account)
    part = optional_text(20)
    """`verifier` for an approval by someone, which the foreign key `approval_by_verifier` asks for; else empty."""
    note = prose()
    at = instant()


class SampleDraw(Table):
    """One seeded draw of clean attendances for a call-back, so that anyone can draw it again. Append-only."""

    append_only = True

    id = identity()
    agency = refers(Organisation)
    drawn_on = day()
    seed = text(64)
    permille = whole_or(0)
    among = numbers()
    """The attendances it was drawn from, in order."""
    drawn = numbers()
    at = instant()


class CallBack(Table):
    """One attendance drawn for a call-back: the person served, or who was there, is asked whether it happened so."""

    id = identity()
    attendance = refers(Attendance)
    draw = refers(SampleDraw)
    status = text(20)
    """`waiting`, `agrees`, `differs` or `unreachable`."""
    answer = prose()
    asked_by = may_refer(Account)
    asked_at = optional_instant()
    tries = whole_or(0)
