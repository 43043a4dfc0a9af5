"""What part of the city a problem is about."""

from datetime import datetime

from msgspec import Struct


class Scope(Struct, frozen=True, kw_only=True):
    """Published shifts that begin within a stretch of time, and the people who could serve at them."""

    starts: datetime
    ends: datetime
    agency: int | None = None
    region: str = ""
    """Only shifts in regions whose code begins so."""
    shifts: tuple[int, ...] | None = None
    seats: tuple[int, ...] | None = None
    """Only the shifts of these seats, all their seats included: a team is judged as a whole."""
    people: tuple[int, ...] | None = None
    """Only these; None for everybody."""
    before: int | None = None
    """The round near whose proposals the plan is to stay."""
