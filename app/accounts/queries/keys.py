"""An organisation's keys for the JSON API."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Role
from app.kit.db import fetch


class KeyRow(Struct, frozen=True, kw_only=True):
    """One key, as far as it may be shown again."""

    id: int
    name: str
    prefix: str
    role: Role
    made_by: str
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    asleep: bool
    """Whether its maker has lost that role, so that it opens nothing."""


KEYS = """
    SELECT k.id, k.name, k.prefix, k.role, a.name AS made_by, k.created_at, k.revoked_at, k.last_used_at,
           NOT EXISTS (SELECT FROM membership m WHERE m.account = k.made_by AND m.organisation = k.organisation
                       AND m.role = k.role AND m.until IS NULL) AS asleep
    FROM api_key k JOIN account a ON a.id = k.made_by
    WHERE k.organisation = $1
    ORDER BY k.revoked_at IS NOT NULL, k.id DESC
"""


async def keys_of(organisation_id: int) -> list[KeyRow]:
    """Keys that open something first, then those revoked, the newest first."""
    return await fetch(KeyRow, KEYS, organisation_id)
