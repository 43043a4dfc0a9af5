"""Puts a problem together, in a fixed number of queries whatever the size of the city."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
import numpy as np
from msgspec import Struct

from app.hours.queries.rollups import Reach, sums
from app.hours.rules.slices import By, Slice
from app.kit import clock
from app.kit.db import fetch, value
from app.matching.problem import Contracts, Floats, Problem, Weights
from app.matching.queries.loading import ties
from app.matching.queries.loading.people import people_arrays, person_rows
from app.matching.queries.loading.places import plane
from app.matching.queries.loading.scope import Scope
from app.matching.queries.loading.shifts import (
    SeatRow,
    ShiftRow,
    seat_arrays,
    seat_rows,
    shift_arrays,
    shift_rows,
)
from app.matching.queries.loading.times import Horizon, day_edges, horizon, week_edges
from app.matching.queries.loading.vocabulary import vocabulary
from app.matching.rules import usual

WEIGHTS = "SELECT weights FROM weighting WHERE applies_from <= $1 ORDER BY applies_from DESC, id DESC LIMIT 1"

TARGETS = """
    SELECT l.id, l.target * 60 AS minutes,
           coalesce((SELECT sum(extract(epoch FROM u.ends - u.starts) / 60)
                     FROM signup u JOIN shift h ON h.id = u.shift
                     WHERE h.line = l.id AND u.status IN ('offered', 'confirmed') AND u.ends > $2), 0)::bigint
               AS planned
    FROM line l WHERE l.id = ANY ($1)
"""

EMPTY = """
    SELECT h.region, (1 - sum(e.taken)::float / sum(e.needed)) AS share
    FROM shift h JOIN seat e ON e.shift = h.id
    WHERE h.status IN ('running', 'done') AND h.starts >= $2::timestamptz - $3::interval AND h.starts < $2
      AND h.region = ANY ($1) GROUP BY h.region
"""


class Loaded(Struct, frozen=True, kw_only=True):
    """A problem with the way back from the database's numbers to its positions."""

    problem: Problem
    person_at: dict[int, int]
    shift_at: dict[int, int]
    seat_at: dict[int, int]
    as_of: datetime


class _Target(Struct, frozen=True):
    id: int
    minutes: int
    planned: int


class _Empty(Struct, frozen=True):
    region: str
    share: float


async def load(scope: Scope, *, now: datetime, supposed: Sequence[tuple[ShiftRow, SeatRow]] = ()) -> Loaded:
    """The problem of a scope as it stands; read in one transaction when it has to hold together.

    `supposed` are shifts of one seat that are not published, to see who could come if they were. Work done but not yet
    posted is not taken off a contract; planned work is.

    Raises:
        Conflict: when the city has longer lists than the matcher can hold.
    """
    today = clock.local_day(now)
    rows = await shift_rows(scope)
    seats = await seat_rows(rows)
    rows += [row for row, _ in supposed]
    seats += [seat for _, seat in supposed]
    over = horizon(scope.starts, max([scope.ends, *(row.ends for row in rows)]), str(clock.city_zone()))
    weeks = week_edges(over)
    words, flat = await vocabulary(), await plane()
    people, minors = await person_rows(scope.people, over.days()[0])
    person_at = {row.id: position for position, row in enumerate(people)}
    shift_at = {row.id: position for position, row in enumerate(rows)}
    regions = sorted({row.region for row in rows})
    communities = {code: position for position, code in enumerate(regions)}
    contracts, contract_at = await _contracts(rows, now)
    whole = _instant(over, min(0, int(weeks[0]))), _instant(over, max(over.minutes, int(weeks[-1])))
    problem = Problem(
        starts=over.starts,
        zone=over.zone,
        minutes=over.minutes,
        days=day_edges(over),
        weeks=weeks,
        people=await people_arrays(people, minors, over, flat, words, communities, now, scope.people),
        spans=await ties.spans(person_at, shift_at, over, whole, flat, scope.people),
        known=await ties.known(person_at, (row.served for row in rows), scope.people),
        declined=await ties.declined(person_at, shift_at),
        before=await ties.before(person_at, shift_at, scope.before),
        shifts=shift_arrays(rows, over, flat, words, contract_at, communities),
        seats=seat_arrays(rows, seats, words),
        contracts=contracts,
        communities=tuple(regions),
        empty_share=await _empty_share(regions, now),
        words=words.words,
        weights=await weights_on(today),
    )
    seat_at = {seat.id: position for position, seat in enumerate(seats)}
    return Loaded(problem=problem, person_at=person_at, shift_at=shift_at, seat_at=seat_at, as_of=now)


async def weights_on(day: date) -> Weights:
    """The city's weights of that day; what a row does not name is as usual."""
    stored = await value(WEIGHTS, day)
    return msgspec.json.decode(stored, type=Weights) if stored else Weights()


def _instant(over: Horizon, minute: int) -> datetime:
    return over.starts + timedelta(minutes=minute)


async def _contracts(rows: Sequence[ShiftRow], now: datetime) -> tuple[Contracts, dict[int, int]]:
    lines = sorted({row.line for row in rows if row.line is not None})
    targets = await fetch(_Target, TARGETS, lines, now)
    split = (By.LINE,)
    posted = await sums(Reach(everything=True), Slice(), [split]) if lines else {split: []}
    used = {one.line: one.minutes for one in posted[split]}
    left = {one.id: max(0, one.minutes - one.planned - used.get(one.id, 0)) for one in targets}
    contracts = Contracts(
        ids=np.array(lines, dtype=np.int64), minutes_left=np.array([left[line] for line in lines], dtype=np.int64)
    )
    return contracts, {line: position for position, line in enumerate(lines)}


async def _empty_share(regions: Sequence[str], now: datetime) -> Floats:
    found = {row.region: row.share for row in await fetch(_Empty, EMPTY, list(regions), now, usual.EMPTY_WINDOW)}
    return np.array([found.get(code, 0.0) for code in regions], dtype=np.float32)
