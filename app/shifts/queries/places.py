"""Kinds of service to narrow the list by, and where a visitor is at home."""

from msgspec import Struct

from app.kit.db import fetch, fetch_one
from app.kit.i18n import by_locale

KINDS = """
    SELECT code, name_zh, name_en FROM service_kind WHERE until IS NULL ORDER BY code = 'other', code
"""

HOME = """
    SELECT p.id AS person_id, coalesce(r.code, '') AS code, coalesce(r.name, '') AS name,
           coalesce(r.name_en, '') AS name_en
    FROM person p LEFT JOIN region r ON r.code = left(p.home, 9)
    WHERE p.account = $1
"""
"""A street's code has nine digits; a community's begins with its street's."""


class _Kind(Struct, frozen=True, kw_only=True):
    code: str
    name_zh: str
    name_en: str


class Home(Struct, frozen=True, kw_only=True):
    """The person of an account, and the street they live in, if they told."""

    person_id: int
    code: str
    name: str
    name_en: str

    @property
    def label(self) -> str:
        """The street's name in the reader's language."""
        return by_locale(self.name, self.name_en)


async def kinds() -> list[tuple[str, str]]:
    """Every kind of service that is offered today, as (code, name in the reader's language)."""
    return [(kind.code, by_locale(kind.name_zh, kind.name_en)) for kind in await fetch(_Kind, KINDS)]


async def home_of(account_id: int) -> Home | None:
    """The person of an account and their street; None before they have a profile."""
    return await fetch_one(Home, HOME, account_id)
