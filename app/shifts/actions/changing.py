"""Changing or cancelling a shift that people may already have signed up for."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict, refuse_if
from app.kit.outbox import later
from app.kit.rules import Refusal
from app.shifts.actions.publishing import insert_seats, unknown_refusal
from app.shifts.queries.publishing import ShiftFacts, activity_ground, lock_shift, seats_of
from app.shifts.queries.safeguards import safeguards_of
from app.shifts.rules import publishing as rules
from app.shifts.rules.constraints import CONSTRAINTS
from app.shifts.rules.publishing import Capacity, SeatChange, SeatWanted
from app.shifts.rules.safeguards import publish_refusals
from app.shifts.rules.statuses import HOLDS_A_PLACE, SHIFT_MOVES, ShiftStatus, SignupStatus, after

HOLDING = [str(status) for status in HOLDS_A_PLACE]

ELSEWHERE = """
    SELECT count(DISTINCT g.person) FROM signup g JOIN signup other ON other.person = g.person AND other.id <> g.id
    WHERE g.shift = $1 AND g.status = any($4) AND other.status = any($4)
      AND tstzrange(other.starts, other.ends) && tstzrange($2, $3)
"""

REACHABLE = (
    "SELECT count(*) FROM signup g JOIN person w ON w.id = g.person WHERE g.id = any($1) AND w.account IS NOT NULL"
)
REACHABLE_ON = """
    SELECT count(*) FROM signup g JOIN person w ON w.id = g.person
    WHERE g.shift = $1 AND g.status = any($2) AND w.account IS NOT NULL
"""

CANCEL_SIGNUPS = """
    UPDATE signup SET status = 'cancelled', ended_at = $2, reason = $3
    WHERE shift = $1 AND status IN ('offered', 'waitlisted', 'confirmed') RETURNING id
