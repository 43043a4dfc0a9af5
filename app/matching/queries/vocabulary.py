"""What skills, languages, credentials and kinds of service are called."""

from collections.abc import Sequence

from msgspec import Struct

from app.kit.db import fetch
from app.kit.i18n import by_locale

NAMES = """
    SELECT code, name_zh, name_en FROM skill WHERE code = ANY ($1)
    UNION ALL SELECT code, name_zh, name_en FROM language WHERE code = ANY ($1)
    UNION ALL SELECT code, name_zh, name_en FROM credential_kind WHERE code = ANY ($1)
    UNION ALL SELECT code, name_zh, name_en FROM service_kind WHERE code = ANY ($1)
"""


class _Name(Struct, frozen=True):
    code: str
    name_zh: str
    name_en: str


async def names_of(codes: Sequence[str]) -> dict[str, str]:
    """These codes' names in the reader's language, whichever list they are from."""
    return {row.code: by_locale(row.name_zh, row.name_en) for row in await fetch(_Name, NAMES, list(codes))}
