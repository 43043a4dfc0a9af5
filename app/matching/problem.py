"""What is to be matched, as arrays: people, shifts with their seats, contracts, and the weights of a city.

Everything is numbered by position: person 0 … n-1, shift 0 … m-1, seat 0 … s-1. Sets are bit masks over the
vocabularies of `Words`. Times are whole minutes after `Problem.starts` (an instant, UTC), so a week in which clocks
change is simply 167 or 169 hours long. Places are metres east and north on a local plane; NaN where unknown.
"""

from datetime import datetime
from typing import Annotated, Any

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

SLOT_MINUTES = 15
"""Availability is known by quarters of an hour."""

NEVER = -1
FOREVER = 2**31 - 1
"""A credential's end when it has none, and a cap that does not bind."""

ANY_SEX, FEMALE, MALE = 0, 1, 2

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]
Masks = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

Points = Annotated[int, Meta(ge=0, le=1_000_000)]


class Weights(Struct, frozen=True, kw_only=True):
    """What the city values, in points; `app.matching.score` says how they add up. None may be negative."""

    fill: Points = 1000
    """For each head on a seat, a priority step (1 to 5) of its shift."""
    urgent: Points = 200
    """More for each head on a seat whose deadline falls within the horizon."""
    continuity: Points = 300
    """For a visitor whom the person served knows already."""
    preference: Points = 200
    """For a kind of service that the person likes."""
    travel: Points = 100
    """Taken off for each kilometre between home and the place."""
    unknown_kilometres: Points = 3
    """How far apart a home and a place count where either is unknown."""
    reliability: Points = 300
    """Spread between a person who never kept a promise (nothing) and one who always did (all of it)."""
    load: Points = 20
    """Taken off for each hour served lately, up to `load_hours`: who did much is spared."""
    load_hours: Points = 15
    opportunity: Points = 10
    """For each day since somebody was last asked, up to `opportunity_days`: who is forgotten is remembered."""
    opportunity_days: Points = 30
    community: Points = 300
    """For a seat in a community, times the share of its seats that stayed empty lately."""
    keep: Points = 1200
    """For leaving a person where the plan before had them: more than a step of priority, so that few are moved."""


class Travel(Struct, frozen=True, kw_only=True):
    """How long it takes from one place to another: nothing within a place, else `start` and the way at `speed`.

    Triangle inequality holds, so who can go from a to b and from b to c can also go from a to c.
    """

    start_minutes: Annotated[int, Meta(ge=0)] = 5
    detour_percent: Annotated[int, Meta(ge=100)] = 130
    """Road against straight line."""
    metres_per_minute: Annotated[int, Meta(gt=0)] = 250
    unknown_minutes: Annotated[int, Meta(ge=0)] = 30
    """Between two places of which either is unknown."""


class Words(Struct, frozen=True, kw_only=True):
    """The vocabularies behind the masks: bit b of a mask is the b-th code. At most 64 each."""

    kinds: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()


class People(Struct, frozen=True, kw_only=True):
    """Who can be asked; every array has one row a person."""

    ids: Longs
    staff_of: Longs
    """The agency that pays them; 0 for a volunteer."""
    minor: Flags
    sex: Bytes
    skills: Masks
    languages: Masks
    likes: Masks
    """Kinds they would like to do."""
    refuses: Masks
    """Kinds they asked not to be asked for."""
    credential_until: Ints
    """(n, credentials): the minute at which each one ends; NEVER without it, FOREVER without an end."""
    free: Masks
    """(n, words): bit k of word w is slot 64 w + k of the horizon; set when the person says they are free."""
    x: Floats
    y: Floats
    reach: Floats
    """Metres between home and place beyond which they do not go; infinity without a limit."""
    day_minutes: Ints
    week_minutes: Ints
    """The most they serve in a local day, and in a local week; with what is committed already."""
    community: Ints
    """Of `Problem.communities`; -1 when unknown."""
    served_minutes: Ints
    """Served lately."""
    days_unasked: Ints
    """Since they were last asked, as far back as anybody looks."""
    reliability: Floats
    """Share of promises kept, 0 to 1, smoothed so that a beginner stands in the middle."""


class Spans(Struct, frozen=True, kw_only=True):
    """What people are committed to already, in rows ordered by person: person p's are `first[p]` to `first[p + 1]`.

    They cannot be moved, they need travel like any other work, and they count towards the caps. An absence is one
    with an unknown place and `counts` false.
    """

    first: Longs
    starts: Ints
    ends: Ints
    x: Floats
    y: Floats
    counts: Flags
    shift: Ints
    """The shift of the problem they are part of; -1 for any other. It bars no second seat but by overlap."""


