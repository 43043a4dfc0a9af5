"""The shape of a file: what `problem.py` holds as arrays, as rows that say what they mean."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.matching.problem import Travel, Weights, Words

FORMAT = "linli-matching"
VERSION = 1

LONGEST = 366 * 24 * 60
"""Minutes of a horizon."""

Id = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Minute = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""After the start of the problem; or a length."""
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Metres = Annotated[float, Meta(ge=-1e9, le=1e9)]
Share = Annotated[float, Meta(ge=0, le=1)]
Place = tuple[Metres, Metres] | None
"""Metres east and north; nothing where it is unknown."""
Sex = Literal["any", "female", "male"]


class Commitment(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What somebody is committed to already."""

    starts: Minute
    ends: Minute
    at: Place = None
    counts: bool = True
    """Towards the caps; an absence does not."""
    shift: Id | None = None


class PersonRow(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody who can be asked."""

    id: Id
    staff_of: Id = 0
    minor: bool = False
    sex: Sex = "any"
    skills: list[str] = []
    languages: list[str] = []
    likes: list[str] = []
    refuses: list[str] = []
    credentials: dict[str, Minute | None] = {}
    """Until which minute; nothing for one without an end."""
    free: list[tuple[Minute, Minute]] = []
    at: Place = None
    reach: Metres | None = None
    """Nothing: as far as need be."""
    day_minutes: Minute | None = None
    week_minutes: Minute | None = None
    community: str | None = None
    served_minutes: Count = 0
    days_unasked: Count = 0
    reliability: Share = 0.5
    commitments: list[Commitment] = []
    knows: list[Id] = []
    barred_from: list[Id] = []
    declined: list[Id] = []
    """Shifts."""
    before: list[Id] = []
    """Shifts."""


class SeatRow(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A role of a shift."""

    id: Id
    open: Count
    least: Count
    staff: bool = False
    skills: list[str] = []
    languages: list[str] = []
    credentials: list[str] = []


class ShiftRow(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A block of work with its seats."""

    id: Id
    starts: Minute
    ends: Minute
    kind: str
    agency: Id
    seats: list[SeatRow]
    at: Place = None
    contract: Id | None = None
    community: str | None = None
    served: Id = 0
    priority: Annotated[int, Meta(ge=0, le=255)] = 1
    deadline: Minute | None = None
    adults_only: bool = False
    sex: Sex = "any"
    staffed: bool = False
    staff_there: Count = 0
    volunteers_there: Count = 0


class ContractRow(Struct, forbid_unknown_fields=True):
    """What may still be planned under a contract line."""

    id: Id
    minutes_left: Id


class CommunityRow(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A community, and the share of its seats that stayed empty lately."""

    code: str
    empty_share: Share | None = None


class ProblemShape(Struct, forbid_unknown_fields=True):
    """A problem."""

    starts: Annotated[datetime, Meta(tz=True)]
    zone: str
    minutes: Annotated[int, Meta(ge=0, le=LONGEST)]
    days: list[Minute]
    weeks: list[Minute]
    words: Words
    weights: Weights
    travel: Travel
    communities: list[CommunityRow]
    contracts: list[ContractRow]
    people: list[PersonRow]
    shifts: list[ShiftRow]


class Assignment(Struct, forbid_unknown_fields=True):
    """A person with a seat."""

    person: Id
    seat: Id


class Price(Struct, forbid_unknown_fields=True):
    """The price of a head on a seat, or of a thousand minutes under a contract."""

    id: Id
    points: Id


class PlanShape(Struct, forbid_unknown_fields=True):
    """A plan, with the prices that its bound rests on; a price that is not named is nothing."""

    value: Id
    bound: Id
    effort: Count
    assignments: list[Assignment]
    seat_prices: list[Price]
    contract_prices: list[Price]


class FileShape(Struct, forbid_unknown_fields=True):
    """A file: a problem, and perhaps a plan of it."""

    format: str
    version: int
    problem: ProblemShape
    plan: PlanShape | None = None
