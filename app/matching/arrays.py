"""A problem as compiled code reads it: one record a person, a seat, a commitment, so a look-up touches memory once."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.matching.problem import SLOT_MINUTES, Floats, Ints, Longs, Masks, Problem

Records = NDArray[np.void]

NO_PERIOD = -1
"""The day or week of what lies outside the horizon: its cap does not bind."""

PERSON = np.dtype(
    [
        ("skills", "u8"),
        ("languages", "u8"),
        ("likes", "u8"),
        ("refuses", "u8"),
        ("staff_of", "i8"),
        ("x", "f4"),
        ("y", "f4"),
        ("reach", "f4"),
        ("sex", "u1"),
        ("minor", "u1"),
        ("day_minutes", "i4"),
        ("week_minutes", "i4"),
        ("served_minutes", "i4"),
        ("days_unasked", "i4"),
        ("reliability", "f4"),
    ],
    align=True,
)
SPAN = np.dtype(
    [
        ("starts", "i4"),
        ("ends", "i4"),
        ("day", "i4"),
        ("week", "i4"),
        ("x", "f4"),
        ("y", "f4"),
        ("counts", "u1"),
    ],
    align=True,
)
SEAT = np.dtype(
    [
        ("shift", "i4"),
        ("open", "i4"),
        ("staff", "u1"),
        ("skills", "u8"),
        ("languages", "u8"),
        ("credentials", "u8"),
        ("starts", "i4"),
        ("ends", "i4"),
        ("day", "i4"),
        ("week", "i4"),
        ("x", "f4"),
        ("y", "f4"),
        ("kind", "u8"),
        ("agency", "i8"),
        ("contract", "i4"),
        ("community", "i4"),
        ("served", "i8"),
        ("priority", "i4"),
        ("deadline", "i4"),
        ("adults_only", "u1"),
        ("sex", "u1"),
    ],
    align=True,
)


class City(NamedTuple):
    """Weights, travel and the length of the horizon: see `Weights` and `Travel`."""

    minutes: int
    fill: int
    urgent: int
    continuity: int
    preference: int
    travel: int
    unknown_kilometres: int
    reliability: int
    load: int
    load_hours: int
    opportunity: int
    opportunity_days: int
    community: int
    keep: int
    start_minutes: int
    detour_percent: int
    metres_per_minute: int
    unknown_minutes: int


class Arrays(NamedTuple):
    """Everything that rules and points of a pair are read from."""

    city: City
    person: Records
    free: Masks
    credential_until: Ints
    span_first: Longs
    span: Records
    known_first: Longs
    served: Longs
    barred: NDArray[np.bool_]
    declined_first: Longs
    declined: Ints
    before_first: Longs
    before: Ints
    seat: Records
    minutes_left: Longs
    """Of each contract."""
    empty_share: Floats


def arrays(problem: Problem) -> Arrays:
    """The problem for compiled code."""
    return Arrays(
        city=city(problem),
        person=_records(PERSON, problem.people_count, problem.people),
        free=problem.people.free,
        credential_until=problem.people.credential_until,
        span_first=problem.spans.first,
        span=_span(problem),
        known_first=problem.known.first,
        served=problem.known.served,
        barred=problem.known.barred,
        declined_first=problem.declined.first,
        declined=problem.declined.shift,
        before_first=problem.before.first,
        before=problem.before.shift,
        seat=_seat(problem),
        minutes_left=problem.contracts.minutes_left,
        empty_share=np.zeros(0, dtype=np.float32) if problem.empty_share is None else problem.empty_share,
    )


def city(problem: Problem) -> City:
    """The numbers that hold for all."""
    told = {**_fields(problem.weights), **_fields(problem.travel), "minutes": problem.minutes}
    return City(**{name: told[name] for name in City._fields})


def period(bounds: Ints, starts: Ints) -> Ints:
    """The local day or week in which each of these minutes lies."""
    part = np.searchsorted(bounds, starts, side="right") - 1
    return np.where(part < len(bounds) - 1, part, NO_PERIOD).astype(np.int32)


def slots(starts: int, ends: int) -> range:
    """The quarters of an hour that a span touches."""
    return range(starts // SLOT_MINUTES, -(-ends // SLOT_MINUTES))


def _fields(struct: Any) -> dict[str, int]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def _records(dtype: np.dtype[np.void], count: int, source: Any, **more: NDArray[Any]) -> Records:
    """One record a row, each field from the array of that name."""
    records = np.zeros(count, dtype=dtype)
    for name in dtype.names or ():
        records[name] = more[name] if name in more else getattr(source, name)
    return records


def _span(problem: Problem) -> Records:
    spans = problem.spans
    return _records(
        SPAN,
        len(spans.starts),
        spans,
        day=period(problem.days, spans.starts),
        week=period(problem.weeks, spans.starts),
    )


def _seat(problem: Problem) -> Records:
    """Each seat with what is true of its shift."""
    seats, shifts, shift = problem.seats, problem.shifts, problem.seats.shift
    of_seat = {name: getattr(seats, name) for name in ("shift", "open", "staff", "skills", "languages", "credentials")}
    of_time = {
        "day": period(problem.days, shifts.starts)[shift],
        "week": period(problem.weeks, shifts.starts)[shift],
    }
    rest = (name for name in SEAT.names or () if name not in of_seat and name not in of_time)
    of_shift = {name: getattr(shifts, name)[shift] for name in rest}
    return _records(SEAT, problem.seat_count, seats, **of_seat, **of_time, **of_shift)
