"""The seal over the ledger: leaves in posting order, the tree's tiles, its signed heads, and what is kept from them."""

from piccolo.columns import BigInt, Bytea
from piccolo.table import Table

from app.accounts.tables import Account
from app.kit.columns import (
    day,
    encrypted,
    identity,
    instant,
    may_refer,
    optional_instant,
    prose,
    record,
    text,
    whole,
)


class Unsealed(Table):
    """A posting that no head covers yet. Written with the posting, deleted when it is sealed: the ledger's tail."""

    posting_id = BigInt(primary_key=True, null=False, default=None)
    served_on = day()


class Leaf(Table):
    """Which posting stands at which place of the tree. Append-only."""

    append_only = True

    position = BigInt(primary_key=True, null=False, default=None)
    """Counted from 0."""
    posting_id = whole()
    served_on = day()


class Tile(Table):
    """Up to 256 hashes of one level of the tree, side by side; the last tile of a level grows until it is full.

    Level 0 holds leaf hashes; level 1 the roots of full tiles of level 0, and so on.
    """

    id = identity()
    level = whole()
    place = whole()
    hashes = Bytea(null=False, default=None)


class SigningKey(Table):
    """An Ed25519 key. A retired one no longer signs; its public half stays published."""

    id = identity()
    name = text(40)
    public = Bytea(null=False, default=None)
    private = encrypted()
    made_at = instant()
    retired_at = optional_instant()


class TreeHead(Table):
    """A signed head: so many leaves, this root, at this time. Append-only."""

    append_only = True

    size = BigInt(primary_key=True, null=False, default=None)
    root = Bytea(null=False, default=None)
    sealed_at = instant()
    key = text(40)
    signature = Bytea(null=False, default=None)


class SelfCheck(Table):
    """One run of the check that the database still says what was sealed. Append-only."""

    append_only = True

    id = identity()
    started_at = instant()
    ended_at = instant()
    size = whole()
    """Leaves compared."""
    wrong = whole()
    faults = record()
    """The first of what was found, by kind, naming the rows."""


class LedgerAlarm(Table):
    """Something that must not happen: a row that differs from its seal, a head that went backwards."""

    id = identity()
    kind = text(30)
    facts = record()
    found_at = instant()
    settled_at = optional_instant()
    settled_by = may_refer(Account)
    note = prose()
