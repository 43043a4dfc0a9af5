"""What every package leans on: events waiting to leave, forms that were already taken, and files on their way in."""

from piccolo.table import Table

from app.kit.columns import (
    digest,
    encrypted,
    identity,
    instant,
    optional_instant,
    optional_whole,
    prose,
    record,
    refers,
    text,
    text_or_blank,
    whole,
    whole_or,
    words,
)


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


class ImportRun(Table):
    """One file on its way in. Whose it is, is kept as plain numbers: this package knows no organisations."""

    id = identity()
    kind = text(40)
    organisation_id = whole()
    account_id = whole()
    filename = text(200)
    file_digest = digest()
    headers = record()
    headers_digest = digest()
    remarks = words()
    mapping = record()
    """Shape: `app.kit.importing.shapes.Mapping`."""
    status = text(20)
    rows_total = whole_or(0)
    rows_done = whole_or(0)
    tally = record()
    """Shape: `app.kit.importing.shapes.Tally`."""
    started_at = instant()
    finished_at = optional_instant()


class ImportRow(Table):
    """One row of a file: its cells, and what became of it."""

    id = identity()
    run = refers(ImportRun)
    number = whole_or(0)
    """Its place among the rows that hold something; the first below the headers is 1."""
    cells = encrypted()
    outcome = encrypted()
    """Shape: `app.kit.importing.shapes.Outcome`."""
    standing = text_or_blank(20)
    codes = words()
    """The codes of its notes and the fields of its faults, to find rows by."""
    key_digest = digest()
    target_id = optional_whole()


class ImportMapping(Table):
    """Which column is what, remembered for an organisation and a set of headers."""

    id = identity()
    kind = text(40)
    organisation_id = whole()
    headers_digest = digest()
    mapping = record()
    saved_by = whole()
    saved_at = instant()


class ImportSeen(Table):
    """Something that was imported: what it became, and a digest of what was taken, to know it again."""

    id = identity()
    kind = text(40)
    organisation_id = whole()
    key_digest = digest()
    values_digest = digest()
    target_id = whole()
    run = refers(ImportRun)
