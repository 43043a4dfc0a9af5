"""Keys for the JSON API: made, shown once, revoked."""

import secrets
from datetime import datetime

from app.accounts.actor import key_digest
from app.accounts.forms import NewKey
from app.accounts.rules import NOT_YOUR_ROLE, Actor, Role
from app.kit.db import execute, value
from app.kit.errors import Forbidden, NotFound

BEGINNING = "lk_"
SHOWN_LETTERS = 9
INSERT = """
    INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
REVOKE = "UPDATE api_key SET revoked_at = $3 WHERE id = $1 AND organisation = $2 AND revoked_at IS NULL"


def roles_for_keys(actor: Actor) -> list[Role]:
    """The roles that this actor has in the organisation it acts for, the present one first: a key gets no more."""
    here = [post.role for post in actor.posts if post.organisation_id == actor.organisation_id]
    return sorted(dict.fromkeys(here), key=lambda role: role is not actor.role)


async def make_key(actor: Actor, wanted: NewKey, *, now: datetime) -> str:
    """Make a key; the answer is the key itself, which is stored nowhere.

    Raises:
        Forbidden: if it is to have a role that its maker has not.
    """
    if wanted.role not in roles_for_keys(actor) or actor.through_key:
        raise Forbidden(NOT_YOUR_ROLE)
    key = BEGINNING + secrets.token_urlsafe(32)
    await execute(
        INSERT,
        actor.organisation_id, wanted.role, wanted.name, key[:SHOWN_LETTERS], key_digest(key), actor.account_id, now,
    )  # fmt: skip
    return key


async def revoke_key(actor: Actor, key_id: int, *, now: datetime) -> None:
    """End a key of one's own organisation; ending it again changes nothing.

    Raises:
        NotFound: if it is absent, or another organisation's.
    """
    if not await execute(REVOKE, key_id, actor.organisation_id, now):
        known = await value("SELECT 1 FROM api_key WHERE id = $1 AND organisation = $2", key_id, actor.organisation_id)
        if known is None:
            raise NotFound()
