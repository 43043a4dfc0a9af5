"""The keys that sign heads: the first one is made when it is needed, and a new one takes over when asked."""

import base64
from datetime import datetime

from msgspec import Struct

from app.hours.rules.heads import fingerprint, new_private_key
from app.kit.db import execute, fetch_one, transaction
from app.kit.sealing import seal, unseal

COLUMN = "signing_key.private"

LOCK = "SELECT pg_advisory_xact_lock(4917003, hashtext(current_schema()))"
"""Held by whoever seals or changes keys in this city, until the transaction ends."""

PRESENT = "SELECT name, private FROM signing_key WHERE retired_at IS NULL"
MAKE = "INSERT INTO signing_key (name, public, private, made_at) VALUES ($1, $2, $3, $4)"
RETIRE = "UPDATE signing_key SET retired_at = $1 WHERE retired_at IS NULL"


class SigningKeyPair(Struct, frozen=True):
    """The key that signs now, opened."""

    name: str
    private: bytes

    def __repr__(self) -> str:
        """Without the private half, so that no log or trace shows it."""
        return f"SigningKeyPair({self.name!r})"


class _Row(Struct, frozen=True):
    name: str
    private: bytes


async def signing_key(*, now: datetime) -> SigningKeyPair:
    """The key that signs now; the first one is made here. The caller holds `LOCK`."""
    row = await fetch_one(_Row, PRESENT)
    if row is not None:
        return SigningKeyPair(row.name, base64.b64decode(unseal(row.private, COLUMN)))
    return await _make(now)


async def rotate(*, now: datetime) -> str:
    """Let a new key sign from now on; the answer is its name. Old ones stay published, what they signed stays good."""
    async with transaction():
        await execute(LOCK)
        await execute(RETIRE, now)
        return (await _make(now)).name


async def _make(now: datetime) -> SigningKeyPair:
    private, public = new_private_key()
    name = f"{now:%Y-%m-%d}-{fingerprint(public)[:8]}"
    await execute(MAKE, name, public, seal(base64.b64encode(private).decode(), COLUMN), now)
    return SigningKeyPair(name, private)
