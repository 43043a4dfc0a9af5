"""Consents as rows: purpose, version, who spoke, when given, when withdrawn."""

from datetime import datetime

from msgspec import Struct

from app.kit.db import execute, fetch_one

PRIVACY_NOTICE = "privacy_notice"
PRIVACY_VERSION = "2026-11"
"""Changes whenever the page at /privacy says something new."""

GIVE = """
    INSERT INTO consent (subject_kind, subject_id, purpose, version, given_by, recorded_by, given_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""

WITHDRAW = """
    UPDATE consent SET withdrawn_at = $4
    WHERE subject_kind = $1 AND subject_id = $2 AND purpose = $3 AND withdrawn_at IS NULL
"""

CURRENT = """
    SELECT version, given_by, given_at FROM consent
    WHERE subject_kind = $1 AND subject_id = $2 AND purpose = $3 AND withdrawn_at IS NULL
    ORDER BY given_at DESC, id DESC LIMIT 1
"""


class Given(Struct, frozen=True, kw_only=True):
    """A consent that holds."""

    version: str
    given_by: str
    given_at: datetime


async def give(
    subject_kind: str,
    subject_id: int,
    purpose: str,
    version: str,
    *,
    given_by: str,
    recorded_by: int | None,
    now: datetime,
) -> None:
    """Write down a consent. `given_by` is `self`, `guardian` or `relative`; `recorded_by` the account that noted it."""
    await execute(GIVE, subject_kind, subject_id, purpose, version, given_by, recorded_by, now)


async def withdraw(subject_kind: str, subject_id: int, purpose: str, *, now: datetime) -> bool:
    """End every consent to this purpose; whether there was one."""
    return await execute(WITHDRAW, subject_kind, subject_id, purpose, now) > 0


async def current(subject_kind: str, subject_id: int, purpose: str) -> Given | None:
    """The latest consent to this purpose that holds, if any."""
    return await fetch_one(Given, CURRENT, subject_kind, subject_id, purpose)
