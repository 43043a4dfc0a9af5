"""What the list of open shifts can be narrowed to, and what a sign-up and its cancelling send."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.shifts.rules.browsing import When

Day = Annotated[date, Meta(extra={"error": N_("Enter a date, for example 2026-11-28.")})]
Digits = Annotated[str, Meta(pattern=r"^[0-9]{0,12}$")]
Cursor = Annotated[str, Meta(max_length=60)]
CancelCode = Literal["ill", "work", "family", "way", "mistake", "other"]


class Browse(Struct, frozen=True, kw_only=True):
    """Days, place, kind, places left, words; and where a page of the list begins or ends."""

    when: When = When.ANY
    from_on: Day | None = None
    to_on: Day | None = None
    region: Digits = ""
    kind: Annotated[str, Meta(max_length=40)] = ""
    places: Literal["open", "all"] = "open"
    q: Annotated[str, Meta(max_length=80)] = ""
    after: Cursor = ""
    before: Cursor = ""


class SigningUp(Struct, frozen=True, kw_only=True):
    """Which place; and a date of birth where the shift asks for one that is not known."""

    seat: int | None = None
    born: Annotated[date, Meta(extra={"error": N_("Enter the date of birth, for example 1990-05-04.")})] | None = None


class Cancelling(Struct, frozen=True, kw_only=True):
    """Why a place is given back."""

    reason: Annotated[CancelCode, Meta(extra={"required": N_("Choose a reason; it helps the agency plan.")})]
    note: Annotated[str, Meta(max_length=200)] = ""


class Onward(Struct, frozen=True, kw_only=True):
    """Where an older page of a list begins."""

    before: datetime | None = None
    id: int = 0
