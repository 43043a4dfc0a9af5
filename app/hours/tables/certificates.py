"""Certificates: snapshots of named postings that anyone can verify; and the dated table of stars."""

from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    day,
    identity,
    instant,
    may_refer,
    optional_day,
    prose,
    record,
    refers,
    text,
    whole,
    whole_or,
)
from app.volunteers.tables import Person


class Certificate(Table):
    """What one person's record said when it was drawn. Superseded when one of its postings is reversed. Append-only."""

    append_only = True

    id = identity()
    number = text(40)
    token = text(64)
    """The unguessable part of the public verify page's address."""
    person = refers(Person)
    drawn_by = refers(Account)
    agency = may_refer(Organisation)
    """Only hours recorded by this body; empty for all."""
    from_on = day()
    to_before = day()
    drawn_at = instant()
    snapshot = record()
    """Shape: `app.hours.rules.certifying.Snapshot`. Holds the name as it was drawn, no identity number."""
    credential = prose()
    """Open Badges 3.0 as a JWT, signed with EdDSA."""
    notice_from = optional_day()
    notice_before = optional_day()
    """The public notice period, with masked names, when the person asked for one."""


class CertificatePosting(Table):
    """One posting a certificate rests on. Append-only."""

    append_only = True

    id = identity()
    certificate = refers(Certificate)
    posting_id = whole()
    served_on = day()
    minutes = whole_or(0)


class StarTier(Table):
    """From how many hours on a volunteer of a place has how many stars; dated, because places differ and change."""

    id = identity()
    region = may_refer(Region)
    """Empty for everywhere that has no table of its own."""
    applies_from = day()
    stars = whole()
    minutes = whole()
