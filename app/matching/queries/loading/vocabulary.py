"""Codes of a city as bits of masks."""

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct

from app.kit.db import fetch
from app.kit.errors import Conflict
from app.kit.i18n import gettext as _
from app.kit.rules import N_, Refusal
from app.matching.problem import Masks, Words

MOST = 64

TOO_MANY = Refusal(
    "vocabulary_too_large",
    N_("The matcher knows at most %(most)s %(what)s, and this city has %(count)s."),
    N_("Ask the platform to close some that are no longer used."),
)

NAMES = {
    "kinds": N_("kinds of service"),
    "skills": N_("skills"),
    "languages": N_("languages"),
    "credentials": N_("kinds of credential"),
}

CODES = """
    SELECT 'kinds' AS what, code FROM service_kind
    UNION ALL SELECT 'skills', code FROM skill
    UNION ALL SELECT 'languages', code FROM language
    UNION ALL SELECT 'credentials', code FROM credential_kind
    ORDER BY what, code
"""


class _Code(Struct, frozen=True):
    what: str
    code: str


class Vocabulary:
    """Which bit stands for which code. A code that no list holds any more has no bit, and asks for nothing."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._kinds = _bits(words.kinds)
        self._skills = _bits(words.skills)
        self._languages = _bits(words.languages)
        self._credentials = _bits(words.credentials)

    def kind(self, code: str) -> int:
        """The position of a kind of service."""
        return self._kinds[code]

    def credential(self, code: str) -> int:
        """The position of a kind of credential."""
        return self._credentials[code]

    def kinds(self, each: Iterable[Iterable[str]]) -> Masks:
        """A mask of kinds for each list of codes."""
        return _masks(self._kinds, each)

    def skills(self, each: Iterable[Iterable[str]]) -> Masks:
        """A mask of skills for each list of codes."""
        return _masks(self._skills, each)

    def languages(self, each: Iterable[Iterable[str]]) -> Masks:
        """A mask of languages for each list of codes."""
        return _masks(self._languages, each)

    def credentials(self, each: Iterable[Iterable[str]]) -> Masks:
        """A mask of credentials for each list of codes."""
        return _masks(self._credentials, each)


async def vocabulary() -> Vocabulary:
    """The city's lists.

    Raises:
        Conflict: when a list is longer than a mask has bits.
    """
    rows = await fetch(_Code, CODES)
    lists = {what: tuple(row.code for row in rows if row.what == what) for what in Words.__struct_fields__}
    for what, codes in lists.items():
        if len(codes) > MOST:
            raise Conflict(TOO_MANY.with_params(most=MOST, what=_(NAMES[what]), count=len(codes)))
    return Vocabulary(Words(**lists))


def _bits(codes: Sequence[str]) -> dict[str, int]:
    return {code: bit for bit, code in enumerate(codes)}


def _masks(bits: dict[str, int], each: Iterable[Iterable[str]]) -> Masks:
    return np.array([sum(1 << bits[code] for code in set(codes) if code in bits) for codes in each], dtype=np.uint64)
