"""Half a team helps no one: how many heads a shift needs before it can take place, and whether a plan brings them."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

TWO = 2
"""Where nobody goes alone."""

Lack = Literal["team", "staffed"]
"""The rule that a shift's people break together: too few of a role, or volunteers without a social worker."""


class TeamShift(Struct, frozen=True, kw_only=True):
    """What the safeguards ask of those who come to a shift together, and who comes already."""

    two_people: bool
    staff_present: bool
    staff_there: int
    volunteers_there: int


class TeamSeat(Struct, frozen=True, kw_only=True):
    """A role of a shift: how many it wants, has and needs at least; and how many a plan gives it."""

    capacity: str
    needed: int
    taken: int
    least: int
    placed: int = 0


def least_heads(shift: TeamShift, seat: TeamSeat, roles: int) -> int:
    """How many a role needs before its shift, of so many roles, can take place; may be more than it has places."""
    if not shift.two_people or shift.staff_there + shift.volunteers_there >= TWO:
        return seat.least
    # Nobody goes alone: of one role two, of several roles one each.
    return max(seat.least, TWO if roles == 1 else 1)


def lack_of(shift: TeamShift, seats: Sequence[TeamSeat]) -> Lack | None:
    """Why a plan's people for a shift, with those who come already, are no whole team; None when they are.

    The checker says the same of whole plans, in arrays.
    """
    if any(seat.taken + seat.placed < least_heads(shift, seat, len(seats)) for seat in seats):
        return "team"
    staff = shift.staff_there + sum(seat.placed for seat in seats if seat.capacity == "staff")
    volunteers = shift.volunteers_there + sum(seat.placed for seat in seats if seat.capacity != "staff")
    return "staffed" if shift.staff_present and volunteers and not staff else None
