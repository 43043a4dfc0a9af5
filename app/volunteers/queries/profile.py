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
    SELECT id, volunteer_no, name, born, sex, home, latitude, longitude, skills, languages, likes, refuses,
           reach_metres, day_minutes, week_minutes, about
    FROM person WHERE account = $1
"""

FREE = """
    SELECT weekday, from_minute, to_minute FROM availability WHERE person = $1 ORDER BY weekday, from_minute
"""


class _OwnRow(Struct, frozen=True, kw_only=True):
    id: int
    volunteer_no: str
    name: str
    born: bytes | None
    sex: str
    home: str | None
    latitude: float | None
    longitude: float | None
    skills: list[str]
    languages: list[str]
    likes: list[str]
    refuses: list[str]
    reach_metres: int | None
    day_minutes: int | None
    week_minutes: int | None
    about: str


class Profile(Struct, frozen=True, kw_only=True):
    """What someone has told about themselves."""

    person_id: int
    volunteer_no: str
    name: str
    born: date | None
    sex: str
    home: str
    place: tuple[float, float] | None
    """Latitude and longitude of where they start from, on a grid of about 500 m."""
    skills: list[str]
    languages: list[str]
    likes: list[str]
    refuses: list[str]
    reach_metres: int | None
    day_minutes: int | None
    week_minutes: int | None
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
        sex=row.sex,
        home=row.home or "",
        place=None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude),
        skills=row.skills,
        languages=row.languages,
        likes=row.likes,
        refuses=row.refuses,
        reach_metres=row.reach_metres,
        day_minutes=row.day_minutes,
        week_minutes=row.week_minutes,
        about=row.about,
        free=await free_spans(row.id),
        guardian_agreed=await guardian_agreed(row.id),
    )
