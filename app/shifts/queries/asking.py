"""What offering needs to know: an asking and its offers under lock, and what keeps somebody from being asked."""

from collections.abc import Collection
from datetime import date, datetime

from msgspec import Struct

from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.rules import Refusal
from app.shifts.queries.mine import person_facts
from app.shifts.queries.open_shifts import ShiftPage, shift_page, shift_seats
from app.shifts.rules import offers as rules
from app.shifts.rules import signing_up
from app.shifts.rules.offer_deadlines import Step
from app.shifts.rules.offers import LIVE, Mode, OfferStatus, Outcome
from app.shifts.rules.signing_up import SeatFacts
from app.shifts.rules.statuses import HOLDS_A_PLACE, ShiftStatus

SHIFT_OF = "SELECT shift FROM asking WHERE id = $1"
LOCK_SHIFT = "SELECT id FROM shift WHERE id = $1 FOR SHARE"
LOCK_ASKING = "SELECT id FROM asking WHERE id = $1 FOR NO KEY UPDATE"
TRY_SHIFT = f"{LOCK_SHIFT} SKIP LOCKED"
TRY_ASKING = f"{LOCK_ASKING} SKIP LOCKED"
LOCK_PEOPLE = "SELECT id FROM person WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE"

ASKING = """
    SELECT k.id, k.seat AS seat_id, k.shift AS shift_id, k.mode, k.places, k.asked_by, k.outcome, h.agency,
           h.status AS shift_status, h.starts
    FROM asking k JOIN shift h ON h.id = k.shift WHERE k.id = $1
"""

OFFERS = """
    SELECT o.id, coalesce(p.merged_into, p.id) AS person_id, o.turn, o.status, o.signup AS signup_id, o.answer_by
    FROM offer o JOIN person p ON p.id = o.person WHERE o.asking = $1 ORDER BY o.turn, o.id
"""

BARS = """
    SELECT h.service_kind = ANY (p.refuses) AS refuses,
           EXISTS (SELECT FROM signup g WHERE g.shift = h.id AND g.person = p.id AND g.status = ANY ($3)) AS is_on,
           EXISTS (SELECT FROM offer o WHERE o.seat = $2 AND o.person = p.id AND o.asking <> $4
                   AND o.status IN ('waiting', 'open')) AS is_asked,
           EXISTS (SELECT FROM offer o WHERE o.shift = h.id AND o.person = p.id AND o.status = 'declined') AS said_no,
           EXISTS (SELECT FROM absence a WHERE a.person = p.id AND a.withdrawn_at IS NULL
                   AND a.starts < h.ends AND a.ends > h.starts) AS is_away
    FROM seat e JOIN shift h ON h.id = e.shift, person p
    WHERE e.id = $2 AND p.id = $1 AND p.merged_into IS NULL
"""

STEPS = """
    SELECT hours_before, minutes_to_answer FROM offer_deadline
    WHERE applies_from = (SELECT max(applies_from) FROM offer_deadline WHERE applies_from <= $1)
"""

SEAT = "SELECT e.shift FROM seat e JOIN shift h ON h.id = e.shift WHERE e.id = $1 AND h.agency = $2"


class Asking(Struct, frozen=True, kw_only=True):
    """One seat being offered to people, with how its shift stands."""

    id: int
    seat_id: int
    shift_id: int
    mode: Mode
    places: int
    asked_by: int
    outcome: str
    agency: int
    shift_status: ShiftStatus
    starts: datetime

    @property
    def is_over(self) -> bool:
        """Whether nobody is asked any more."""
        return self.outcome != ""

    def over_by_shift(self, now: datetime) -> Outcome | None:
        """Why nobody needs to be asked for this shift any more."""
        return rules.outcome_of_shift(self.shift_status, self.starts, now)


class OfferState(Struct, frozen=True, kw_only=True):
    """One offer as it stands. `person_id` is the record that goes on, when two turned out to be one human."""

    id: int
    person_id: int
    turn: int
    status: OfferStatus
    signup_id: int | None
    answer_by: datetime | None


