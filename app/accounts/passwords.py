"""Passwords: argon2id off the event loop, at the same cost whether or not there is an account."""

import asyncio
import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()
"""The library's parameters follow RFC 9106. When they change, hashes are renewed at the next sign-in."""

_turns = asyncio.Semaphore(4)
"""Each hashing takes 64 MiB: a crowd signs in one after the other instead of filling the memory."""


@cache
def _nobodys() -> str:
    """A hash that no password opens, so that an unknown account costs the same work as a wrong password."""
    return HASHER.hash(secrets.token_urlsafe(32))


async def hashed(password: str) -> str:
    """What is stored of a password."""
    async with _turns:
        return await asyncio.to_thread(HASHER.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password; the work is done even when nothing is stored to compare with."""
    async with _turns:
        return await asyncio.to_thread(_matches, password, stored)


def _matches(password: str, stored: str | None) -> bool:
    # An account made by a machine may have no password at all; it holds a mark that is no hash.
    usable = stored is not None and stored.startswith("$argon2")
    try:
        return HASHER.verify(stored if stored and usable else _nobodys(), password) and usable
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether today's parameters differ from those this was hashed with."""
    return HASHER.check_needs_rehash(stored)


def mark_of(stored: str) -> str:
    """A mark of the password in force: a session keeps it, and ends when the password changes."""
    return hashlib.sha256(stored.encode()).hexdigest()[:16]
