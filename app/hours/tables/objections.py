"""A person contests what an attendance says; both sides of the talk are kept."""

from piccolo.table import Table

from app.accounts.tables import Account
from app.hours.tables.attendance import Attendance
from app.kit.columns import (
    day,
    encrypted,
    identity,
    instant,
    may_refer,
    optional_instant,
    prose,
    refers,
    text,
)


class Objection(Table):
    """What someone says is wrong with one attendance, and what became of it."""

    id = identity()
    attendance = refers(Attendance)
    raised_by = refers(Account)
    raised_at = instant()
    claim = text(30)
    """What is contested: `app.hours.rules.objecting.Claim`."""
    wanted_in = optional_instant()
    wanted_out = optional_instant()
    status = text(20)
    """`raised`, `upheld`, `refused` or `withdrawn`."""
    held_by = text(20)
    """Who has to answer: `agency`, or `parent` after escalation."""
    due_on = day()
    """The last working day for the answer of whoever holds it."""
    escalated_at = optional_instant()
    decided_by = may_refer(Account)
    decided_at = optional_instant()


class ObjectionWord(Table):
    """One thing said in an objection. Append-only."""

    append_only = True

    id = identity()
    objection = refers(Objection)
    side = text(20)
    """`person`, `agency` or `parent`."""
    by = refers(Account)
    words = prose()
    photo = encrypted()
    """A JPEG without its metadata, sealed; empty for none."""
    at = instant()
