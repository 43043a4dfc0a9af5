"""Punching people in and out: by the shift's leader, or by themselves with the shift's code."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, fetch, fetch_one, transaction, value
from app.kit.errors import Conflict, DomainError, NotFound, refuse_if
from app.kit.outbox import later
from app.kit.places import Fix
from app.kit.rules import Refusal
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
                       latitude, longitude, accuracy_metres, datum, sent_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    RETURNING {PUNCH_COLUMNS}
"""

CAME = "UPDATE signup SET status = 'attended', ended_at = NULL WHERE id = $1 AND status IN ('confirmed', 'no_show')"

WAITING = """
    SELECT g.id FROM signup g
    WHERE g.shift = $1 AND g.status = 'confirmed'
    ORDER BY g.id
"""


class Made(Struct, frozen=True, kw_only=True):
    """One punch to be taken: what, when by the clock that took it, with which nonce, and what else is known of it."""

    direction: Direction
    at: datetime
    nonce: str
    how: How = How.LEADER
    sent_at: datetime | None = None
    fix: Fix | None = None


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
    sent_at: datetime | None = None,
    fix: Fix | None = None,
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
        made = Made(direction=direction, at=at, nonce=nonce, how=how, sent_at=sent_at, fix=fix)
        return await _record(actor, signup, made, now)


async def punch_with_code(
    actor: Actor,
    signup_id: int,
    direction: Direction,
    code: str,
    nonce: str,
    *,
    fix: Fix | None = None,
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
        made = Made(direction=direction, at=now, nonce=nonce, how=How.CODE, fix=fix)
        return await _record(actor, signup, made, now)


class Kept(Struct, frozen=True, kw_only=True):
    """A punch that a device kept while it had no network."""

    signup_id: int
    made: Made


class Answer(Struct, frozen=True, kw_only=True):
    """What became of one punch of an upload: it was taken, now or before, or refused."""

    nonce: str
    punch: PunchRow | None
    refusals: tuple[Refusal, ...] = ()


async def upload(actor: Actor, kept: Sequence[Kept], *, now: datetime) -> list[Answer]:
    """Take what a leader's device kept, each punch on its own; the answers come in the order of the punches.

    Nothing is dropped silently: what cannot be taken is answered with its reason and stays with its sender.
    """
    answers: dict[int, Answer] = {}
    for place, each in sorted(enumerate(kept), key=lambda pair: pair[1].made.at):
        try:
            answers[place] = Answer(nonce=each.made.nonce, punch=await _take_kept(actor, each, now))
        except DomainError as error:
            answers[place] = Answer(nonce=each.made.nonce, punch=None, refusals=error.refusals)
    return [answers[place] for place in range(len(kept))]


async def _take_kept(actor: Actor, kept: Kept, now: datetime) -> PunchRow:
    made = kept.made
    async with transaction(CONSTRAINTS):
        signup = await lock_signup(actor, kept.signup_id)
        if not signup.leads:
            raise NotFound
        if known := await _already(signup, made.nonce, direction=made.direction):
            return known
        ground = signup.ground(await standing_punches(signup.id))
        refuse_if(rules.upload_refusal(ground, made.direction, made.at, made.sent_at, now))
        return await _take(actor, signup, made, now)


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
        made = await _insert(
            actor, signup, Made(direction=standing[-1].direction, at=now, nonce=nonce), now, undoes=punch_id
        )
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
            await _record(actor, signup, Made(direction=Direction.IN, at=now, nonce=f"{nonce}:{each.id}"), now)
            come += 1
        return come


async def _record(actor: Actor, signup: SignupRow, made: Made, now: datetime) -> PunchRow:
    if known := await _already(signup, made.nonce, direction=made.direction):
        return known
    ground = signup.ground(await standing_punches(signup.id))
    refuse_if(rules.punch_refusal(ground, made.direction, made.at, now, clock.city_zone()))
    return await _take(actor, signup, made, now)


async def _take(actor: Actor, signup: SignupRow, made: Made, now: datetime) -> PunchRow:
    taken = await _insert(actor, signup, made, now)
    await execute(CAME, signup.id)
    await later("punch.recorded", signup_id=signup.id)
    return taken


async def _already(
    signup: SignupRow, nonce: str, *, direction: Direction | None = None, undoes: int | None = None
) -> PunchRow | None:
    known = await punch_by_nonce(nonce)
    if known is None:
        return None
    if known.signup_id != signup.id or known.undoes != undoes or direction not in (None, known.direction):
        raise Conflict(NONCE_TAKEN)
    return known


async def _insert(actor: Actor, signup: SignupRow, made: Made, now: datetime, *, undoes: int | None = None) -> PunchRow:
    fix = made.fix
    taken = await fetch_one(
        PunchRow,
        INSERT,
        signup.id,
        signup.shift_id,
        signup.person_id,
        made.direction,
        made.at,
        now,
        made.how,
        actor.account_id,
        made.nonce,
        undoes,
        fix.latitude if fix else None,
        fix.longitude if fix else None,
        fix.accuracy_metres if fix else None,
        fix.datum if fix else "",
        made.sent_at,
    )
    if taken is None:
        raise LookupError("INSERT … RETURNING gave no row")
    return taken
