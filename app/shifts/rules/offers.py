"""Offering a place: the moves of an offer, and when it may be made and answered. Nobody is ever assigned by force."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from app.kit.rules import N_, Refusal
from app.shifts.rules import signing_up
from app.shifts.rules.statuses import ShiftStatus


class Mode(StrEnum):
    """How people are asked: one alone, several one after the other, or several at the same time."""

    ONE = "one"
    IN_TURN = "in_turn"
    AT_ONCE = "at_once"

    @property
    def holds(self) -> bool:
        """Whether the place is kept for whoever is asked. At once, the first to accept gets it."""
        return self != Mode.AT_ONCE


class OfferStatus(StrEnum):
    """Where an offer stands."""

    WAITING = "waiting"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """Why an asking is over."""

    FILLED = "filled"
    NOBODY_LEFT = "nobody_left"
    STOPPED = "stopped"
    SHIFT_BEGAN = "shift_began"
    SHIFT_CANCELLED = "shift_cancelled"


LIVE = frozenset({OfferStatus.WAITING, OfferStatus.OPEN})

OFFER_MOVES: Mapping[tuple[OfferStatus, str], OfferStatus] = {
    (OfferStatus.WAITING, "open"): OfferStatus.OPEN,
    (OfferStatus.WAITING, "withdraw"): OfferStatus.WITHDRAWN,
    (OfferStatus.OPEN, "accept"): OfferStatus.ACCEPTED,
    (OfferStatus.OPEN, "decline"): OfferStatus.DECLINED,
    (OfferStatus.OPEN, "expire"): OfferStatus.EXPIRED,
    (OfferStatus.OPEN, "withdraw"): OfferStatus.WITHDRAWN,
}

MOST_ASKED = 200
"""People one asking may name."""
LAST_CALL = timedelta(minutes=10)
"""So long before the start every offer is over: who has not answered by then no longer comes in time."""

DECLINE_REASONS: dict[str, str] = {
    "busy": N_("I have something else then"),
    "far": N_("It is too far"),
    "kind": N_("This kind of service is not for me"),
    "ill": N_("I am ill"),
    "other": N_("Something else"),
}
"""What can be said with a no; the agency reads it, and it counts against nobody."""

TOO_LATE = Refusal(
    "offer_too_late",
    N_("This shift begins too soon for anyone to be asked here."),
    N_("Call people on the telephone and let them sign up themselves."),
)
NO_PLACE = Refusal(
    "offer_no_place",
    N_("No place is free in this role: all are taken or held for somebody who was asked."),
    N_("Wait for the answers, or add places."),
)
FEWER_PLACES = Refusal(
    "offer_fewer_places",
    N_("Only %(left)s places are free in this role."),
    N_("Ask for that many."),
)
ONE_ONLY = Refusal(
    "offer_one_only",
    N_("One person is asked for one place."),
    N_("To ask several people, choose “in turn” or “at once”."),
    status=422,
)
TOO_MANY = Refusal("offer_too_many", N_("200 people can be asked at most, and 200 places be filled."), status=422)
NOBODY = Refusal(
    "offer_nobody",
    N_("Nobody of those you chose can be asked."),
    N_("Choose other people; each of these has a reason below."),
)
UNKNOWN_PERSON = Refusal("offer_unknown_person", N_("We do not know this person."))
ALREADY_ON = Refusal("offer_already_on", N_("Is on this shift already."))
ALREADY_ASKED = Refusal("offer_already_asked", N_("Is being asked for this place already."))
SAID_NO = Refusal("offer_said_no", N_("Was asked for this shift and said no."))
REFUSES = Refusal("offer_refused_kind", N_("Does not want to be asked for this kind of service."))
AWAY = Refusal("offer_away", N_("Is away or ill at that time."))

LATE: dict[OfferStatus, Refusal] = {
    OfferStatus.WAITING: Refusal("offer_not_open", N_("It is not this person's turn yet.")),
    OfferStatus.ACCEPTED: Refusal(
        "offer_accepted",
        N_("This place was accepted already."),
        N_("To give it back, say on the shift's page that you cannot come."),
    ),
    OfferStatus.DECLINED: Refusal(
        "offer_declined",
        N_("This offer was declined, and the place went on to someone else."),
        N_("If you can come after all, look whether the shift still has places."),
    ),
    OfferStatus.EXPIRED: Refusal(
        "offer_expired",
        N_("The time to answer is over, and this place was offered on."),
        N_("Look whether the shift still has places."),
    ),
    OfferStatus.WITHDRAWN: Refusal(
        "offer_withdrawn",
        N_("This offer no longer stands: the place is filled or no longer needed."),
        N_("Thank you for being ready to help. Look for another shift."),
    ),
}
"""What an answer is told that comes too late, by how the offer ended."""

SETTLED_ALREADY = Refusal("offer_settled", N_("This offer is settled, so it cannot be taken back."))
HELD_FOR_YOU = Refusal(
    "offered_to_you",
    N_("A place on this shift is held for you already."),
    N_("Answer the offer you have."),
)

OF_OTHERS: dict[str, str] = {
    signing_up.CLASH.code: N_("Has another shift at that time."),
    signing_up.OFFERED_THEN.code: N_("Is being asked for another shift at that time."),
    signing_up.BIRTH_DATE_MISSING.code: N_("This shift is only for adults, and their date of birth is not known."),
    signing_up.ADULTS_ONLY.code: N_("This shift is only for adults; on that day they are %(age)s."),
    signing_up.GUARDIAN.code: N_("Is under 14, and no parent or guardian has agreed yet."),
    signing_up.SKILL.code: N_("Has not this skill: %(skill)s."),
    signing_up.LANGUAGE.code: N_("Does not speak: %(language)s."),
    signing_up.WOMEN_ONLY.code: N_("This shift is for women only."),
    signing_up.MEN_ONLY.code: N_("This shift is for men only."),
    signing_up.STAFF_ONLY.code: N_("Is not staff of your agency."),
    signing_up.PAID_HERE.code: N_("Works for your agency, and paid time is never volunteer time."),
    "credential_not_verified": N_("Nobody has seen the original of this credential yet: %(credential)s."),
    "credential_ends_too_soon": N_("Their credential does not hold for the whole shift: %(credential)s."),
    "credential_not_yet": N_("Their credential does not hold yet: %(credential)s."),
    "credential_needed": N_("Has not this credential: %(credential)s."),
}
"""The refusals of signing up, as they are told of somebody else."""

PASSED_OVER: dict[str, str] = {
    ALREADY_ON.code: N_("was on the shift by then"),
    SAID_NO.code: N_("said no to this shift"),
    REFUSES.code: N_("no longer wants this kind of service"),
    AWAY.code: N_("is away or ill at that time"),
    signing_up.CLASH.code: N_("had another shift at that time by then"),
    signing_up.OFFERED_THEN.code: N_("was asked for another shift at that time"),
}
"""Why somebody who waited for their turn was passed over."""


def of_another(refusal: Refusal) -> Refusal:
    """A refusal that speaks to the person, turned so that it speaks of them."""
    told = OF_OTHERS.get(refusal.code)
    return Refusal(refusal.code, told, "", refusal.params) if told else refusal


def asking_refusals(mode: Mode, people: int, places: int, left: int, starts: datetime, now: datetime) -> list[Refusal]:
    """Why nobody can be asked like this at all."""
    found = []
    if starts - LAST_CALL <= now:
        found.append(TOO_LATE)
    if left <= 0:
        found.append(NO_PLACE)
    elif places > left:
        found.append(FEWER_PLACES.with_params(left=left))
    if mode == Mode.ONE and (people != 1 or places != 1):
        found.append(ONE_ONLY)
    if not 0 < people <= MOST_ASKED or not 0 < places <= MOST_ASKED:
        found.append(TOO_MANY)
    return found


def answer_refusal(
    status: OfferStatus, answer_by: datetime | None, shift: ShiftStatus, starts: datetime, now: datetime
) -> Refusal | None:
    """Why an offer can no longer be answered."""
    if shift == ShiftStatus.CANCELLED:
        return signing_up.CANCELLED
    if status != OfferStatus.OPEN:
        return LATE[status]
    if shift != ShiftStatus.PUBLISHED or starts <= now:
        return signing_up.CLOSED
    if answer_by is None or answer_by <= now:
        return LATE[OfferStatus.EXPIRED]
    return None


def outcome_of_shift(shift: ShiftStatus, starts: datetime, now: datetime) -> Outcome | None:
    """Why nobody needs to be asked for this shift any more."""
    if shift == ShiftStatus.CANCELLED:
        return Outcome.SHIFT_CANCELLED
    if shift != ShiftStatus.PUBLISHED or starts - LAST_CALL <= now:
        return Outcome.SHIFT_BEGAN
    return None