class Known(Struct, frozen=True, kw_only=True):
    """Who knows whom, in rows ordered by person as in `Spans`."""

    first: Longs
    served: Longs
    """Identity of a person served."""
    barred: Flags
    """True when the two must not meet again; false when they met before."""


class Pairs(Struct, frozen=True, kw_only=True):
    """People with shifts of the problem, in rows ordered by person as in `Spans`."""

    first: Longs
    shift: Ints


class Shifts(Struct, frozen=True, kw_only=True):
    """The blocks of work, one row each."""

    ids: Longs
    starts: Ints
    ends: Ints
    x: Floats
    y: Floats
    kind: Bytes
    agency: Longs
    contract: Ints
    """Of `Contracts`; -1 when nothing limits it."""
    community: Ints
    served: Longs
    """Who is visited; 0 for nobody in particular."""
    priority: Bytes
    """1 to 5."""
    deadline: Ints
    """The minute by which somebody must have come; FOREVER without one."""
    adults_only: Flags
    sex: Bytes
    """Only people of this sex may come; ANY_SEX when it does not matter."""
    staffed: Flags
    """Volunteers only together with at least one social worker."""
    staff_there: Ints
    volunteers_there: Ints
    """Heads that are settled already."""


class Seats(Struct, frozen=True, kw_only=True):
    """The roles of shifts, one row each, ordered by shift: shift j's are `first[j]` to `first[j + 1]`."""

    first: Longs
    """(m + 1)"""
    ids: Longs
    shift: Ints
    staff: Flags
    """For paid staff of the shift's agency; otherwise for volunteers whom that agency does not pay."""
    skills: Masks
    """All of these."""
    languages: Masks
    """Any of these; 0 when any language will do."""
    credentials: Masks
    """All of these, valid until the shift ends."""
    open: Ints
    """Heads still wanted."""
    least: Ints
    """Heads still missing before the shift can take place at all, at most `open`. A shift of which any seat gets
    fewer gets nobody: half a team helps no one."""


class Contracts(Struct, frozen=True, kw_only=True):
    """Minutes that may still be planned under each contract line; a head on a shift uses the shift's length."""

    ids: Longs
    minutes_left: Longs


class Problem(Struct, frozen=True, kw_only=True):
    """Everything that a plan depends on."""

    starts: datetime
    """The instant of minute 0."""
    zone: str
    minutes: int
    """Length of the horizon."""
    days: Ints
    """(d + 1) the minute at which each local day begins, and where the last one ends. A shift is of the day and the
    week in which it starts; so is a span."""
    weeks: Ints
    """(w + 1) the same for local weeks (from Monday); the first may begin before minute 0."""
    people: People
    spans: Spans
    known: Known
    declined: Pairs
    """Shifts that somebody declined or let pass: they are not asked for them again."""
    before: Pairs
    """Shifts that the plan before gave them: staying is worth `Weights.keep`."""
    shifts: Shifts
    seats: Seats
    contracts: Contracts
    communities: tuple[str, ...] = ()
    empty_share: Floats | None = None
    """Of each community: the share of its seats that stayed empty lately, 0 to 1."""
    words: Words = Words()
    weights: Weights = Weights()
    travel: Travel = Travel()

    @property
    def people_count(self) -> int:
        return len(self.people.ids)

    @property
    def shift_count(self) -> int:
        return len(self.shifts.ids)

    @property
    def seat_count(self) -> int:
        return len(self.seats.ids)


class Plan(Struct, frozen=True, kw_only=True):
    """Who takes which seat, what that is worth, and how much better any plan could be at most."""

    person: Ints
    seat: Ints
    """Positions in the problem, ordered by seat and then person."""
    value: int
    """Points, by `app.matching.score`."""
    bound: int
    """No feasible plan is worth more."""
    prices: "Prices"
    """What the bound rests on: anyone can recompute it from these."""
    effort: int = 0
    """How many rounds of work were done; the same number gives the same plan."""

    @property
    def gap(self) -> float:
        """How far from the best plan this one can be at most, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0


class Prices(Struct, frozen=True, kw_only=True):
    """Multipliers of a Lagrangian bound, in points."""

    seat: Longs
    """Of a head on each seat; may be negative where a team needs that head."""
    contract: Longs
    """Of a thousand minutes under each contract."""


def rows(value: Any, kind: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """An array of that type and shape.

    Raises:
        ValueError: when it has another shape.
    """
    array = np.ascontiguousarray(value, dtype=kind)
    if array.shape != shape:
        raise ValueError(f"expected {shape}, not {array.shape}")
    return array
