"""What forms about claimed and typed-in time accept. Days and times are by the city's clocks."""

from datetime import date, time
from typing import Annotated

from msgspec import Meta, Struct

from app.hours.rules import Reason
from app.hours.rules.kinds import Kind
from app.kit.rules import N_

Note = Annotated[str, Meta(max_length=1000)]


class ClaimOwn(Struct, frozen=True, kw_only=True):
    """When one was there, and why nothing was punched."""

    came_on: date
    came_at: time
    left_on: date
    left_at: time
    reason: Annotated[
        Reason, Meta(extra={"required": N_("Say why nothing was punched."), "error": N_("Choose a reason.")})
    ]
    note: Note = ""


class ClaimBeside(Struct, frozen=True, kw_only=True):
    """Time of another kind beside a shift."""

    kind: Annotated[
        Kind, Meta(extra={"required": N_("Choose what the time was."), "error": N_("Choose what the time was.")})
    ]
    came_on: date
    came_at: time
    left_on: date
    left_at: time
    note: Annotated[str, Meta(max_length=1000, extra={"required": N_("Say in a few words what was done.")})]


class RosterLine(Struct, frozen=True, kw_only=True):
    """One row of a paper roster: whose, and the clock times."""

    volunteer_no: Annotated[str, Meta(max_length=20, extra={"required": N_("Which volunteer number?")})]
    came_at: Annotated[time, Meta(extra={"required": N_("When did this person arrive? For example 14:00.")})]
    left_at: Annotated[time, Meta(extra={"required": N_("When did this person leave? For example 16:00.")})]
