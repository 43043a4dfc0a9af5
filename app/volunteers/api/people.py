"""One's own profile, and the people an agency knows, as JSON."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from litestar import get, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import NotFound
from app.kit.importing.api import api
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.volunteers.actions.profile import ProfileChange, save_profile
from app.volunteers.forms import About, Code, Name
from app.volunteers.importing import DESK
from app.volunteers.queries.people import PersonRow, people, person
from app.volunteers.queries.profile import own_profile
from app.volunteers.rules.availability import DAY_MINUTES, Span

TAGS = ["People"]


class FreeSpan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of a weekday (0 is Monday), half-open, in local minutes after midnight."""

    weekday: Annotated[int, Meta(ge=0, le=6)]
    from_minute: Annotated[int, Meta(ge=0, lt=DAY_MINUTES)]
    to_minute: Annotated[int, Meta(gt=0, le=DAY_MINUTES)]


class ProfileBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole profile; what is left out is emptied. Codes are those of `GET /me/profile` and of this city's lists."""

    name: Name
    born: date | None = None
    home: str | None = None
    skills: list[Code] = []
    languages: list[Code] = []
    likes: list[Code] = []
    refuses: list[Code] = []
    sex: Literal["", "female", "male"] = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    """Where they start from; kept on a grid of about 500 m, whatever is sent."""
    reach_metres: Annotated[int, Meta(ge=100, le=200_000)] | None = None
    day_minutes: Annotated[int, Meta(ge=15, le=1440)] | None = None
    week_minutes: Annotated[int, Meta(ge=15, le=10_080)] | None = None
    about: About = ""
    free: list[FreeSpan] = []
    guardian_agrees: bool = False


class ProfileAnswer(Struct, frozen=True, kw_only=True):
    """What the key's own person has told about themselves."""

    person_id: int
    volunteer_no: str
    name: str
    born: date | None
    home: str
    skills: list[str]
    languages: list[str]
    likes: list[str]
    refuses: list[str]
    sex: str
    latitude: float | None
    longitude: float | None
    reach_metres: int | None
    day_minutes: int | None
    week_minutes: int | None
    about: str
    free: list[FreeSpan]
    guardian_agrees: bool


class PersonAnswer(Struct, frozen=True, kw_only=True):
    """Someone the agency knows, without contact: that is opened on the person's page, where the look is logged."""

    id: int
    volunteer_no: str
    name: str
    is_staff: bool
    has_account: bool
    shifts: int
    """Shifts of this agency they have a place in or served."""
    latest_shift: datetime | None

    @staticmethod
    def of(row: PersonRow) -> "PersonAnswer":
        return PersonAnswer(
            id=row.id,
            volunteer_no=row.volunteer_no,
            name=row.name,
            is_staff=row.is_staff,
            has_account=row.has_account,
            shifts=row.shifts,
            latest_shift=row.latest,
        )


class PeopleAnswer(Struct, frozen=True, kw_only=True):
    """People by name, fifty at a time. Ask again with `after_name` and `after_id` for the rest; null ends the list."""

    people: list[PersonAnswer]
    after_name: str | None
    after_id: int | None


class PersonDetail(Struct, frozen=True, kw_only=True):
    """One person the agency knows. Names of skills and languages are in the reader's language."""

    id: int
    volunteer_no: str
    name: str
    is_staff: bool
    skills: list[str]
    languages: list[str]
    home: str
    about: str
    registered_at: datetime


async def _own(account_id: int) -> ProfileAnswer:
    found = await own_profile(account_id)
    if found is None:
        raise NotFound
    return ProfileAnswer(
        person_id=found.person_id,
        volunteer_no=found.volunteer_no,
        name=found.name,
        born=found.born,
        home=found.home,
        skills=found.skills,
        languages=found.languages,
        likes=found.likes,
        refuses=found.refuses,
        sex=found.sex,
        latitude=found.place[0] if found.place else None,
        longitude=found.place[1] if found.place else None,
        reach_metres=found.reach_metres,
        day_minutes=found.day_minutes,
        week_minutes=found.week_minutes,
        about=found.about,
        free=[
            FreeSpan(weekday=span.weekday, from_minute=span.from_minute, to_minute=span.to_minute)
            for span in found.free
        ],
        guardian_agrees=found.guardian_agreed,
    )


@get(
    "/me/profile",
    name="api.volunteers.profile",
    access=SIGNED_IN,
    tags=TAGS,
    responses=READS,
    summary="Read your own profile",
    description="404 before there is one; the first sign-up or PUT makes it.",
)
async def profile(request: AnyRequest) -> ProfileAnswer:
    """Read the key's own profile."""
    return await _own(signed_in(request).account_id)


@put(
    "/me/profile",
    name="api.volunteers.save_profile",
    access=SIGNED_IN,
    tags=TAGS,
    responses=CHANGES,
    summary="Replace your own profile",
)
async def replace_profile(request: AnyRequest, data: JSONBody[ProfileBody]) -> ProfileAnswer:
    """Replace the key's own profile."""
    actor = signed_in(request)
    change = ProfileChange(
        name=data.name,
        born=data.born,
        home=data.home or None,
        skills=data.skills,
        languages=data.languages,
        likes=data.likes,
        refuses=data.refuses,
        sex=data.sex,
        place=None if data.latitude is None or data.longitude is None else (data.latitude, data.longitude),
        reach_metres=data.reach_metres,
        day_minutes=data.day_minutes,
        week_minutes=data.week_minutes,
        about=data.about,
        free=[Span(span.weekday, span.from_minute, span.to_minute) for span in data.free],
        guardian_agrees=data.guardian_agrees,
    )
    await save_profile(actor, change, now=clock.now())
    return await _own(actor.account_id)


@get(
    "/people",
    name="api.volunteers.people",
    access=Permission.PERSON_SEE,
    tags=TAGS,
    responses=READS,
    summary="List the people your agency knows",
    description="Its staff, those it keeps, and those who signed up for its shifts.",
)
async def list_people(
    request: AnyRequest,
    search: Annotated[str, QueryParameter(description="A part of the name, or a whole volunteer number")] = "",
    after_name: Annotated[str, QueryParameter()] = "",
    after_id: Annotated[int, QueryParameter()] = 0,
) -> PeopleAnswer:
    """List people by name."""
    found = await people(signed_in(request), search, (after_name, after_id))
    name, last = found.next or (None, None)
    return PeopleAnswer(people=[PersonAnswer.of(row) for row in found.rows], after_name=name, after_id=last)


@get(
    "/people/{person_id:int}",
    name="api.volunteers.person",
    access=Permission.PERSON_SEE,
    tags=TAGS,
    responses=READS,
    summary="Read one person your agency knows",
)
async def read_person(request: AnyRequest, person_id: FromPath[int]) -> PersonDetail:
    """Read one person."""
    found = await person(signed_in(request), person_id)
    return PersonDetail(
        id=found.id,
        volunteer_no=found.volunteer_no,
        name=found.name,
        is_staff=found.is_staff,
        skills=found.skills,
        languages=found.languages,
        home=found.home,
        about=found.about,
        registered_at=found.registered_at,
    )


ROUTES: list[Any] = [profile, replace_profile, list_people, read_person, *api(DESK)]
