"""A shift with one open place, under a contract, ready to be signed up for."""

from dataclasses import dataclass
from datetime import datetime

from tests import factories as make


@dataclass(frozen=True)
class Place:
    """Row numbers of a shift and what it stands on."""

    agency: int
    manager: int
    activity: int
    shift: int
    seat: int


async def open_shift(
    starts: datetime,
    *,
    minutes: int = 120,
    needed: int = 2,
    minors_allowed: bool = True,
    skill: str | None = None,
) -> Place:
    """A published shift of an agency of its own."""
    agency = await make.organisation("agency")
    manager = await make.member(agency, "agency_manager")
    activity = await make.activity(agency, manager, None, minors_allowed=minors_allowed)
    shift = await make.shift(activity, starts=starts, minutes=minutes)
    seat = await make.seat(shift, needed=needed, skill=skill)
    return Place(agency=agency, manager=manager, activity=activity, shift=shift, seat=seat)
