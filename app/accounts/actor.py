"""Finds out who is asking, once a request, from the session or an API key."""

import hashlib
from collections.abc import Sequence
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from app.accounts.rules import Actor, OrganisationKind, Post, Role
from app.kit.db import execute, fetch
from app.kit.errors import SIGN_IN_FIRST, DomainError

POSTS = """
    SELECT a.id AS account_id, a.name, m.id AS membership_id, o.id AS organisation_id,
           o.name AS organisation_name, o.name_en AS organisation_name_en, o.kind AS organisation_kind,
           o.region, m.role
    FROM account a
    LEFT JOIN membership m ON m.account = a.id AND m.until IS NULL
    LEFT JOIN organisation o ON o.id = m.organisation
    WHERE a.id = $1 AND a.disabled_at IS NULL
      AND ($2::text IS NULL OR $2 = left(encode(sha256(convert_to(a.password_hash, 'UTF8')), 'hex'), 16))
    ORDER BY m.id
"""
"""The second argument is `app.accounts.passwords.mark_of` the password with which a session began."""

BY_KEY = """
    SELECT k.id AS key_id, k.made_by AS account_id, k.organisation AS organisation_id, k.role,
           k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 hour' AS stale
    FROM api_key k
    JOIN membership m ON m.account = k.made_by AND m.organisation = k.organisation AND m.role = k.role
                     AND m.until IS NULL
    WHERE k.key_digest = $1 AND k.revoked_at IS NULL
"""


class _PostRow(Struct, frozen=True):
    account_id: int
    name: str
    membership_id: int | None
    organisation_id: int | None
    organisation_name: str | None
    organisation_name_en: str | None
    organisation_kind: OrganisationKind | None
    region: str | None
    role: Role | None


class _KeyRow(Struct, frozen=True):
    key_id: int
    account_id: int
    organisation_id: int
    role: str
    stale: bool


def _posts(rows: Sequence[_PostRow]) -> tuple[Post, ...]:
    return tuple(
        Post(
            membership_id=row.membership_id,
            organisation_id=row.organisation_id or 0,
            organisation_name=row.organisation_name or "",
            organisation_name_en=row.organisation_name_en or "",
            organisation_kind=row.organisation_kind,
            region=row.region or "",
            role=row.role,
        )
        for row in rows
        if row.membership_id is not None and row.organisation_kind is not None and row.role is not None
    )


async def actor_of_account(account_id: int, acting: int | None, mark: str | None = None) -> Actor | None:
    """The actor for a signed-in account, acting in the membership chosen, else in the first.

    None when the account is disabled, or its password was changed since the session began.
    """
    rows = await fetch(_PostRow, POSTS, account_id, mark)
    if not rows:
        return None
    posts = _posts(rows)
    chosen = next((post for post in posts if post.membership_id == acting), posts[0] if posts else None)
    return Actor(account_id=account_id, name=rows[0].name, post=chosen, posts=posts)


def key_digest(key: str) -> bytes:
    """What is stored of an API key. The key is 32 random bytes, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).digest()


async def actor_of_key(key: str) -> Actor | None:
    """The actor for an API key; None when it is unknown, revoked, or its maker has left."""
    rows = await fetch(_KeyRow, BY_KEY, key_digest(key))
    if not rows:
        return None
    found = rows[0]
    if found.stale:  # hourly is exact enough, and spares a write a request
        await execute("UPDATE api_key SET last_used_at = now() WHERE id = $1", found.key_id)
    members = await fetch(_PostRow, POSTS, found.account_id, None)
    posts = _posts(members)
    for post in posts:
        if post.organisation_id == found.organisation_id and post.role == found.role:
            return Actor(
                account_id=found.account_id,
                name=members[0].name,
                post=post,
                posts=(post,),
                through_key=True,
            )
    return None


def actor_in(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor | None:
    """Who is asking, or None for a visitor."""
    found: Actor | None = connection.scope["state"].get("actor")
    return found


def signed_in(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    """The actor of a route that only signed-in people and keys reach.

    Raises:
        DomainError: if nobody is signed in.
    """
    found = actor_in(connection)
    if found is None:
        raise DomainError(SIGN_IN_FIRST)
    return found


class ActorMiddleware:
    """Puts the actor into the request's state. Pages know the session only, `/api/` knows keys only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
            actor = None
            if scope["path"].startswith("/api/"):
                kind, _, key = connection.headers.get("authorization", "").partition(" ")
                if kind.lower() == "bearer" and key:
                    actor = await actor_of_key(key.strip())
            elif "session" in scope and (account_id := connection.session.get("account_id")):
                session = connection.session
                actor = await actor_of_account(int(account_id), session.get("acting"), session.get("mark"))
            scope["state"]["actor"] = actor
        await self.app(scope, receive, send)
