"""What is accepted: one's own profile, and the search in the list of people."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from app.kit.rules import N_

Name = Annotated[str, Meta(max_length=80, extra={"required": N_("Enter your name, for example Chen Yi.")})]
Born = Annotated[date, Meta(extra={"error": N_("Enter the date of birth, for example 1990-05-04.")})]
Code = Annotated[str, Meta(max_length=40)]
About = Annotated[str, Meta(max_length=600)]


class ProfileForm(Struct, frozen=True, kw_only=True):
    """One's own profile. Exact times stand beside it, as rows of day, from and to: see `routes.profile`."""

    name: Name
    born: Born | None = None
    home: Annotated[str, Meta(max_length=80)] = ""
    skills: list[Code] = []
    languages: list[Code] = []
    likes: list[Code] = []
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
