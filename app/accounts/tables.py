"""Accounts, organisations, regions, memberships, consents, the look-log, API keys."""

from piccolo.columns import Varchar
from piccolo.table import Table

from app.kit.columns import (
    digest,
    encrypted,
    flag,
    identity,
    instant,
    may_refer,
    optional_instant,
    optional_text,
    refers,
    text,
    text_or_blank,
    whole,
    whole_or,
    words,
)


class Region(Table):
    """A division by statistical code: a parent's code is the prefix of its children's."""

    code = Varchar(length=12, primary_key=True, null=False, default=None)
    name = text(80)
    name_en = text(120)
    level = whole_or(0)
    """1 province, 2 city, 3 district, 4 street, 5 community."""
    parent_code = optional_text(12)


class Account(Table):
    """Someone who can sign in, by mobile number or e-mail address."""

    id = identity()
    name = text(80)
    phone = encrypted()
    phone_index = digest()
    email = encrypted()
    email_index = digest()
    password_hash = text(200)
    one_time_until = optional_instant()
    """Until when a password that somebody else gave can be exchanged for one's own; empty for one's own."""
    locale = text_or_blank(10)
    created_at = instant()
    disabled_at = optional_instant()
    is_demo = flag()


class Organisation(Table):
    """A funder, agency, community or evaluator."""

    id = identity()
    kind = text(20)
    name = text(120)
    name_en = text_or_blank(160)
    region = refers(Region)
    credit_code = optional_text(18)
    """The unified social credit code, 18 characters."""
    parent = may_refer("self")
    """The body above it, which has the second word where a rule-book asks for one; else the funder has it."""
    created_at = instant()
    is_demo = flag()


class Membership(Table):
    """One account's role in one organisation, for as long as `until` is empty."""

    id = identity()
    account = refers(Account)
    organisation = refers(Organisation)
    role = text(30)
    since = instant()
    until = optional_instant()


class Consent(Table):
    """What someone agreed to: purpose, version, by whom, when, and when withdrawn."""

    id = identity()
    subject_kind = text(20)
    """`account`, `person` or `resident`."""
    subject_id = whole()
    purpose = text(60)
    version = text(20)
    given_by = text(40)
    """`self`, `guardian` or `relative`: who spoke for the subject."""
    recorded_by = may_refer(Account)
    given_at = instant()
    withdrawn_at = optional_instant()


class Look(Table):
    """One opening of personal data: who, whose, which fields, why. Append-only."""

    append_only = True

    id = identity()
    at = instant()
    account = may_refer(Account)
    organisation = may_refer(Organisation)
    subject_kind = text(20)
    subject_id = whole()
    fields = words()
    purpose = text(120)


class ApiKey(Table):
    """A key for the JSON API. Acts as the member who made it, with one role in one organisation."""

    id = identity()
    organisation = refers(Organisation)
    role = text(30)
    name = text(80)
    prefix = text(12)
    key_digest = digest()
    made_by = refers(Account)
    created_at = instant()
    revoked_at = optional_instant()
    last_used_at = optional_instant()
