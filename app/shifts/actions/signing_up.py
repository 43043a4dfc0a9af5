"""Taking a place in a shift, and giving it back.

Locks are taken in one order everywhere: the shift (shared: it must not be cancelled meanwhile), the person (one
person's sign-ups wait for each other instead of meeting in a deadlock at the exclusion constraint), the seat.
"""

from datetime import date, datetime

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, NotFound, refuse_if
from app.kit.outbox import later
from app.shifts.actions.confirming import confirmed
from app.shifts.queries.mine import MySignup, me, my_signup, my_signup_at
from app.shifts.queries.open_shifts import ShiftPage, shift_page, shift_seats
from app.shifts.rules import signing_up as rules
from app.shifts.rules.constraints import CONSTRAINTS, FULL, IN_TWO_PLACES
from app.shifts.rules.offers import HELD_FOR_YOU
from app.shifts.rules.signing_up import SeatFacts
from app.shifts.rules.statuses import HOLDS_A_PLACE, SIGNUP_MOVES, SignupStatus, before
from app.volunteers.actions.people import ensure_person, record_birth

TAKE = "UPDATE seat SET taken = taken + 1 WHERE id = $1 AND taken < needed"
GIVE_BACK = "UPDATE seat SET taken = taken - 1 WHERE id = (SELECT seat FROM signup WHERE id = $1)"

SIGN_UP = """
    INSERT INTO signup (seat, shift, person, capacity, starts, ends, status, created_by, created_at)
    SELECT e.id, h.id, $2, e.capacity, h.starts, h.ends, 'confirmed', $3, $4
    FROM seat e JOIN shift h ON h.id = e.shift WHERE e.id = $1 RETURNING id
"""

CANCEL = """
    UPDATE signup SET status = 'cancelled', ended_at = $2, reason = $3 WHERE id = $1 AND status = ANY ($4)
"""

HOLDING_BEFORE_CANCEL = HOLDS_A_PLACE & {SignupStatus(state) for state in before(SIGNUP_MOVES, "cancel")}


async def sign_up(actor: Actor, shift_id: int, seat_id: int | None, born: date | None = None, *, now: datetime) -> int:
    """Take a place for the actor's own person; the answer is the sign-up. Asked again, the answer is the same.

    `seat_id` may be left out where the shift has one role the actor may take. `born` fills in a date of birth that is
    not known yet.

    Raises:
        NotFound: when the shift or the place is absent.
        Conflict: with every reason: full, elsewhere at that time, too young, a skill missing, …
    """
    try:
        async with transaction(CONSTRAINTS):
            return await _take(actor, shift_id, seat_id, born, now=now)
    except Conflict as conflict:
        if conflict.first != IN_TWO_PLACES:
            raise
        # The constraint spoke: name what is in the way, which by now everybody can see.
        shift = await shift_page(shift_id)
        if mine := await my_signup_at(actor.account_id, shift_id):
            return mine.id
        known = await me(actor.account_id, shift.starts, shift.ends)
        named = [rules.clash_refusal(held, shift.zone) for held in rules.clashes(shift.facts, known.facts)]
        raise Conflict(*named) from conflict


async def _take(actor: Actor, shift_id: int, seat_id: int | None, born: date | None, *, now: datetime) -> int:
    await value("SELECT id FROM shift WHERE id = $1 FOR SHARE", shift_id)
    shift = await shift_page(shift_id)
    person_id = await ensure_person(actor.account_id, now=now)
    await value("SELECT id FROM person WHERE id = $1 FOR NO KEY UPDATE", person_id)
    if mine := await my_signup_at(actor.account_id, shift_id):
        refuse_if(HELD_FOR_YOU if mine.status == SignupStatus.OFFERED else None)
        return mine.id
    if born:
        await record_birth(person_id, born, today=clock.local_day(now))
    known = await me(actor.account_id, shift.starts, shift.ends)
    seat = _chosen(shift, await shift_seats(shift_id), seat_id, known.facts.employers)
    refuse_if(*rules.refusals(shift.facts, seat, known.facts, now))
    if not await execute(TAKE, seat.id):
        raise Conflict(FULL)
    signup_id = int(await value(SIGN_UP, seat.id, person_id, actor.account_id, now))
    await confirmed(signup_id, now=now)
    return signup_id


def _chosen(shift: ShiftPage, seats: list[SeatFacts], seat_id: int | None, employers: frozenset[int]) -> SeatFacts:
    """The place that was asked for, or the first with room that is meant for this person."""
    if seat_id is not None:
        asked = [seat for seat in seats if seat.id == seat_id]
    else:
        capacity = "staff" if shift.agency in employers else "volunteer"
        fitting = [seat for seat in seats if seat.capacity == capacity] or seats
        asked = sorted(fitting, key=lambda seat: seat.left <= 0)
    if not asked:
        raise NotFound
    return asked[0]


async def cancel_signup(actor: Actor, signup_id: int, reason: str, note: str = "", *, now: datetime) -> MySignup:
    """Give back the actor's own place, saying why. Asked again, nothing more happens.

    Raises:
        NotFound: when the sign-up is absent or someone else's.
        Conflict: when the shift has begun, or the sign-up is settled.
    """
    async with transaction(CONSTRAINTS):
        found = await my_signup(actor.account_id, signup_id)
        await value("SELECT id FROM shift WHERE id = $1 FOR SHARE", found.shift_id)
        await value("SELECT id FROM signup WHERE id = $1 FOR NO KEY UPDATE", signup_id)
        mine = await my_signup(actor.account_id, signup_id)
        if mine.status == SignupStatus.CANCELLED:
            return mine
        refuse_if(rules.cancel_refusal(mine.status, mine.starts, now))
        said = f"{reason}: {note}" if note else reason
        if not await execute(CANCEL, signup_id, now, said, before(SIGNUP_MOVES, "cancel")):
            raise Conflict
        if mine.status in HOLDING_BEFORE_CANCEL:
            await execute(GIVE_BACK, signup_id)
        await later("signup.cancelled", signup_id=signup_id)
        return mine
