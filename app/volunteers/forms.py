"""What is accepted: one's own profile, and the search in the list of people."""

from datetime import date, time
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.volunteers.rules.credentials import Due

Name = Annotated[str, Meta(max_length=80, extra={"required": N_("Enter your name, for example Chen Yi.")})]
Born = Annotated[date, Meta(extra={"error": N_("Enter the date of birth, for example 1990-05-04.")})]
Code = Annotated[str, Meta(max_length=40)]
About = Annotated[str, Meta(max_length=600)]

REACH = N_("Enter kilometres, for example 3.")
DAY = N_("Enter hours from 0.25 to 24, for example 3.")
WEEK = N_("Enter hours from 0.25 to 168, for example 6.")


class ProfileForm(Struct, frozen=True, kw_only=True):
    """One's own profile. Exact times stand beside it, as rows of day, from and to: see `routes.profile`."""

    name: Name
    born: Born | None = None
    home: Annotated[str, Meta(max_length=80)] = ""
    skills: list[Code] = []
    languages: list[Code] = []
    likes: list[Code] = []
    refuses: list[Code] = []
    sex: Literal["female", "male"] | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    forget_place: bool = False
    reach_km: Annotated[float, Meta(ge=0.1, le=200, extra={"error": REACH})] | None = None
    day_hours: Annotated[int, Meta(ge=15, le=1440, extra={"reads": "hours", "error": DAY})] | None = None
    week_hours: Annotated[int, Meta(ge=15, le=10080, extra={"reads": "hours", "error": WEEK})] | None = None
    """Typed in hours, kept in minutes."""
    free: list[Code] = []
    about: About = ""
    guardian_agrees: bool = False


class PeopleSearch(Struct, frozen=True, kw_only=True):
    """What the list of people is narrowed to, and after whom this page begins."""

    q: Annotated[str, Meta(max_length=80)] = ""
    name: Annotated[str, Meta(max_length=80)] = ""
    after: int = 0


class StaffChoice(Struct, frozen=True, kw_only=True):
    """Whom to put on the staff list."""

    account: int


class CredentialForm(Struct, frozen=True, kw_only=True):
    """A proof, as it is typed from its original."""

    kind: Annotated[str, Meta(max_length=40, extra={"required": N_("Choose what it is.")})]
    number: Annotated[str, Meta(max_length=60)] = ""
    issued_on: Annotated[date, Meta(extra={"error": N_("Enter the date of issue, for example 2026-05-04.")})]
    last_on: Annotated[date, Meta(extra={"error": N_("Enter the last day, for example 2027-05-03.")})] | None = None


class RevokeForm(Struct, frozen=True, kw_only=True):
    """Why a proof does not hold."""

    reason: Annotated[
        str, Meta(max_length=200, extra={"required": N_("Say why, for example: the number does not exist.")})
    ]


class DueChoice(Struct, frozen=True, kw_only=True):
    """Which of the proofs that wait for an agency are shown."""

    what: Due = Due.TO_VERIFY


class AbsenceForm(Struct, frozen=True, kw_only=True):
    """From when until when somebody is away."""

    from_on: Annotated[date, Meta(extra={"error": N_("Enter the first day, for example 2026-11-28.")})]
    from_at: time | None = None
    until_on: Annotated[date, Meta(extra={"error": N_("Enter the last day, for example 2026-11-30.")})]
    until_at: time | None = None
    reason: Literal["ill", "away"] | None = None
