"""What every package leans on: events waiting to leave, and forms that were already taken."""

from piccolo.table import Table

from app.kit.columns import identity, instant, optional_instant, prose, record, text, whole_or


class Outbox(Table):
    """An event written in the transaction that caused it. `done_at` empty means it still has to have its effect."""

    id = identity()
    event = text(80)
    payload = record()
    created_at = instant()
    due_at = instant()
    done_at = optional_instant()
    attempts = whole_or(0)
    error = prose()


class FormReceipt(Table):
    """A form that was taken once, and where its sender was led: sending it again leads there too."""

    id = identity()
    token = text(64)
    location = text(400)
    taken_at = instant()
