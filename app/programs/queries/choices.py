"""What a funder's officer chooses from: agencies, evaluators, regions, kinds of service."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from app.accounts.rules import OrganisationKind
from app.kit.db import fetch, value
from app.kit.i18n import by_locale

ORGANISATIONS = """
    SELECT id::text AS code, name AS zh, name_en AS en FROM organisation
    WHERE kind = $1 ORDER BY NOT starts_with(region, $2), name
"""
REGIONS = """
    SELECT code, repeat('　', level - $2) || name AS zh, repeat('　', level - $2) || name_en AS en FROM region
    WHERE starts_with(code, $1) AND level <= $2 + 2 ORDER BY code
"""
KINDS = """
    SELECT code, name_zh AS zh, name_en AS en FROM service_kind
    WHERE since <= $1 AND (until IS NULL OR until > $1) ORDER BY code = 'other', code
"""
LEVEL = "SELECT level FROM region WHERE code = $1"


class Choice(Struct, frozen=True, kw_only=True):
    """One option with its two names."""

    code: str
    zh: str
    en: str


async def _choices(sql: str, *arguments: object) -> list[tuple[str, str]]:
    found: Sequence[Choice] = await fetch(Choice, sql, *arguments)
    return [(choice.code, by_locale(choice.zh, choice.en)) for choice in found]


async def organisations(kind: OrganisationKind, near: str) -> list[tuple[str, str]]:
    """Organisations of a kind, those of the region `near` first."""
    return await _choices(ORGANISATIONS, kind.value, near)


async def regions_under(code: str) -> list[tuple[str, str]]:
    """A region and two levels below it, indented: a street office finds its communities, a district its streets."""
    level = await value(LEVEL, code)
    return await _choices(REGIONS, code, level or 1)


async def service_kinds(today: date) -> list[tuple[str, str]]:
    """The kinds of service in use today, `other` last."""
    return await _choices(KINDS, today)
