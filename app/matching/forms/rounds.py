"""What asking for a round sends, and changing its plan."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.shifts.forms.browsing import Cursor, Digits

SAY_SECONDS = N_("Enter a number of seconds from 1 to 3,600, for example 30.")


class RoundForm(Struct, frozen=True, kw_only=True):
    """What a round is to be about. Days are local, the last one included."""

    region: Annotated[str, Meta(min_length=2, max_length=12)]
    first: date
    last: date
    seconds: Annotated[int, Meta(ge=1, le=3600, extra={"error": SAY_SECONDS})] = 30
    based_on: int | None = None
    by_district: bool = False


class PlanFilter(Struct, frozen=True, kw_only=True):
    """Which shifts of a plan are looked at."""

    kind: Annotated[str, Meta(max_length=40)] = ""
    region: Digits = ""
    gaps: bool = False
    half: bool = False
    """Only shifts that would get half a team."""
    after: Cursor = ""


class DropForm(Struct, frozen=True, kw_only=True):
    """Why somebody is taken out."""

    reason: Literal["knows_better", "said_no", "not_together", "other"] = "other"
    back: Annotated[str, Meta(max_length=400)] = ""
    """The page of the plan on which it was pressed."""


class AddForm(Struct, frozen=True, kw_only=True):
    """Who is put in."""

    person: int


class AddSearch(Struct, frozen=True, kw_only=True):
    """A part of a name, or a volunteer number."""

    q: Annotated[str, Meta(max_length=60)] = ""
