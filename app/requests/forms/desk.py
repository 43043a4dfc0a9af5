"""The forms of the desks: a request taken at the window, its triage, its visits."""

from datetime import date, time
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.limits import Rate
from app.kit.rules import N_
from app.requests.rules.asking import AskedBy, Declined, Recurs, Risk, TimeOfDay
from app.requests.rules.looking import Purpose
from app.requests.rules.visits import BEST_RATING, LONGEST_VISIT_MINUTES, MOST_WEEKS

Note = Annotated[str, Meta(max_length=500)]


class Taken(Struct, frozen=True):
    """A request a community worker writes down for someone. Name, phone and address may be blank for someone known."""

    channel: Annotated[
        Literal["window", "phone", "round"], Meta(extra={"required": N_("Choose how the request came.")})
    ]
    asked_by: AskedBy
    service_kind: Annotated[str, Meta(max_length=40, extra={"required": N_("Choose the kind of help.")})]
    consent: bool
    resident: int | None = None
    name: Annotated[str, Meta(max_length=80)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    community: Annotated[str, Meta(max_length=120)] = ""
    address: Annotated[str, Meta(max_length=200)] = ""
    born: date | None = None
    language: Annotated[str, Meta(max_length=20)] = ""
    sex: Literal["female", "male"] | None = None
    needs: Annotated[str, Meta(max_length=2000)] = ""
    risks: list[Risk] = []
    asker_name: Annotated[str, Meta(max_length=80)] = ""
    asker_phone: Annotated[str, Meta(max_length=40)] = ""
    details: Annotated[str, Meta(max_length=2000)] = ""
    wanted_on: date | None = None
    wanted_times: list[TimeOfDay] = []
    recurs: Recurs = Recurs.ONCE


class Noted(Struct, frozen=True):
    """A decision that may carry a note."""

    note: Note = ""


class Refused(Struct, frozen=True):
    """Why a request is declined."""

    reason: Annotated[Declined, Meta(extra={"required": N_("Choose a reason.")})]
    note: Note = ""


class GivenBack(Struct, frozen=True):
    """Why an agency cannot take a request."""

    note: Annotated[
        str, Meta(min_length=2, max_length=500, extra={"required": N_("Say why, so that the community can decide.")})
    ]


class HandedOver(Struct, frozen=True):
    """The contract line that takes a request."""

    line: Annotated[int, Meta(extra={"required": N_("Choose a program.")})]


class Merged(Struct, frozen=True):
    """The resident a request is filed under."""

    resident: int
    take_details: bool


class Look(Struct, frozen=True):
    """Why the details are opened."""

    purpose: Annotated[Purpose, Meta(extra={"required": N_("Say why you open the details.")})]


class VisitPlan(Struct, frozen=True):
    """When visitors come, how many, and for how many weeks running."""

    activity: Annotated[int, Meta(extra={"required": N_("Choose an activity.")})]
    day: date
    begins: time
    minutes: Annotated[
        int,
        Meta(ge=15, le=LONGEST_VISIT_MINUTES, extra={"error": N_("Enter minutes between 15 and 480, for example 90.")}),
    ]
    volunteers: Annotated[int, Meta(ge=0, le=20, extra={"error": N_("Enter a number from 0 to 20.")})] = 0
    staff: Annotated[int, Meta(ge=0, le=20, extra={"error": N_("Enter a number from 0 to 20.")})] = 0
    sex_wanted: Literal["female", "male"] | None = None
    weeks: Annotated[int, Meta(ge=1, le=MOST_WEEKS, extra={"error": N_("Enter a number from 1 to 12.")})] = 1


class Happened(Struct, frozen=True):
    """What the person served says about a visit."""

    happened: Annotated[Literal["yes", "no"], Meta(extra={"required": N_("Choose yes or no.")})]
    rating: Annotated[int, Meta(ge=1, le=BEST_RATING, extra={"error": N_("Choose a number from 1 to 5.")})] | None = (
        None
    )
    words: Annotated[str, Meta(max_length=1000)] = ""


GUESSING = Rate(6, 600)
"""Six digits are few: within a visit's hours nobody gets far at this rate."""


class CardCode(Struct, frozen=True):
    """A code read out from a door card."""

    code: Annotated[str, Meta(max_length=20, extra={"required": N_("Enter the six digits, for example 204 913.")})]


class Typing(Struct, frozen=True):
    """What is typed so far at the window, to look for the same person."""

    name: Annotated[str, Meta(max_length=80)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    community: Annotated[str, Meta(max_length=120)] = ""
    address: Annotated[str, Meta(max_length=200)] = ""
    resident: str = ""
