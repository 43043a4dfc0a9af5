"""What a profile can choose from: this city's skills, languages, service kinds and communities."""

from msgspec import Struct

from app.kit.db import fetch
from app.kit.i18n import by_locale


class Choice(Struct, frozen=True, kw_only=True):
    """A code with its name in two languages."""

    code: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return by_locale(self.name_zh, self.name_en)


class Choices(Struct, frozen=True, kw_only=True):
    """Everything a profile's boxes offer, as (code, name in the reader's language)."""

    skills: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    kinds: list[tuple[str, str]]


async def skills() -> list[Choice]:
    """Every skill a seat may ask for."""
    return await fetch(Choice, "SELECT code, name_zh, name_en FROM skill ORDER BY code <> 'first_aid', code")


async def profile_choices() -> Choices:
    """What the profile's form offers."""
    languages = await fetch(Choice, "SELECT code, name_zh, name_en FROM language ORDER BY code <> 'cmn', code")
    kinds = await fetch(
        Choice, "SELECT code, name_zh, name_en FROM service_kind WHERE until IS NULL ORDER BY code = 'other', code"
    )
    return Choices(
        skills=[(each.code, each.name) for each in await skills()],
        languages=[(each.code, each.name) for each in languages],
        kinds=[(each.code, each.name) for each in kinds],
    )
