"""Writing a round's plan down as proposals, after its rules and weights were looked at again under lock."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import numpy as np

from app.kit import clock
from app.kit.db import connection, execute, transaction, value
from app.kit.errors import Conflict
from app.matching.actions.leasing import Lease, Lost, encoded
from app.matching.arrays import arrays
from app.matching.holding import hold
from app.matching.pairs import pair_of
from app.matching.problem import Longs, Plan, Problem
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.queries.weights import weighting_on
from app.matching.rules.rounds import LeftOut, Progress
from app.matching.rules.shortages import OpenSeat, Short

HOLD_ROUND = """
    SELECT id FROM round WHERE id = $1 AND status = 'running' AND (progress ->> 'tries')::bigint = $2
    FOR NO KEY UPDATE
"""
# In the order in which signing up takes them, so that the two wait for each other and never embrace.
HOLD_SHIFTS = "SELECT count(*) FROM (SELECT id FROM shift WHERE id = ANY ($1) ORDER BY id FOR SHARE) held"
HOLD_PEOPLE = "SELECT count(*) FROM (SELECT id FROM person WHERE id = ANY ($1) ORDER BY id FOR SHARE) held"
HOLD_SEATS = "SELECT count(*) FROM (SELECT id FROM seat WHERE shift = ANY ($1) ORDER BY id FOR SHARE) held"

FINISH = """
    UPDATE round SET status = 'ready', progress = $2::jsonb, value = $3, bound = $4, seats_open = $5, heads_open = $6,
        heads_filled = $7, weighting = $8, finished_at = $9, beat_at = $9
    WHERE id = $1 AND status = 'running'
"""
PLACE = """
    INSERT INTO placement (round, seat, shift, person, points, why, kept, dropped_reason, problem)
    VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, '', '')
"""
LEAVE_OPEN = "INSERT INTO gap (round, seat, shift, heads, reasons) VALUES ($1, $2, $3, $4, $5::jsonb)"


async def save_plan(
    lease: Lease, problem: Problem, plan: Plan, gaps: Sequence[OpenSeat], progress: Progress, *, now: datetime
) -> None:
    """Store who is proposed for what, and what stays open.

    Shifts, people and seats are held while the rules are looked at again: who signed up elsewhere, or lost a
    credential, while the plan was made is left out and named. If the city weighs anew meanwhile, points are counted by
    the new weights, and how far the plan is from the best one is no longer known.

    Raises:
        Lost: when another process took the round over, or somebody put it away.
    """
    people = problem.people.ids[plan.person]
    seats = problem.seats.ids[plan.seat]
    shifts = np.unique(problem.shifts.ids[problem.seats.shift[plan.seat]])
    async with transaction():
        if await value(HOLD_ROUND, lease.id, lease.tries) is None:
            raise Lost
        await value(HOLD_SHIFTS, shifts.tolist())
        await value(HOLD_PEOPLE, sorted(set(people.tolist())))
        await value(HOLD_SEATS, shifts.tolist())
        fresh = await _now_true(lease, people, shifts, now=now)
        saved = _Saved(lease.id, fresh, people, seats)
        weighting = await weighting_on(clock.local_day(now))
        same = fresh.problem.weights == problem.weights
        await _insert(PLACE, saved.rows)
        left = saved.left_out(problem, plan)
        await _insert(LEAVE_OPEN, [_gap_row(lease.id, each) for each in _with_left_out(gaps, left)])
        said = msgspec.structs.replace(progress, left_out=left, weights_changed=not same)
        bound = None if not same or left else plan.bound
        seats_open, heads_open = int(np.count_nonzero(problem.seats.open)), int(problem.seats.open.sum())
        figures = saved.value, bound, seats_open, heads_open, len(saved.rows)
        if not await execute(FINISH, lease.id, encoded(said), *figures, weighting.id if weighting else None, now):
            raise Conflict()


async def _now_true(lease: Lease, people: Longs, shifts: Longs, *, now: datetime) -> Loaded:
    """The world as it is now, as far as the plan touches it."""
    scope = Scope(
        starts=max(lease.starts, now),
        ends=lease.ends,
        agency=lease.organisation,
        region=lease.region,
        shifts=tuple(shifts.tolist()),
        people=tuple(sorted(set(people.tolist()))),
        before=lease.based_on,
    )
    return await load(scope, now=now)


class _Saved:
    """What of a plan is written down, as the world is now."""

    def __init__(self, round_id: int, fresh: Loaded, people: Longs, seats: Longs) -> None:
        problem = fresh.problem
        pairs = list(zip(people.tolist(), seats.tolist(), strict=True))
        known = [pair for pair in pairs if pair[0] in fresh.person_at and pair[1] in fresh.seat_at]
        person = np.array([fresh.person_at[p] for p, _ in known], dtype=np.int64)
        seat = np.array([fresh.seat_at[e] for _, e in known], dtype=np.int64)
        held = hold(problem, person, seat)
        # A shift or a person that is not there any more cannot be asked.
        self._out = {pair: "gone" for pair in pairs if pair not in set(known)}
        for p, e, code in held.left_out:
            self._out[int(problem.people.ids[p]), int(problem.seats.ids[e])] = code
        a = arrays(problem)
        before = problem.before
        self.value = held.plan.value
        self.rows: list[tuple[object, ...]] = []
        for p, e in zip(held.plan.person.tolist(), held.plan.seat.tolist(), strict=True):
            shift = int(problem.seats.shift[e])
            pair = pair_of(problem, a, p, e)
            kept = shift in before.shift[before.first[p] : before.first[p + 1]]
            why = msgspec.json.encode(pair).decode()
            self.rows.append(
                (round_id, pair.seat_id, int(problem.shifts.ids[shift]), pair.person_id, pair.points, why, bool(kept))
            )

    def left_out(self, problem: Problem, plan: Plan) -> tuple[LeftOut, ...]:
        """Who was in the plan and is not written down."""
        shift_of = {
            int(problem.seats.ids[e]): int(problem.shifts.ids[problem.seats.shift[e]]) for e in plan.seat.tolist()
        }
        return tuple(LeftOut(person, seat, shift_of[seat], code) for (person, seat), code in self._out.items())


def _with_left_out(gaps: Sequence[OpenSeat], left: tuple[LeftOut, ...]) -> list[OpenSeat]:
    """Whoever was left out leaves a place open, too."""
    more = {each.seat: each for each in gaps}
    for one in left:
        there = more.get(one.seat) or OpenSeat(seat=one.seat, shift=one.shift, heads=0, short=Short(code="left_out"))
        more[one.seat] = msgspec.structs.replace(there, heads=there.heads + 1)
    return list(more.values())


def _gap_row(round_id: int, gap: OpenSeat) -> tuple[object, ...]:
    return round_id, gap.seat, gap.shift, gap.heads, msgspec.json.encode(gap.short).decode()


async def _insert(sql: str, rows: list[tuple[object, ...]]) -> None:
    async with connection() as current:
        await current.executemany(sql, rows)
