"""What is accepted about a shift: when, where, how often, with which seats."""

from datetime import date, time
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.shifts.rules.publishing import USUAL_PRIORITY, Capacity, SeatChange, SeatWanted
from app.shifts.rules.recurrence import MOST_DATES, Repeat

HOW_OFTEN = N_("Enter a number from 1 to 200, for example 8.")
SEAT_PRESETS = ("capacity",)

Title = Annotated[str, Meta(max_length=160)]
Place = Annotated[str, Meta(max_length=200)]
Role = Annotated[str, Meta(max_length=60, extra={"required": N_("Name the role, for example: visitor.")})]
Needed = Annotated[int, Meta(ge=1, le=500, extra={"error": N_("Enter how many people, for example 4.")})]

Least = Annotated[int, Meta(ge=0, le=500, extra={"error": N_("Enter how many people, for example 2.")})]


class PublishForm(Struct, frozen=True, kw_only=True):
    """One shift, or a series, as it is typed."""

    on: date
    begins: time
    ends: time
    title: Title = ""
    place: Place = ""
    priority: Annotated[int, Meta(ge=1, le=5)] = USUAL_PRIORITY
    sex_wanted: Literal["female", "male"] | None = None
    repeat: Repeat = Repeat.ONCE
    weekday: list[Annotated[int, Meta(ge=0, le=6)]] = []
    until: date | None = None
    count: Annotated[int, Meta(ge=1, le=MOST_DATES, extra={"error": HOW_OFTEN})] | None = None
    rule: Annotated[str, Meta(max_length=400)] = ""
    day: list[date] = []
    """The dates still ticked on the page that shows them."""


class SeatForm(Struct, frozen=True, kw_only=True):
    """One row of places."""

    role: Role
    needed: Needed
    capacity: Capacity = Capacity.VOLUNTEER
    skill: Annotated[str, Meta(max_length=40)] | None = None
    leads: bool = False
    language: Annotated[str, Meta(max_length=20)] | None = None
    credential: Annotated[str, Meta(max_length=40)] | None = None
    least: Least = 0

    def wanted(self) -> SeatWanted:
        """What the row asks for."""
        return SeatWanted(
            role=self.role,
            needed=self.needed,
            capacity=self.capacity,
            leads=self.leads,
            skill=self.skill,
            language=self.language,
            credentials=(self.credential,) if self.credential else (),
            least=self.least,
        )


class SeatChangeForm(Struct, frozen=True, kw_only=True):
    """One row of places that are published already; 0 takes the role away."""

    seat: int
    kept_role: Role
    kept_needed: Annotated[int, Meta(ge=0, le=500, extra={"error": N_("Enter how many people, for example 4.")})]
    kept_leads: bool = False
    kept_least: Least = 0

    def change(self) -> SeatChange:
        """What the row asks for."""
        return SeatChange(
            seat_id=self.seat,
            role=self.kept_role,
            needed=self.kept_needed,
            leads=self.kept_leads,
            least=self.kept_least,
        )


class ShiftForm(Struct, frozen=True, kw_only=True):
    """What, where and when a published shift is to be."""

    title: Title
    place: Place
    on: date
    begins: time
    ends: time
    priority: Annotated[int, Meta(ge=1, le=5)] | None = None


class CancelForm(Struct, frozen=True, kw_only=True):
    """Why a shift does not take place."""

    reason: Annotated[
        str, Meta(max_length=400, extra={"required": N_("Say why, for example: typhoon warning. People will read it.")})
    ]
