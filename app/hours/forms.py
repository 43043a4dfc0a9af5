"""What forms about hours accept."""

from datetime import date, time
from typing import Annotated

from msgspec import Meta, Struct

from app.hours.rules import Reason
from app.hours.rules.exceptions import Why
from app.kit.rules import N_

Note = Annotated[str, Meta(max_length=1000)]


class Correct(Struct, frozen=True, kw_only=True):
    """Corrected times by the city's clocks, with their reason."""

    came_on: date
    came_at: time
    left_on: date
    left_at: time
    reason: Annotated[
        Reason, Meta(extra={"required": N_("A correction needs its reason."), "error": N_("Choose a reason.")})
    ]
    note: Note = ""


class Return(Struct, frozen=True, kw_only=True):
    """What has to be put right."""

    note: Annotated[str, Meta(max_length=1000, extra={"required": N_("Say in a few words what has to be put right.")})]


class Choose(Struct, frozen=True, kw_only=True):
    """Which attendances to approve: those ticked, or the one whose own button was pressed."""

    chosen: list[int] = []
    only: int | None = None


class Keep(Struct, frozen=True, kw_only=True):
    """Which exceptions are settled by leaving the times as they are, and why."""

    chosen: list[int]
    reason: Annotated[
        Why, Meta(extra={"required": N_("Say why the times are right."), "error": N_("Choose a reason.")})
    ]
    note: Note = ""