"""


class ShiftChange(Struct, frozen=True, kw_only=True):
    """What a shift is to be called, where and when."""

    title: str
    place: str
    starts: datetime
    ends: datetime
    priority: int | None = None
    """How urgent; left out, it stays."""


class _Id(Struct, frozen=True):
    id: int


async def change_shift(actor: Actor, shift_id: int, change: ShiftChange, *, now: datetime) -> int:
    """Change what, where and when; the answer is how many people are told (only a new place or time is told).

    Raises:
        NotFound: when the shift is absent or another agency's.
        Conflict: when it has begun, ended or was cancelled; when the new time cannot be; when it would put people who
            signed up in two places at once.
    """
    explain = CONSTRAINTS | {"signup_one_place_at_a_time": rules.ELSEWHERE_THEN.with_params(count=1)}
    async with transaction(explain):
        shift = await lock_shift(actor, shift_id)
        refuse_if(rules.change_refusal(shift.status))
        moved = (change.starts, change.ends) != (shift.starts, shift.ends)
        if moved:
            await _move(actor, shift, change, now=now)
        await execute(
            "UPDATE shift SET title = $2, place = $3, starts = $4, ends = $5, priority = coalesce($6, priority)"
            " WHERE id = $1",
            shift_id,
            change.title,
            change.place,
            change.starts,
            change.ends,
            change.priority,
        )
        if not moved and change.place == shift.place:
            return 0
        await later("shift.changed", shift_id=shift_id)
        return await _people_on(shift_id)


async def _move(actor: Actor, shift: ShiftFacts, change: ShiftChange, *, now: datetime) -> None:
    _, ground = await activity_ground(actor, shift.activity_id)
    elsewhere = await value(ELSEWHERE, shift.id, change.starts, change.ends, HOLDING)
    refuse_if(
        *rules.time_refusals(change.starts, change.ends, now=now),
        rules.day_refusal(ground, clock.local_day(change.starts)),
        rules.ELSEWHERE_THEN.with_params(count=elsewhere) if elsewhere else None,
        await _punched_refusal(shift.id),
    )
    await execute(
        "UPDATE signup SET starts = $2, ends = $3 WHERE shift = $1 AND status = any($4)",
        shift.id,
        change.starts,
        change.ends,
        [*HOLDING, SignupStatus.WAITLISTED],
    )


async def _punched_refusal(shift_id: int) -> Refusal | None:
    come = await value("SELECT EXISTS (SELECT 1 FROM signup WHERE shift = $1 AND status = 'attended')", shift_id)
    return rules.PUNCHED_ALREADY if come else None


async def _people_on(shift_id: int) -> int:
    return int(await value(REACHABLE_ON, shift_id, HOLDING))


async def change_seats(
    actor: Actor, shift_id: int, changes: Sequence[SeatChange], more: Sequence[SeatWanted], *, now: datetime
) -> None:
    """Change how many people each role needs, and add roles.

    Raises:
        NotFound: when the shift is absent or another agency's.
        Conflict: when fewer places would be left than are taken, or nobody would be wanted at all.
    """
    explain = CONSTRAINTS | {
        "seat_not_overfilled": rules.BELOW_TAKEN,
        "signup_seat_fkey": rules.ROLE_HAS_HISTORY,
        "asking_seat_fkey": rules.ROLE_HAS_HISTORY,
    }
    async with transaction(explain):
        shift = await lock_shift(actor, shift_id)
        kept = [change for change in changes if change.needed > 0]
        now_there = {seat.id: seat for seat in await seats_of(shift_id)}
        wanted = [
            SeatWanted(
                role=change.role, needed=change.needed, leads=change.leads, least=change.least,
                capacity=now_there[change.seat_id].capacity if change.seat_id in now_there else Capacity.VOLUNTEER,
            )
            for change in kept
        ]  # fmt: skip
        untouched = [
            SeatWanted(role=seat.role, needed=seat.needed, capacity=seat.capacity)
            for seat in now_there.values()
            if seat.id not in {change.seat_id for change in changes}
        ]
        asks = await safeguards_of(shift.service_kind)
        refuse_if(
            rules.seats_change_refusal(shift.status, shift.ends, now),
            *rules.seat_refusals([*wanted, *more]),
            await unknown_refusal(more),
            *publish_refusals(asks, [clock.local_day(shift.starts)], [*wanted, *more, *untouched]),
        )
        for change in sorted(changes, key=lambda change: change.seat_id):
            if change.needed > 0:
                await execute(
                    "UPDATE seat SET role = $3, needed = $4, leads = $5, least = $6 WHERE id = $1 AND shift = $2",
                    change.seat_id,
                    shift_id,
                    change.role.strip(),
                    change.needed,
                    change.leads,
                    change.least,
                )
            else:
                await execute("DELETE FROM seat WHERE id = $1 AND shift = $2", change.seat_id, shift_id)
        await insert_seats([shift_id], more)


async def cancel_shift(actor: Actor, shift_id: int, reason: str, *, now: datetime) -> int:
    """Cancel a shift that has not begun, and every claim on it; the answer is how many people are told.

    Raises:
        NotFound: when the shift is absent or another agency's.
        Conflict: when it has begun, is over, or was cancelled meanwhile.
    """
    async with transaction(CONSTRAINTS):
        shift = await lock_shift(actor, shift_id)
        if after(SHIFT_MOVES, shift.status, "cancel") is None:
            raise Conflict(rules.ALREADY_CANCELLED if shift.status == ShiftStatus.CANCELLED else rules.BEGUN)
        refuse_if(await _punched_refusal(shift_id))
        moved = await execute(
            "UPDATE shift SET status = 'cancelled', cancelled_reason = $3 WHERE id = $1 AND status = $2",
            shift_id,
            shift.status,
            reason,
        )
        if not moved:
            raise Conflict
        signups = await fetch(_Id, CANCEL_SIGNUPS, shift_id, now, reason)
        await execute("UPDATE seat SET taken = 0 WHERE shift = $1", shift_id)
        await later("shift.cancelled", shift_id=shift_id, signup_ids=[signup.id for signup in signups])
        return int(await value(REACHABLE, [signup.id for signup in signups]))
