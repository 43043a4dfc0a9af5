"""Punching people in and out: by the shift's leader, or by themselves with the shift's code."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, fetch, fetch_one, transaction, value
from app.kit.errors import Conflict, NotFound, refuse_if
from app.kit.outbox import later
from app.shifts.queries.punching import (
    LEADS,
    PUNCH_COLUMNS,
    PunchRow,
    SignupRow,
    leading,
    lock_signup,
    punch_by_nonce,
    punch_signup,
    standing_punches,
)
from app.shifts.rules import punching as rules
from app.shifts.rules.constraints import CONSTRAINTS, NONCE_TAKEN
from app.shifts.rules.punching import Direction, How
from app.shifts.rules.statuses import SignupStatus

INSERT = f"""
    INSERT INTO punch (signup, shift, person, direction, at, received_at, how, keyed_by, nonce, undoes,
                       latitude, longitude, accuracy_metres)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    RETURNING {PUNCH_COLUMNS}
"""

WAITING = """
    SELECT g.id FROM signup g
    WHERE g.shift = $1 AND g.status = 'confirmed'
    ORDER BY g.id
"""


class Place(Struct, frozen=True, kw_only=True):
    """Where the device was, as far as it would say."""

    latitude: float
    longitude: float
    accuracy_metres: float | None = None


class _Id(Struct, frozen=True):
    id: int


async def punch(
    actor: Actor,
    signup_id: int,
    direction: Direction,
    at: datetime,
    nonce: str,
    how: How = How.LEADER,
    *,
    place: Place | None = None,
    now: datetime,
) -> PunchRow:
    """Punch someone in or out as the leader of the shift. The same nonce again is the same punch.

    Raises:
        NotFound: for anyone who does not lead the shift.
        Conflict: when the order, the time or the state of the shift or sign-up forbids it.
    """
    async with transaction(CONSTRAINTS):
        signup = await lock_signup(actor, signup_id)
        if not signup.leads:
            raise NotFound
        return await _record(actor, signup, direction, at, nonce, how, place=place, now=now)


async def punch_with_code(
    actor: Actor,
    signup_id: int,
    direction: Direction,
    code: str,
    nonce: str,
    *,
    place: Place | None = None,
    now: datetime,
) -> PunchRow:
    """Punch oneself in or out with the code that the shift's leader shows.

    Raises:
        NotFound: when the sign-up is absent or someone else's.
        Conflict: when the code is wrong or old, and as `punch`.
    """
    async with transaction(CONSTRAINTS):
        signup = await lock_signup(actor, signup_id)
        if signup.account_id != actor.account_id:
            raise NotFound
        if not rules.code_holds(signup.code_secret, code, now):
            raise Conflict(rules.WRONG_CODE)
        return await _record(actor, signup, direction, now, nonce, How.CODE, place=place, now=now)


async def undo(actor: Actor, punch_id: int, nonce: str, *, now: datetime) -> PunchRow:
    """Take the last punch of a person back, by a further punch that names it; both stay on record.

    Raises:
        NotFound: for anyone who does not lead the shift.
        Conflict: when it is not the last one, or was undone already.
    """
    signup_id = await punch_signup(punch_id)
    async with transaction(CONSTRAINTS):
        signup = await lock_signup(actor, signup_id)
        if not signup.leads:
            raise NotFound
        if known := await _already(signup, nonce, undoes=punch_id):
            return known
        standing = await standing_punches(signup_id)
        refuse_if(rules.undo_refusal(signup.ground(standing), punch_id, now))
        made = await _insert(actor, signup, standing[-1].direction, now, nonce, How.LEADER, punch_id, None, now)
        if len(standing) == 1:
            await execute("UPDATE signup SET status = 'confirmed' WHERE id = $1 AND status = 'attended'", signup_id)
        await later("punch.recorded", signup_id=signup_id)
        return made


async def everyone_is_here(actor: Actor, shift_id: int, nonce: str, *, now: datetime) -> int:
    """Punch in everybody who is expected and not here yet; the answer is how many.

    Raises:
        NotFound: for anyone who does not lead the shift.
        Conflict: when one of them cannot be punched in: then nobody is.
    """
    leads = await value(f"SELECT {LEADS} FROM shift h WHERE h.id = $1", shift_id, *leading(actor))
    if not leads:
        raise NotFound
    async with transaction(CONSTRAINTS):
        waiting = await fetch(_Id, WAITING, shift_id)
        come = 0
        for each in waiting:
            signup = await lock_signup(actor, each.id)
            if signup.status != SignupStatus.CONFIRMED or await standing_punches(each.id):
                continue  # someone punched this person in, or they cancelled, a moment ago
            await _record(actor, signup, Direction.IN, now, f"{nonce}:{each.id}", How.LEADER, place=None, now=now)
            come += 1
        return come


async def _record(
    actor: Actor,
    signup: SignupRow,
    direction: Direction,
    at: datetime,
    nonce: str,
    how: How,
    *,
    place: Place | None,
    now: datetime,
) -> PunchRow:
    if known := await _already(signup, nonce, direction=direction):
        return known
    ground = signup.ground(await standing_punches(signup.id))
    refuse_if(rules.punch_refusal(ground, direction, at, now, clock.city_zone()))
    made = await _insert(actor, signup, direction, at, nonce, how, None, place, now)
    if direction == Direction.IN:
        await execute("UPDATE signup SET status = 'attended' WHERE id = $1 AND status = 'confirmed'", signup.id)
    await later("punch.recorded", signup_id=signup.id)
    return made


async def _already(
    signup: SignupRow, nonce: str, *, direction: Direction | None = None, undoes: int | None = None
) -> PunchRow | None:
    known = await punch_by_nonce(nonce)
    if known is None:
        return None
    if known.signup_id != signup.id or known.undoes != undoes or direction not in (None, known.direction):
        raise Conflict(NONCE_TAKEN)
    return known


async def _insert(
    actor: Actor,
    signup: SignupRow,
    direction: Direction,
    at: datetime,
    nonce: str,
    how: How,
    undoes: int | None,
    place: Place | None,
    now: datetime,
) -> PunchRow:
    made = await fetch_one(
        PunchRow,
        INSERT,
        signup.id,
        signup.shift_id,
        signup.person_id,
        direction,
        at,
        now,
        how,
        actor.account_id,
        nonce,
        undoes,
        place.latitude if place else None,
        place.longitude if place else None,
        place.accuracy_metres if place else None,
    )
    if made is None:
        raise LookupError("INSERT … RETURNING gave no row")
    return made
