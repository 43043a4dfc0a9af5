"""What binds people to times, to each other and to shifts: rows ordered by person."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from msgspec import Struct

from app.kit.db import fetch
from app.matching.problem import Known, Longs, Pairs, Spans
from app.matching.queries.loading.places import Plane
from app.matching.queries.loading.times import Horizon
from app.matching.rules import usual

SPANS = """
    SELECT coalesce(p.merged_into, p.id) AS person, u.starts, u.ends, u.shift, h.region,
           CASE WHEN a.region = h.region THEN a.latitude END AS latitude,
           CASE WHEN a.region = h.region THEN a.longitude END AS longitude, true AS counts
    FROM signup u JOIN person p ON p.id = u.person JOIN shift h ON h.id = u.shift JOIN activity a ON a.id = h.activity
    WHERE u.status IN ('offered', 'confirmed', 'attended') AND u.starts < $2 AND u.ends > $1
      AND ($3::bigint[] IS NULL OR coalesce(p.merged_into, p.id) = ANY ($3))
    UNION ALL
    SELECT coalesce(p.merged_into, p.id), greatest(b.starts, $1), least(b.ends, $2), 0, '', NULL, NULL, false
    FROM absence b JOIN person p ON p.id = b.person
    WHERE b.withdrawn_at IS NULL AND b.starts < $2 AND b.ends > $1
      AND ($3::bigint[] IS NULL OR coalesce(p.merged_into, p.id) = ANY ($3))
"""

MET = """
    SELECT coalesce(p.merged_into, p.id) AS person, coalesce(r.resident, -h.activity) AS served,
           coalesce(bool_or(c.rating <= $3), false) AS barred
    FROM signup u
    JOIN person p ON p.id = u.person
    JOIN shift h ON h.id = u.shift
    LEFT JOIN visit v ON v.shift = h.id
    LEFT JOIN request r ON r.id = v.request
    LEFT JOIN confirmation c ON c.visit = v.id
    WHERE u.status = 'attended' AND coalesce(r.resident, -h.activity) = ANY ($1)
      AND ($2::bigint[] IS NULL OR coalesce(p.merged_into, p.id) = ANY ($2))
    GROUP BY coalesce(p.merged_into, p.id), coalesce(r.resident, -h.activity)
"""

DECLINED = """
    SELECT DISTINCT coalesce(p.merged_into, p.id) AS person, o.shift
    FROM offer o JOIN person p ON p.id = o.person
    WHERE o.shift = ANY ($1) AND o.status IN ('waiting', 'open', 'declined', 'expired')
"""

BEFORE = """
    SELECT DISTINCT person, shift FROM placement WHERE round = $1 AND dropped_at IS NULL AND shift = ANY ($2)
"""


class _Span(Struct, frozen=True):
    person: int
    starts: datetime
    ends: datetime
    shift: int
    region: str
    latitude: float | None
    longitude: float | None
    counts: bool


class _Met(Struct, frozen=True):
    person: int
    served: int
    barred: bool


class _Pair(Struct, frozen=True):
    person: int
    shift: int


async def spans(
    at: dict[int, int],
    shift_at: dict[int, int],
    over: Horizon,
    whole: tuple[datetime, datetime],
    flat: Plane,
    asked_for: Sequence[int] | None,
) -> Spans:
    """What people are committed to within the whole weeks that the horizon touches."""
    found = [row for row in await fetch(_Span, SPANS, *whole, asked_for) if row.person in at]
    found.sort(key=lambda row: (at[row.person], row.starts, row.ends, row.shift))
    x, y = flat.spots((row.latitude, row.longitude, row.region) for row in found)
    return Spans(
        first=_first((at[row.person] for row in found), len(at)),
        starts=np.array([over.minute(row.starts) for row in found], dtype=np.int32),
        ends=np.array([over.minute(row.ends) for row in found], dtype=np.int32),
        x=x,
        y=y,
        counts=np.array([row.counts for row in found], dtype=np.bool_),
        shift=np.array([shift_at.get(row.shift, -1) for row in found], dtype=np.int32),
    )


async def known(at: dict[int, int], served: Iterable[int], asked_for: Sequence[int] | None) -> Known:
    """Who served whom of these before; a resident who was unhappy with a visitor does not get them again."""
    found = [row for row in await fetch(_Met, MET, sorted(set(served)), asked_for, usual.UNHAPPY) if row.person in at]
    found.sort(key=lambda row: (at[row.person], row.served))
    return Known(
        first=_first((at[row.person] for row in found), len(at)),
        served=np.array([row.served for row in found], dtype=np.int64),
        barred=np.array([row.barred for row in found], dtype=np.bool_),
    )


async def declined(at: dict[int, int], shift_at: dict[int, int]) -> Pairs:
    """Who has been asked for a shift already: whoever said no, let it pass, or is still being asked."""
    return _pairs(await fetch(_Pair, DECLINED, list(shift_at)), at, shift_at)


async def before(at: dict[int, int], shift_at: dict[int, int], round_id: int | None) -> Pairs:
    """Whom the round before proposed where."""
    rows = await fetch(_Pair, BEFORE, round_id, list(shift_at)) if round_id is not None else []
    return _pairs(rows, at, shift_at)


def _pairs(rows: Sequence[_Pair], at: dict[int, int], shift_at: dict[int, int]) -> Pairs:
    pairs = sorted((at[row.person], shift_at[row.shift]) for row in rows if row.person in at)
    return Pairs(
        first=_first((person for person, _ in pairs), len(at)),
        shift=np.array([shift for _, shift in pairs], dtype=np.int32),
    )


def _first(people: Iterable[int], count: int) -> Longs:
    """Where each person's rows begin, of rows ordered by person."""
    tally = np.bincount(np.fromiter(people, dtype=np.int64), minlength=count)
    return np.concatenate(([0], np.cumsum(tally))).astype(np.int64)
