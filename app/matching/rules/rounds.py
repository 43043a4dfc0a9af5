"""Rounds of the matcher: their states, how far one is, what may be done to it when, and what is refused."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.kit.rules import N_, Refusal


class RoundStatus(StrEnum):
    """Where a round stands between being asked for and offers going out."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


S = RoundStatus

ROUND_MOVES: Mapping[tuple[RoundStatus, str], RoundStatus] = {
    (S.WAITING, "take"): S.RUNNING,
    (S.WAITING, "drop"): S.DROPPED,
    (S.RUNNING, "take"): S.RUNNING,  # by another process, when the one before fell silent
    (S.RUNNING, "hand_back"): S.WAITING,
    (S.RUNNING, "finish"): S.READY,
    (S.RUNNING, "fail"): S.FAILED,
    (S.READY, "send"): S.SENT,
    (S.READY, "drop"): S.DROPPED,
    (S.FAILED, "drop"): S.DROPPED,
}

AT_WORK = frozenset({S.WAITING, S.RUNNING})
FINISHED = frozenset({S.READY, S.SENT})
"""These have a plan to show."""

STATUS_NAMES: Mapping[RoundStatus, tuple[str, str]] = {
    S.WAITING: (N_("Waiting"), "waiting"),
    S.RUNNING: (N_("Looking"), "active"),
    S.READY: (N_("Proposed"), "good"),
    S.SENT: (N_("Offers sent"), "good"),
    S.FAILED: (N_("Failed"), "bad"),
    S.DROPPED: (N_("Dropped"), "neutral"),
}

STAGE_NAMES: Mapping[str, str] = {
    "loading": N_("Loading people and shifts"),
    "candidates": N_("Finding who could come"),
    "prices": N_("Working out what is possible at most"),
    "exchanges": N_("Making the plan better"),
    "saving": N_("Checking the plan and saving it"),
}

SECONDS = 30
SECONDS_CHOICES = (10, 30, 60, 120, 300, 600)
LONGEST = timedelta(days=31)
MOST_TRIES = 3
"""A round that killed its process so often would kill the next one too."""
SILENT_AFTER = timedelta(seconds=20)
"""Whoever runs a round says so every second; after this silence another process takes it over."""
LONELY_AFTER = timedelta(seconds=15)
"""A round that waits longer than this probably waits for a matcher that does not run."""


class LeftOut(Struct, frozen=True):
    """A proposal that no longer held when the plan was saved, and the rule that it broke by then."""

    person: int
    seat: int
    shift: int
    code: str


class Progress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a round is, as its process last said; and, once it is saved, what had changed meanwhile."""

    tries: int = 0
    """How many processes took it. Who took it as number n may write to it only as long as n stands here."""
    calm: int = 0
    """How many of them were told to end, and did so in good order."""
    stage: str = ""
    seconds: float = 0
    """Spent so far, over all tries."""
    effort: int = 0
    value: int = 0
    bound: int | None = None
    filled: int = 0
    heads: int = 0
    left_out: tuple[LeftOut, ...] = ()
    weights_changed: bool = False
    stopped: bool = False
    """Somebody asked to stop and keep the best so far."""


def gap_of(value: int | None, bound: int | None) -> float | None:
    """How far from the best possible plan this one can be at most, as a share; None while nothing is proven."""
    if value is None or bound is None:
        return None
    return max(0.0, (bound - value) / bound) if bound > 0 else 0.0


ONE_AT_A_TIME = Refusal(
    "round_one_at_a_time",
    N_("A round for this region is at work already."),
    N_("Wait until it is ready, or stop it and keep its best plan."),
)
ENDS_FIRST = Refusal("round_ends_after_start", N_("The last day must not be before the first."))
IN_THE_PAST = Refusal("round_in_the_past", N_("Shifts of the past cannot be filled."), N_("Begin today or later."))
TOO_LONG = Refusal(
    "round_too_long", N_("A round looks ahead 31 days at most."), N_("Make two rounds of it, the nearer one first.")
)
NOT_THAT_LONG = Refusal(
    "round_seconds_sensible", N_("A round looks for 1 to 3,600 seconds."), N_("30 seconds are enough for most cities.")
)
PLACED_ALREADY = Refusal("placement_once", N_("This person is proposed for this place already."))
NOT_AT_WORK = Refusal("round_not_at_work", N_("This round is not at work any more."), N_("Look at how it stands now."))
NOT_READY = Refusal(
    "round_not_ready",
    N_("Only a plan that is ready and not sent yet can be changed."),
    N_("Ask for a new round, based on this one."),
)
NOTHING_TO_SEND = Refusal("round_nothing_to_send", N_("Nobody is proposed in this plan, so there is nothing to send."))
NO_WHOLE_TEAM = Refusal(
    "round_no_whole_team",
    N_("No team of this plan is complete, so nobody would be asked."),
    N_("Put somebody in where people are missing."),
)
PART_OF_A_WHOLE = Refusal(
    "round_part_of_whole",
    N_("This is one district of a larger round, and its plan goes into that one."),
    N_("Send the larger round when it is ready."),
)
BASED_ELSEWHERE = Refusal("round_based_elsewhere", N_("A round can only be based on a finished one of your own."))
NO_SUCH_PLACE = Refusal("round_no_such_place", N_("Choose a place from the list."))
KEPT_DYING = N_("The process that looked for a plan ended three times. Ask for a shorter stretch or a smaller region.")
WENT_WRONG = N_(
    "Something went wrong while looking for a plan. Ask again; if it happens again, tell the administrator."
)
BROKEN_PLAN = N_("The plan broke a rule when it was checked, so it was not kept. Tell the administrator.")

CONSTRAINTS: dict[str, Refusal] = {
    "round_one_at_a_time": ONE_AT_A_TIME,
    "round_ends_after_start": ENDS_FIRST,
    "round_seconds_sensible": NOT_THAT_LONG,
    "placement_once": PLACED_ALREADY,
}


def span_refusal(starts: datetime, ends: datetime, now: datetime) -> Refusal | None:
    """Why no round can be made over this stretch."""
    if ends <= starts:
        return ENDS_FIRST
    if ends <= now:
        return IN_THE_PAST
    return TOO_LONG if ends - starts > LONGEST else None


def edit_refusal(status: RoundStatus, part_of: int | None) -> Refusal | None:
    """Why a plan cannot be changed or sent."""
    if part_of is not None:
        return PART_OF_A_WHOLE
    return None if status == S.READY else NOT_READY


def days_ahead(today: date) -> tuple[date, date]:
    """The seven days from tomorrow, first and last: what a round is about unless somebody says otherwise."""
    return today + timedelta(days=1), today + timedelta(days=7)


def instants(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the midnight before the first local day to the one after the last."""
    return (
        datetime.combine(first, time(), zone),
        datetime.combine(last + timedelta(days=1), time(), zone),
    )