class Wanted(Struct, frozen=True, kw_only=True):
    """A seat and its shift, as the rules of signing up see them."""

    shift: ShiftPage
    seat: SeatFacts


class _Id(Struct, frozen=True):
    id: int


class _Bars(Struct, frozen=True, kw_only=True):
    refuses: bool
    is_on: bool
    is_asked: bool
    said_no: bool
    is_away: bool


async def seat_of_agency(seat_id: int, agency_id: int | None) -> int:
    """The shift of a seat of this agency.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    shift_id = await value(SEAT, seat_id, agency_id)
    if shift_id is None:
        raise NotFound
    return int(shift_id)


async def wanted(shift_id: int, seat_id: int) -> Wanted:
    """The seat as it stands now.

    Raises:
        NotFound: when the shift or the seat is gone.
    """
    shift = await shift_page(shift_id)
    for seat in await shift_seats(shift_id):
        if seat.id == seat_id:
            return Wanted(shift=shift, seat=seat)
    raise NotFound


async def asking_now(asking_id: int) -> Asking:
    """An asking as it stands.

    Raises:
        NotFound: when there is none.
    """
    found = await fetch_one(Asking, ASKING, asking_id)
    if found is None:
        raise NotFound
    return found


async def offers_of(asking_id: int) -> list[OfferState]:
    """Its offers, in the order in which people are asked."""
    return await fetch(OfferState, OFFERS, asking_id)


async def lock_people(people: Collection[int]) -> None:
    """Let nobody else change where these people are meanwhile."""
    await fetch(_Id, LOCK_PEOPLE, sorted(people))


async def lock_asking(asking_id: int, *, patient: bool = True) -> Asking | None:
    """Hold an asking, its shift (shared) and the people it may hold a place for, in the order everybody keeps to.

    The answer is None when somebody else has it and we are not patient.

    Raises:
        NotFound: when there is none.
    """
    shift_id = await value(SHIFT_OF, asking_id)
    if shift_id is None:
        raise NotFound
    if await value(LOCK_SHIFT if patient else TRY_SHIFT, shift_id) is None:
        return None
    if await value(LOCK_ASKING if patient else TRY_ASKING, asking_id) is None:
        return None
    asking = await asking_now(asking_id)
    if asking.mode.holds:
        await lock_people([offer.person_id for offer in await offers_of(asking_id) if offer.status in LIVE])
    return asking


async def bars(wanted: Wanted, person_id: int, *, asking_id: int = 0, now: datetime) -> list[Refusal]:
    """Everything that keeps a person from being asked for a seat now, told of them; whether it is full is not asked."""
    found = await fetch_one(_Bars, BARS, person_id, wanted.seat.id, [*map(str, HOLDS_A_PLACE), "no_show"], asking_id)
    if found is None:
        return [rules.UNKNOWN_PERSON]
    if found.is_on:
        return [rules.ALREADY_ON]
    if found.is_asked:
        return [rules.ALREADY_ASKED]
    own = [
        refusal
        for holds, refusal in (
            (found.said_no, rules.SAID_NO),
            (found.refuses, rules.REFUSES),
            (found.is_away, rules.AWAY),
        )
        if holds
    ]
    return own + [rules.of_another(refusal) for refusal in await sign_up_refusals(wanted, person_id, now=now)]


async def sign_up_refusals(wanted: Wanted, person_id: int, *, now: datetime) -> list[Refusal]:
    """What the rules of signing up say, besides that the seat is full."""
    known = await person_facts(person_id, wanted.shift.starts, wanted.shift.ends)
    against = signing_up.refusals(wanted.shift.facts, wanted.seat, known, now)
    return [refusal for refusal in against if refusal != signing_up.NO_PLACE_LEFT]


async def steps(today: date) -> list[Step]:
    """How long people have to answer, as it holds today."""
    return await fetch(Step, STEPS, today)
