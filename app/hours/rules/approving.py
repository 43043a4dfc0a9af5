"""Who may approve an attendance, what a correction must say, and what the named constraints mean in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from app.hours.rules.counting import DAY_MINUTES, Stretch
from app.hours.rules.statuses import Status
from app.kit.rules import N_, Refusal

FARTHEST_FROM_PLAN = timedelta(hours=24)


class Reason(StrEnum):
    """Why times had to be corrected."""

    FORGOT_IN = "forgot_in"
    FORGOT_OUT = "forgot_out"
    WRONG_TIME = "wrong_time"
    BREAK = "break"
    DEVICE = "device"
    ROSTER = "roster"
    OTHER = "other"


REASONS: dict[Reason, str] = {
    Reason.FORGOT_IN: N_("Forgot to punch in"),
    Reason.FORGOT_OUT: N_("Forgot to punch out"),
    Reason.WRONG_TIME: N_("Punched at the wrong time"),
    Reason.BREAK: N_("Break taken off"),
    Reason.DEVICE: N_("Telephone or network failed"),
    Reason.ROSTER: N_("Kept on a paper roster"),
    Reason.OTHER: N_("Another reason"),
}

OWN_HOURS = Refusal(
    "own_hours",
    N_("These are your own hours."),
    N_("A colleague has to approve them."),
)
RECORDED_BY_YOU = Refusal(
    "recorded_by_you",
    N_("You punched or corrected this yourself."),
    N_("A colleague who did not record it has to approve it."),
)
APPROVED_ALREADY = Refusal(
    "approved_already",
    N_("Someone else approved this a moment ago. Its hours were counted once."),
    N_("Nothing more needs to be done."),
)
NOT_RECORDED = Refusal(
    "not_recorded",
    N_("The times are not complete yet."),
    N_("Correct the times, or wait until leaving is punched."),
)
RETURNED = Refusal(
    "returned",
    N_("This was returned and has not been corrected yet."),
    N_("Correct the times first."),
)
POSTED = Refusal(
    "posted",
    N_("These hours are posted, so their times no longer change."),
    N_("A mistake is put right by a new entry that names the old one."),
)
DID_NOT_COME = Refusal(
    "did_not_come",
    N_("This person was marked as not having come."),
    N_("If that was a mistake, key the times."),
)
NOT_ABSENT = Refusal(
    "not_absent",
    N_("Something was punched or keyed for this person."),
    N_("Undo the punches first if they are wrong."),
)
NOT_OVER = Refusal(
    "shift_not_over",
    N_("This shift is not over yet."),
    N_("Wait until it ends."),
)
OUT_BEFORE_IN = Refusal("out_before_in", N_("Leaving must be later than arriving."), N_("Check both times."))
IN_THE_FUTURE = Refusal("in_the_future", N_("These times are still to come."), N_("Key them when the work is done."))
FAR_FROM_PLAN = Refusal(
    "far_from_plan",
    N_("These times are more than a day away from the shift."),
    N_("Check the dates."),
)
TOO_LONG = Refusal("too_long", N_("Nobody serves for more than 24 hours at a stretch."), N_("Check both times."))
NO_RULE_BOOK = Refusal(
    "no_rule_book",
    N_("No rule-book applies on this day, so nothing can be counted."),
    N_("Ask the platform administrator to add one for that time."),
)
SAY_REASON = Refusal("say_reason", N_("A correction needs its reason."), N_("Choose a reason."))
SAY_NOTE = Refusal("say_note", N_("Say in a few words what happened."), status=422)
SAY_WHAT_IS_WRONG = Refusal("say_what_is_wrong", N_("Say in a few words what has to be put right."), status=422)
ALLOCATED_ALREADY = Refusal("allocated_already", N_("These hours already count for a contract line."))
VERIFIER_ALLOCATES = Refusal(
    "verifier_allocates",
    N_("Whoever approved hours does not choose which line they count for."),
    N_("A colleague has to choose."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "attendance_adjusted_in_order": OUT_BEFORE_IN,
    "attendance_adjusted_with_reason": SAY_REASON,
    "approval_once": APPROVED_ALREADY,
    "approval_not_by_recorder": RECORDED_BY_YOU,
    "approval_not_of_own_hours": OWN_HOURS,
    "posting_entry_once": APPROVED_ALREADY,
    "allocation_at_most_once": ALLOCATED_ALREADY,
    "allocation_not_by_verifier": VERIFIER_ALLOCATES,
}

_NOT_APPROVABLE: dict[Status, Refusal] = {
    Status.EXPECTED: NOT_RECORDED,
    Status.PRESENT: NOT_RECORDED,
    Status.RETURNED: RETURNED,
    Status.POSTED: APPROVED_ALREADY,
    Status.NO_SHOW: DID_NOT_COME,
}


def why_not_approve(status: Status, person_account: int, recorders: Sequence[int], account_id: int) -> list[Refusal]:
    """Every reason why this account may not approve; the database holds the same by its constraints."""
    found = [_NOT_APPROVABLE[status]] if status in _NOT_APPROVABLE else []
    if account_id == person_account:
        found.append(OWN_HOURS)
    elif account_id in recorders:
        found.append(RECORDED_BY_YOU)
    return found


def why_not_correct(status: Status, planned: Stretch, to: Stretch, now: datetime) -> list[Refusal]:
    """Every reason why the times may not become these."""
    found = [] if status.changeable else [POSTED]
    if to.minutes <= 0:
        found.append(OUT_BEFORE_IN)
    elif to.minutes > DAY_MINUTES:
        found.append(TOO_LONG)
    if to.ends > now:
        found.append(IN_THE_FUTURE)
    if to.starts < planned.starts - FARTHEST_FROM_PLAN or to.ends > planned.ends + FARTHEST_FROM_PLAN:
        found.append(FAR_FROM_PLAN)
    return found


def why_not_missed(status: Status, planned_ends: datetime, now: datetime) -> list[Refusal]:
    """Every reason why this person cannot be marked as not having come."""
    found = [] if status is Status.EXPECTED else [NOT_ABSENT]
    if now < planned_ends:
        found.append(NOT_OVER)
    return found
