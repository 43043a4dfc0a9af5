"""Asking people whom the board proposes: the hard rules are looked at once more, with what is true now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit.errors import Conflict, Forbidden, refuse_if
from app.kit.rules import N_, Refusal
from app.matching.arrays import arrays
from app.matching.eligibility import Rule, failing_rules
from app.matching.pairs import pair_of
from app.matching.queries.board import OpenSeat, open_seat
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.rules.overruling import NOTHING, stands_against
from app.shifts.actions import offering
from app.shifts.actions.offering import Candidate
from app.shifts.rules.offers import Mode

NOBODY_CHOSEN = Refusal(
    "nobody_chosen",
    N_("Nobody was chosen."),
    N_("Tick whom to ask, or say how many of the best."),
    status=422,
)
SEAT_CLOSED = Refusal(
    "seat_closed",
    N_("Nobody is wanted for this place any more: it is filled, or the shift has begun or was cancelled."),
)


class LeftOut(Struct, frozen=True, kw_only=True):
    """Somebody who was chosen and cannot be asked: by rules of matching, or by what offering says."""

    person_id: int
    failing: Rule
    refusal: Refusal | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of asking."""

    asking_id: int | None
    opened: int
    """How many are asked now."""
    waiting: int
    """How many wait for their turn."""
    left_out: list[LeftOut]


async def ask_people(
    actor: Actor,
    seat_id: int,
    people: Sequence[int],
    mode: Mode,
    places: int | None = None,
    *,
    overruled: Rule = NOTHING,
    now: datetime,
) -> Outcome:
    """Offer a seat to these people in this order; who cannot take it by now is left out, with why.

    `overruled` are wishes that the actor sets aside by name. Nobody asked is an outcome, too: then there is no asking.

    Raises:
        Forbidden: when the actor's role makes no offers.
        NotFound: when the seat is absent or another agency's.
        Conflict: when nobody is chosen, or nobody wanted for the seat any more, or offering refuses.
    """
    if not actor.may(Permission.OFFER_MAKE):
        raise Forbidden
    seat = await open_seat(actor, seat_id)
    refuse_if(None if people else NOBODY_CHOSEN, None if seat.is_open(now) else SEAT_CLOSED)
    loaded = await seat_and_people(seat, people, now=now)
    fit, left_out = _sorted_out(loaded, seat_id, people, overruled)
    if not fit:
        return Outcome(asking_id=None, opened=0, waiting=0, left_out=left_out)
    how = Mode.ONE if len(fit) == 1 and mode == Mode.IN_TURN else mode
    # One place is one person's; more places than people would never be filled.
    wanted = 1 if how == Mode.ONE else min(places or seat.left, len(fit))
    asked = await offering.ask(actor, seat_id, fit, how, wanted, now=now)
    skipped = dict(reversed(asked.skipped))  # the first reason of each
    left_out += [LeftOut(person_id=each, failing=NOTHING, refusal=why) for each, why in skipped.items()]
    opened = len(asked.opened)
    waiting = len(fit) - len(skipped) - opened
    return Outcome(asking_id=asked.asking_id, opened=opened, waiting=waiting, left_out=left_out)


async def seat_and_people(seat: OpenSeat, people: Sequence[int], *, now: datetime) -> Loaded:
    """The problem of one seat and these people, as it stands."""
    ends = max(seat.starts, now) + timedelta(minutes=1)
    return await load(Scope(starts=now, ends=ends, seats=(seat.id,), people=tuple(people)), now=now)


def _sorted_out(
    loaded: Loaded, seat_id: int, people: Sequence[int], overruled: Rule
) -> tuple[list[Candidate], list[LeftOut]]:
    if seat_id not in loaded.seat_at:
        raise Conflict(SEAT_CLOSED)
    a, seat = arrays(loaded.problem), loaded.seat_at[seat_id]
    fit: list[Candidate] = []
    left_out: list[LeftOut] = []
    for person_id in dict.fromkeys(people):
        at = loaded.person_at.get(person_id)
        against = Rule.ADULTS if at is None else stands_against(failing_rules(a, at, seat), overruled)
        if at is None or against:
            left_out.append(LeftOut(person_id=person_id, failing=against))
        else:
            pair = pair_of(loaded.problem, a, at, seat)
            fit.append(Candidate(person_id=person_id, points=pair.points, why=pair.parts))
    return fit, left_out
