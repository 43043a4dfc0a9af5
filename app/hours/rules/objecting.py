"""Contesting an attendance: what may be claimed, who answers, by when it goes up, and who may not decide."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from app.hours.rules.statuses import Status as AttendanceStatus
from app.kit.rules import N_, Refusal


class Claim(StrEnum):
    """What is wrong, in the person's eyes."""

    WRONG_TIMES = "wrong_times"
    MISSING = "missing"
    TOO_LITTLE = "too_little"
    NOT_COME = "not_come"
    NOT_MINE = "not_mine"


class Status(StrEnum):
    """What became of an objection."""

    RAISED = "raised"
    UPHELD = "upheld"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Who speaks. The agency, or the body above it, also holds the objection: it has to answer."""

    PERSON = "person"
    AGENCY = "agency"
    PARENT = "parent"


class Event(StrEnum):
    """What happens to an objection."""

    UPHOLD = "uphold"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"


CLAIMS: dict[Claim, str] = {
    Claim.WRONG_TIMES: N_("The times are wrong"),
    Claim.MISSING: N_("My hours are missing"),
    Claim.TOO_LITTLE: N_("Too little counts"),
    Claim.NOT_COME: N_("I did come"),
    Claim.NOT_MINE: N_("That was not me"),
}
CLAIM_HINTS: dict[Claim, str] = {
    Claim.WRONG_TIMES: N_("I came or left at another time."),
    Claim.MISSING: N_("I served, but nothing or not everything was punched."),
    Claim.TOO_LITTLE: N_("The times are right, but not all of my time counts."),
    Claim.NOT_COME: N_("I am marked as not having come, but I was there."),
    Claim.NOT_MINE: N_("I was not there, or somebody else was."),
}
STATUSES: dict[Status, tuple[str, str]] = {
    Status.RAISED: (N_("Waiting for an answer"), "waiting"),
    Status.UPHELD: (N_("Upheld"), "good"),
    Status.REFUSED: (N_("Not upheld"), "bad"),
    Status.WITHDRAWN: (N_("Withdrawn"), "neutral"),
}

_S, _H, _E = Status, Side, Event

MOVES: dict[tuple[Status, Side, Event], tuple[Status, Side]] = {
    (_S.RAISED, _H.AGENCY, _E.UPHOLD): (_S.UPHELD, _H.AGENCY),
    (_S.RAISED, _H.AGENCY, _E.REFUSE): (_S.REFUSED, _H.AGENCY),
    (_S.RAISED, _H.AGENCY, _E.WITHDRAW): (_S.WITHDRAWN, _H.AGENCY),
    (_S.RAISED, _H.AGENCY, _E.ESCALATE): (_S.RAISED, _H.PARENT),
    (_S.RAISED, _H.PARENT, _E.UPHOLD): (_S.UPHELD, _H.PARENT),
    (_S.RAISED, _H.PARENT, _E.REFUSE): (_S.REFUSED, _H.PARENT),
    (_S.RAISED, _H.PARENT, _E.WITHDRAW): (_S.WITHDRAWN, _H.PARENT),
}
"""Status and holder, and what happens: the next status and holder. Whatever stands not here may not happen."""

NOT_OVER_YET = Refusal(
    "objection_too_early",
    N_("The shift is not over yet, so there is nothing to contest."),
    N_("Wait until it ends, or speak to the leader."),
)
OPEN_ALREADY = Refusal(
    "objection_open_already",
    N_("You have contested this already, and it has not been answered yet."),
    N_("Add to what you said there."),
)
DECIDED_FOR_GOOD = Refusal(
    "objection_decided_for_good",
    N_("The body above the agency has refused this already. Its decision is the last one here."),
    N_("You may still take it to the authority in charge."),
)
CLAIM_DOES_NOT_FIT = Refusal(
    "claim_does_not_fit",
    N_("This does not fit how it stands now."),
    N_("Choose one of the answers."),
    status=422,
)
SAY_WHAT_HAPPENED = Refusal("say_what_happened", N_("Say in a few words what happened."), status=422)
SAY_BOTH_TIMES = Refusal(
    "say_both_times", N_("Give both times: when you came and when you left."), N_("Or leave both empty."), status=422
)
GIVE_TIMES = Refusal(
    "give_times", N_("Key the times that are right."), N_("Upholding an objection corrects the times."), status=422
)
SAY_WHY = Refusal("say_why", N_("Say why, so that the person can understand it."), status=422)
NOTHING_SAID = Refusal("nothing_said", N_("Write something or add a photo."), status=422)
ANSWERED = Refusal(
    "objection_answered",
    N_("This objection has been answered or withdrawn."),
    N_("Nothing more can be added. A new objection begins a new talk."),
)
OWN_OBJECTION = Refusal("own_objection", N_("This is about your own hours."), N_("A colleague has to decide about it."))
RECORDED_BY_DECIDER = Refusal(
    "recorded_by_decider",
    N_("You recorded what is contested here."),
    N_("A colleague who did not record it has to decide."),
)
NOT_WITH_YOU = Refusal(
    "not_with_you",
    N_("The time for your answer has passed; the body above your agency decides now."),
    N_("You can still write what you know."),
)

CONSTRAINTS: dict[str, Refusal] = {"objection_one_open": OPEN_ALREADY}

_SOME_TIME = frozenset(
    {
        AttendanceStatus.PRESENT,
        AttendanceStatus.RECORDED,
        AttendanceStatus.VOUCHED,
        AttendanceStatus.RETURNED,
        AttendanceStatus.POSTED,
    }
)
_COUNTED = _SOME_TIME - {AttendanceStatus.PRESENT}
_FITS: dict[Claim, frozenset[AttendanceStatus]] = {
    Claim.WRONG_TIMES: _SOME_TIME,
    Claim.MISSING: frozenset({AttendanceStatus.EXPECTED, AttendanceStatus.PRESENT}),
    Claim.TOO_LITTLE: _COUNTED,
    Claim.NOT_COME: frozenset({AttendanceStatus.NO_SHOW}),
    Claim.NOT_MINE: _SOME_TIME,
}
CORRECTS_TIMES = frozenset(Claim) - {Claim.NOT_MINE}
"""Claims whose upholding puts other times beside the old; the last one takes the hours away."""


OBJECTION_WORKDAYS = 5
"""How long an answer may take where no rule-book applies."""


class Earlier(Protocol):
    """An objection against the same attendance that was decided before."""

    @property
    def status(self) -> Status: ...
    @property
    def held_by(self) -> Side: ...


class ToDecide(Protocol):
    """What is known of an objection someone would decide about."""

    @property
    def status(self) -> Status: ...
    @property
    def held_by(self) -> Side: ...
    @property
    def raised_by(self) -> int: ...
    @property
    def account_id(self) -> int: ...
    @property
    def recorders(self) -> Sequence[int]: ...


def after(status: Status, held_by: Side, event: Event) -> tuple[Status, Side] | None:
    """Where an event leads, or None when it may not happen here."""
    return MOVES.get((status, held_by, event))


def claims_for(status: AttendanceStatus) -> list[Claim]:
    """What can be claimed about an attendance as it stands."""
    return [claim for claim in Claim if status in _FITS[claim]]


def first_holder(earlier: Sequence[Earlier], *, has_parent: bool) -> Side:
    """Who answers: the agency; but once it has refused, whoever contests it again turns to the body above."""
    refused = bool(earlier) and earlier[-1].status is Status.REFUSED
    return Side.PARENT if refused and has_parent else Side.AGENCY


def why_not_object(over: bool, earlier: Sequence[Earlier]) -> list[Refusal]:
    """Every reason why this attendance cannot be contested now. `earlier` is in the order they were raised."""
    found = [] if over else [NOT_OVER_YET]
    if any(objection.status is Status.RAISED for objection in earlier):
        found.append(OPEN_ALREADY)
    elif earlier and (earlier[-1].status, earlier[-1].held_by) == (Status.REFUSED, Side.PARENT):
        found.append(DECIDED_FOR_GOOD)
    return found


def why_not_decide(objection: ToDecide, account_id: int, side: Side) -> list[Refusal]:
    """Every reason why this account, speaking for this side, may not decide."""
    if objection.status is not Status.RAISED:
        return [ANSWERED]
    found = []
    if account_id in (objection.raised_by, objection.account_id):
        found.append(OWN_OBJECTION)
    elif account_id in objection.recorders:
        found.append(RECORDED_BY_DECIDER)
    if side is Side.AGENCY and objection.held_by is Side.PARENT:
        found.append(NOT_WITH_YOU)
    return found
