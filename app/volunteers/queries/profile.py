"""One's own profile, as its owner sees and changes it."""

from datetime import date

from msgspec import Struct

from app.accounts import consents
from app.kit.db import fetch, fetch_one
from app.kit.sealing import unseal
from app.volunteers.rules.ages import GUARDIAN_CONSENT
from app.volunteers.rules.availability import Span

BORN = "person.born"
"""The column dates of birth are sealed for."""

OWN = """
    SELECT id, volunteer_no, name, born, home, skills, languages, likes, about FROM person WHERE account = $1
"""

FREE = """
    SELECT weekday, from_minute, to_minute FROM availability WHERE person = $1 ORDER BY weekday, from_minute
"""


class _OwnRow(Struct, frozen=True, kw_only=True):
    id: int
    volunteer_no: str
    name: str
    born: bytes | None
    home: str | None
    skills: list[str]
    languages: list[str]
    likes: list[str]
    about: str


class Profile(Struct, frozen=True, kw_only=True):
    """What someone has told about themselves."""

    person_id: int
    volunteer_no: str
    name: str
    born: date | None
    home: str
    skills: list[str]
    languages: list[str]
    likes: list[str]
    about: str
    free: list[Span]
    guardian_agreed: bool


def opened_date(sealed: bytes | None) -> date | None:
    """A sealed date of birth, opened."""
    return date.fromisoformat(unseal(sealed, BORN)) if sealed else None


async def guardian_agreed(person_id: int) -> bool:
    """Whether a guardian's consent to this person's serving holds."""
    given = await consents.current("person", person_id, GUARDIAN_CONSENT)
    return given is not None and given.given_by == "guardian"


async def free_spans(person_id: int) -> list[Span]:
    """When this person is usually free."""
    return await fetch(Span, FREE, person_id)


async def own_profile(account_id: int) -> Profile | None:
    """The profile of an account; None before there is one."""
    row = await fetch_one(_OwnRow, OWN, account_id)
    if row is None:
        return None
    return Profile(
        person_id=row.id,
        volunteer_no=row.volunteer_no,
        name=row.name,
        born=opened_date(row.born),
        home=row.home or "",
        skills=row.skills,
        languages=row.languages,
        likes=row.likes,
        about=row.about,
        free=await free_spans(row.id),
        guardian_agreed=await guardian_agreed(row.id),
    )
