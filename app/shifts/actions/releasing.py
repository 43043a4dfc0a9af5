"""Giving back places that need a proof which no longer holds.

Locks are taken in the order of `signing_up`, each kind whole before the next: every shift (shared, by number), the
person, then the seats. To lock the second shift after the person would be the other way round for that shift.
"""

from datetime import datetime

from msgspec import Struct

from app.kit.db import execute, fetch, transaction, value
from app.kit.outbox import later
from app.shifts.actions.signing_up import GIVE_BACK
from app.shifts.queries.asking import lock_people
from app.shifts.queries.safeguards import SAFE
from app.shifts.rules.signing_up import span_days
from app.shifts.rules.statuses import SIGNUP_MOVES, before
from app.volunteers.queries.credentials import HELD, held_in
from app.volunteers.rules.credentials import covers

NEEDING = f"""
    SELECT g.id, g.shift AS shift_id, s.starts, s.ends, s.zone
    FROM signup g
    JOIN person p ON p.id = g.person
    JOIN shift s ON s.id = g.shift
    JOIN seat e ON e.id = g.seat
    {SAFE.format(shift="s")}
    WHERE (p.id = $1 OR p.merged_into = $1) AND g.status = ANY ($3) AND s.status = 'published' AND s.starts > $4
      AND $2 = ANY (e.credentials || coalesce(safe.credentials, '{{}}'))
    ORDER BY g.shift, g.id
"""
PROOFS = f"SELECT {HELD.format(person='$1')}"
RELEASE = "UPDATE signup SET status = 'released', ended_at = $2, reason = $3 WHERE id = $1 AND status = ANY ($4)"
REASON = "credential: %s"


LOCK_SHIFTS = "SELECT id FROM shift WHERE id = ANY ($1) ORDER BY id FOR SHARE"


class _Id(Struct, frozen=True):
    id: int


class _Needing(Struct, frozen=True, kw_only=True):
    id: int
    shift_id: int
    starts: datetime
    ends: datetime
    zone: str


async def release_uncovered(person_id: int, kind: str, *, now: datetime) -> None:
    """Give back every coming place of a person that needs such a proof on days for which they have none."""
    may = before(SIGNUP_MOVES, "release")
    async with transaction():
        found = await fetch(_Needing, NEEDING, person_id, kind, may, now)
        if not found:
            return
        held_fast = {row.id for row in await fetch(_Id, LOCK_SHIFTS, sorted({place.shift_id for place in found}))}
        await lock_people([person_id])
        has = [held for held in held_in(await value(PROOFS, person_id)) if held.kind == kind]
        # Looked at again, now that nothing moves under us.
        for place in await fetch(_Needing, NEEDING, person_id, kind, may, now):
            if place.shift_id not in held_fast:
                # Taken while we waited, and its shift is not ours to lock any more: the next event looks at it.
                await later("credential.lapsed", person_id=person_id, kind=kind)
                continue
            first, last = span_days(place.starts, place.ends, place.zone)
            if any(covers(held, first, last) for held in has):
                continue
            if await execute(RELEASE, place.id, now, REASON % kind, may):
                await execute(GIVE_BACK, place.id)
                await later("signup.released", signup_id=place.id, kind=kind)
