"""Rule-books: drafts that change, versions that never do, and the re-rating of old hours under a newer version."""

from piccolo.table import Table

from app.accounts.tables import Account, Organisation
from app.kit.columns import (
    day,
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
from app.programs.tables import Contract


class RuleBook(Table):
    """A published version of the counting rules, from a day on. Append-only: a change is another version.

    For one contract; else for all contracts of one funder; else, with both empty, for the city.
    """

    append_only = True

    id = identity()
    contract = may_refer(Contract)
    funder = may_refer(Organisation)
    version = text(20)
    applies_from = day()
    rules = record()
    """Shape: `app.hours.rules.CountingRules`."""
    note = prose()
    """Why it was published, in its publisher's words."""
    published_at = instant()
    published_by = may_refer(Account)
    """Empty for the version a city starts with."""


class RuleBookDraft(Table):
    """A version being prepared, with the preview of what it would change."""

    id = identity()
    contract = may_refer(Contract)
    funder = may_refer(Organisation)
    version = text(20)
    applies_from = day()
    rules = record()
    note = prose()
    made_by = refers(Account)
    made_at = instant()
    preview_from = optional_day()
    preview_before = optional_day()
    preview_status = text_or_blank(20)
    """Blank, `asked`, `made` or `failed`."""
    preview = record()
    """Shape: `app.hours.rules.previewing.Preview`."""
    previewed_at = optional_instant()
    published_as = may_refer(RuleBook)


class Rerating(Table):
    """An act of its own: old hours counted again under a published rule-book, by reversals."""

    id = identity()
    rule_book = refers(RuleBook)
    from_on = day()
    to_before = day()
    reason = prose()
    asked_by = refers(Account)
    asked_at = instant()
    status = text(20)
    """`waiting`, `running`, `done` or `failed`."""
    looked_at = whole_or(0)
    changed = whole_or(0)
    minutes_before = whole_or(0)
    minutes_after = whole_or(0)
    left_alone = record()
    """How many were not touched, by the code of the reason: a closed period, a detached month."""
    done_at = optional_instant()
