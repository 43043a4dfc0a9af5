"""A paper roster typed in at once: everyone who stands on it, all rows or none, also who was not signed up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.actions.correcting import CORRECTING, put_beside
from app.hours.actions.posting import refuse_closed
from app.hours.actions.recording import OPEN
from app.hours.queries.facts import lock_of_signup
from app.hours.queries.rostering import person_by_number, shift_to_key
from app.hours.rules import Reason, Stretch
from app.hours.rules import claiming as rules
from app.hours.rules.approving import POSTED
from app.hours.rules.statuses import Status
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, DomainError, Invalid, NotFound, refuse_if
from app.kit.rules import Refusal

SIGNED_UP = """
    SELECT id FROM signup WHERE shift = $1 AND person = $2 AND status IN ('confirmed', 'attended', 'no_show')
    ORDER BY id LIMIT 1
"""

TAKE_PLACE = """
    UPDATE seat SET taken = taken + 1 WHERE id = (
        SELECT e.id FROM seat e JOIN shift h ON h.id = e.shift JOIN person p ON p.id = $2
        WHERE e.shift = $1 AND e.taken < e.needed AND (e.skill IS NULL OR e.skill = ANY (p.skills))
          AND e.capacity = CASE WHEN p.staff_of = h.agency THEN 'staff' ELSE 'volunteer' END
        ORDER BY e.leads, e.id LIMIT 1 FOR UPDATE OF e
    ) RETURNING id
"""

WALKED_IN = """
    INSERT INTO signup (seat, shift, person, capacity, starts, ends, status, created_by, created_at)
    SELECT e.id, h.id, $2, e.capacity, h.starts, h.ends, 'attended', $3, $4
    FROM seat e JOIN shift h ON h.id = e.shift WHERE e.id = $1 RETURNING id
"""

FROM_ROSTER = "UPDATE attendance SET origin = 'roster' WHERE signup = $1 AND origin = 'shift'"

KEYING = {
    **CORRECTING,
    "signup_one_place_at_a_time": rules.ELSEWHERE_THEN,
    "seat_not_overfilled": rules.NO_FREE_PLACE,
}


class Row(Struct, frozen=True, kw_only=True):
    """One line of the roster."""

    volunteer_no: str
    came: datetime
    left: datetime


class RosterFaulty(Invalid):
    """Nothing was saved; `rows` says why, by the place of each row that cannot be right."""

    def __init__(self, rows: Mapping[int, Sequence[Refusal]]) -> None:
        super().__init__(rules.ROSTER_FAULTY, **{f"rows-{place}": why[0].text for place, why in rows.items()})
        self.rows = rows


async def key_roster(actor: Actor, shift_id: int, rows: Sequence[Row], note: str = "", *, now: datetime) -> int:
    """Key the times of everyone on the roster; the answer is how many. One row that cannot be right saves none.

    Whoever was not signed up takes a free place of the shift. All of it counts as keyed at once: the more rows, the
    more people the rule-book asks.

    Raises:
        NotFound: when it is not a shift of the actor's agency.
        Conflict: when the shift was cancelled or is not over, nothing was typed in, or the period of its day is closed.
        RosterFaulty: when rows cannot be right.
    """
    async with transaction(KEYING):
        shift = await shift_to_key(actor, shift_id)
        if shift is None:
            raise NotFound()
        refuse_if(
            rules.SHIFT_CANCELLED if shift.cancelled else None,
            rules.SHIFT_NOT_OVER if now < shift.ends else None,
            None if rows else rules.ROSTER_EMPTY,
        )
        await refuse_closed(shift.line, shift.served_on)
        faults: dict[int, Sequence[Refusal]] = {}
        seen: set[int] = set()
        for place, row in enumerate(rows):
            try:
                async with transaction(KEYING):
                    person = await _person(row, seen)
                    seen.add(person)
                    await _key(actor, shift_id, person, row, len(rows), note, now)
            except DomainError as error:
                faults[place] = error.refusals
        if faults:
            raise RosterFaulty(faults)
        return len(rows)


async def _person(row: Row, seen: set[int]) -> int:
    person = await person_by_number(row.volunteer_no)
    if person is None:
        raise Conflict(rules.NO_SUCH_VOLUNTEER)
    if person in seen:
        raise Conflict(rules.NAMED_TWICE)
    return person


async def _key(actor: Actor, shift_id: int, person: int, row: Row, batch: int, note: str, now: datetime) -> None:
    signup = await value(SIGNED_UP, shift_id, person)
    walked_in = signup is None
    if walked_in:
        seat = await value(TAKE_PLACE, shift_id, person)
        if seat is None:
            raise Conflict(rules.NO_FREE_PLACE)
        signup = await value(WALKED_IN, seat, person, actor.account_id, now)
    await execute(OPEN, signup, None)
    if walked_in:
        await execute(FROM_ROSTER, signup)
    facts = await lock_of_signup(int(signup))
    if facts is None:
        raise Conflict()
    if facts.status is Status.POSTED:
        raise Conflict(POSTED)
    await put_beside(actor, facts, Stretch(row.came, row.left), Reason.ROSTER, note, batch, now)
