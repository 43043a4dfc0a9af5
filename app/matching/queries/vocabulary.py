"""What skills, languages, credentials and kinds of service are called, by the rule that asks for them."""

from collections.abc import Sequence

from msgspec import Struct

from app.kit.db import fetch
from app.kit.i18n import by_locale

NAMES = """
    SELECT 'skill' AS rule, code, name_zh, name_en FROM skill WHERE code = ANY ($1)
    UNION ALL SELECT 'language', code, name_zh, name_en FROM language WHERE code = ANY ($1)
    UNION ALL SELECT 'credential', code, name_zh, name_en FROM credential_kind WHERE code = ANY ($1)
    UNION ALL SELECT 'refused', code, name_zh, name_en FROM service_kind WHERE code = ANY ($1)
"""

Names = dict[tuple[str, str], str]
"""By rule and code: a skill and a credential may have the same code."""


class _Name(Struct, frozen=True):
    rule: str
    code: str
    name_zh: str
    name_en: str


async def names_of(codes: Sequence[str]) -> Names:
    """These codes' names in the reader's language."""
    rows = await fetch(_Name, NAMES, list(codes))
    return {(row.rule, row.code): by_locale(row.name_zh, row.name_en) for row in rows}
