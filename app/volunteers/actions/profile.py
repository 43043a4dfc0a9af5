"""Changing one's own profile."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from app.accounts import consents
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Invalid
from app.kit.rules import N_, Refusal
from app.kit.sealing import seal
from app.volunteers.actions.people import BORN_REFUSED, ensure_person
from app.volunteers.queries.profile import BORN, guardian_agreed
from app.volunteers.rules import ages
from app.volunteers.rules.availability import Span, merged
from app.volunteers.rules.constraints import CONSTRAINTS
from app.volunteers.rules.whereabouts import rounded

PROFILE_REFUSED = Refusal("profile_refused", N_("Please check your profile."), status=422)
UNKNOWN_REGION = N_("Choose your community from the list.")
LIKED_AND_REFUSED = N_("You ticked the same kind under what you would like to do. Take one of the two away.")
UNKNOWN_CHOICE = N_("Choose from what is offered.")

SAVE = """
    UPDATE person SET name = $2, born = $3, home = $4, skills = $5, languages = $6, likes = $7, about = $8, sex = $9,
                      latitude = $10, longitude = $11, refuses = $12, reach_metres = $13, day_minutes = $14,
                      week_minutes = $15
    WHERE id = $1
"""

UNKNOWN = """
    SELECT CASE
        WHEN $1::text IS NOT NULL AND NOT EXISTS (SELECT FROM region WHERE code = $1) THEN 'home'
        WHEN EXISTS (SELECT unnest($2::text[]) EXCEPT SELECT code FROM skill) THEN 'skills'
        WHEN EXISTS (SELECT unnest($3::text[]) EXCEPT SELECT code FROM language) THEN 'languages'
        WHEN EXISTS (SELECT unnest($4::text[]) EXCEPT SELECT code FROM service_kind) THEN 'likes'
        WHEN EXISTS (SELECT unnest($5::text[]) EXCEPT SELECT code FROM service_kind) THEN 'refuses'
    END
"""

FREE = """
    INSERT INTO availability (person, weekday, from_minute, to_minute)
    SELECT $1, * FROM unnest($2::integer[], $3::integer[], $4::integer[])
"""


class ProfileChange(Struct, frozen=True, kw_only=True):
    """A whole profile as its owner wants it."""

    name: str
    born: date | None
    home: str | None
    skills: Sequence[str]
    languages: Sequence[str]
    likes: Sequence[str]
    about: str
    free: Sequence[Span]
    guardian_agrees: bool
    sex: str = ""
    place: tuple[float, float] | None = None
    """Latitude and longitude; kept on a grid of about 500 m, whatever is sent."""
    refuses: Sequence[str] = ()
    reach_metres: int | None = None
    day_minutes: int | None = None
    week_minutes: int | None = None


async def save_profile(actor: Actor, change: ProfileChange, *, now: datetime) -> int:
    """Replace the actor's own profile, making it if this is the first time; the answer is the person's number.

    Raises:
        Invalid: with the field that cannot be: an impossible birth date, a child without a guardian's consent, an
            unknown code.
    """
    today = clock.local_day(now)
    _refuse_impossible(change, today)
    skills, languages, likes, refuses = (
        sorted(set(codes)) for codes in (change.skills, change.languages, change.likes, change.refuses)
    )
    latitude, longitude = (rounded(degrees) for degrees in change.place) if change.place else (None, None)
    async with transaction(CONSTRAINTS):
        if unknown := await value(UNKNOWN, change.home, skills, languages, likes, refuses):
            raise Invalid(PROFILE_REFUSED, **{unknown: UNKNOWN_REGION if unknown == "home" else UNKNOWN_CHOICE})
        person_id = await ensure_person(actor.account_id, now=now)
        sealed = seal(change.born.isoformat(), BORN) if change.born else None
        await execute(
            SAVE, person_id, change.name.strip(), sealed, change.home, skills, languages, likes, change.about.strip(),
            change.sex, latitude, longitude, refuses, change.reach_metres, change.day_minutes, change.week_minutes,
        )  # fmt: skip
        await _replace_free(person_id, change.free)
        await _keep_consent(actor, person_id, change, today, now=now)
        return person_id


def _refuse_impossible(change: ProfileChange, today: date) -> None:
    if set(change.likes) & set(change.refuses):
        raise Invalid(PROFILE_REFUSED, refuses=LIKED_AND_REFUSED)
    if change.born is None:
        return
    if fault := ages.born_fault(change.born, today):
        raise Invalid(BORN_REFUSED, born=fault)
    if ages.needs_guardian(change.born, today) and not change.guardian_agrees:
        raise Invalid(PROFILE_REFUSED, guardian_agrees=ages.GUARDIAN_FIRST.text)


async def _replace_free(person_id: int, free: Sequence[Span]) -> None:
    await execute("DELETE FROM availability WHERE person = $1", person_id)
    spans = merged(free)
    await execute(
        FREE,
        person_id,
        [span.weekday for span in spans],
        [span.from_minute for span in spans],
        [span.to_minute for span in spans],
    )


async def _keep_consent(actor: Actor, person_id: int, change: ProfileChange, today: date, *, now: datetime) -> None:
    """A guardian's word counts for minors only; taking it back is written down as well."""
    if change.born is None or not ages.is_minor(change.born, today):
        return
    agreed = await guardian_agreed(person_id)
    if change.guardian_agrees and not agreed:
        await consents.give(
            "person",
            person_id,
            ages.GUARDIAN_CONSENT,
            ages.GUARDIAN_CONSENT_VERSION,
            given_by="guardian",
            recorded_by=actor.account_id,
            now=now,
        )
    elif agreed and not change.guardian_agrees:
        await consents.withdraw("person", person_id, ages.GUARDIAN_CONSENT, now=now)
